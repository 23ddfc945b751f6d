//! Numbers of hours that can be chosen: how often something is done, and over which time.

/// A number of hours that can be chosen.
macro_rules! hours {
    ($(#[$doc:meta])* $name:ident, $usual:literal, [$($hours:literal),*]) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub struct $name(u8);

        impl $name {
            /// Those that can be chosen.
            pub const ALL: &'static [Self] = &[$(Self($hours)),*];

            /// The number of hours.
            #[must_use]
            pub const fn hours(self) -> u8 {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self($usual)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u8(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let hours = <u8 as serde::Deserialize>::deserialize(deserializer)?;
                let known = Self::ALL.iter().copied().find(|known| known.0 == hours);
                let words = concat!("must be a number of hours among ", stringify!($($hours),*));
                known.ok_or_else(|| serde::de::Error::custom(words))
            }
        }
    };
}

pub(crate) use hours;
