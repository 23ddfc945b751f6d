//! Dotted version numbers, compared part by part as numbers.

/// The first four parts of a version; missing ones are 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Version([u32; 4]);

impl Version {
    /// Reads what a visitor's software calls itself: of every part the digits it starts with. None
    /// where not even the first part starts with a digit.
    #[must_use]
    pub fn loosely(text: &str) -> Option<Self> {
        if !text.as_bytes().first()?.is_ascii_digit() {
            return None;
        }
        let mut parts = [0; 4];
        for (slot, part) in parts.iter_mut().zip(text.split('.')) {
            *slot = leading_number(part);
        }
        Some(Self(parts))
    }

    /// Reads a version as a rule writes it: one to four numbers with dots between them.
    #[must_use]
    pub fn exactly(text: &str) -> Option<Self> {
        let fine = |part: &str| (1..=9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let parts = text.split('.').count();
        if parts <= 4 && text.split('.').all(fine) { Self::loosely(text) } else { None }
    }
}

fn leading_number(part: &str) -> u32 {
    part.bytes()
        .take_while(u8::is_ascii_digit)
        .fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_as_numbers_and_not_as_texts() {
        for (less, more) in [("9", "10"), ("14.4", "14.10"), ("17", "17.0.1"), ("10.0.19041", "11.0")] {
            assert!(Version::loosely(less) < Version::loosely(more), "{less} < {more}");
        }
        assert_eq!(Version::loosely("17"), Version::loosely("17.0"));
        assert_eq!(Version::loosely("17.5-beta"), Version::exactly("17.5"));
    }

    #[test]
    fn a_text_without_a_number_is_no_version() {
        for text in ["", "XP", ".5"] {
            assert_eq!(Version::loosely(text), None, "{text}");
        }
        for text in ["", "1.2.3.4.5", "1..2", "17b", "1234567890"] {
            assert_eq!(Version::exactly(text), None, "{text}");
        }
    }
}
