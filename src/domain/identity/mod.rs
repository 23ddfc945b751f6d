//! Who may do what: sections of the console, levels of right to each, and the built-in roles.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// On which side a user stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// Of the network; what it may do is its role's.
    Employee,
    /// Of one partner; sees that partner's own.
    Partner,
    /// Of one advertiser; sees that advertiser's own.
    Advertiser,
}

/// A part of the console that a role has a right to, or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Home and reports.
    Reports,
    /// The logs of clicks and impressions.
    Clicks,
    Conversions,
    Offers,
    /// Tracking links, Smart Links and campaigns.
    Links,
    SmartSwitch,
    Partners,
    Advertisers,
    /// Templates and deliveries; a user's own bell and preferences need no right.
    Notifications,
    /// The network, its tracking domains, data files and API keys.
    Settings,
    /// Users and roles.
    Users,
    Audit,
}

/// How far a right goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    None,
    Read,
    Full,
}

/// A role's rights: a level a section. In JSON an object such as `{"offers": "full"}`; what it does not name is `none`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rights([Level; Section::ALL.len()]);

/// The roles that every network has and nobody can change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BuiltInRole {
    /// Everything.
    Administrator,
    /// All of the daily work, nothing of settings and users.
    Manager,
    /// Looks, and changes nothing.
    Analyst,
}

impl Section {
    /// Every section, in the order of the navigation.
    pub const ALL: [Self; 12] = [
        Self::Reports,
        Self::Clicks,
        Self::Conversions,
        Self::Offers,
        Self::Links,
        Self::SmartSwitch,
        Self::Partners,
        Self::Advertisers,
        Self::Notifications,
        Self::Settings,
        Self::Users,
        Self::Audit,
    ];

    /// The name in JSON and in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::Clicks => "clicks",
            Self::Conversions => "conversions",
            Self::Offers => "offers",
            Self::Links => "links",
            Self::SmartSwitch => "smart_switch",
            Self::Partners => "partners",
            Self::Advertisers => "advertisers",
            Self::Notifications => "notifications",
            Self::Settings => "settings",
            Self::Users => "users",
            Self::Audit => "audit",
        }
    }
}

/// A text that names no section.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no section")]
pub struct UnknownSection(String);

impl FromStr for Section {
    type Err = UnknownSection;

    fn from_str(text: &str) -> Result<Self, UnknownSection> {
        let found = Self::ALL.into_iter().find(|section| section.name() == text);
        found.ok_or_else(|| UnknownSection(text.chars().take(64).collect()))
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Rights {
    /// The same level everywhere.
    #[must_use]
    pub fn everywhere(level: Level) -> Self {
        Self([level; Section::ALL.len()])
    }

    /// How far the right to a section goes.
    #[must_use]
    pub fn level(&self, section: Section) -> Level {
        self.0[section as usize]
    }

    /// Whether a section may be used to at least this level.
    #[must_use]
    pub fn allow(&self, section: Section, level: Level) -> bool {
        self.level(section) >= level
    }

    /// The same rights with another level for one section.
    #[must_use]
    pub fn with(mut self, section: Section, level: Level) -> Self {
        self.0[section as usize] = level;
        self
    }

    /// The lower level of both in each section.
    #[must_use]
    pub fn meet(mut self, other: &Self) -> Self {
        for (level, most) in self.0.iter_mut().zip(other.0) {
            *level = (*level).min(most);
        }
        self
    }

    /// Whether no section of `other` has a higher level there.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        self.iter().all(|(section, level)| level >= other.level(section))
    }

    /// Every section with its level.
    pub fn iter(&self) -> impl Iterator<Item = (Section, Level)> {
        Section::ALL.into_iter().zip(self.0)
    }
}

impl Serialize for Rights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(section, level)| (section.name(), level)))
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let levels = BTreeMap::<String, Level>::deserialize(deserializer)?;
        levels.into_iter().try_fold(Self::default(), |rights, (name, level)| {
            name.parse().map(|section| rights.with(section, level)).map_err(de::Error::custom)
        })
    }
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Read, Self::Full];

    /// The name in JSON and in forms.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Full => "full",
        }
    }
}

impl BuiltInRole {
    /// Every built-in role, the mightiest first.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Manager, Self::Analyst];

    /// The name that the role is stored and shown by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Manager => "manager",
            Self::Analyst => "analyst",
        }
    }

    /// What the role may do.
    #[must_use]
    pub fn rights(self) -> Rights {
        match self {
            Self::Administrator => Rights::everywhere(Level::Full),
            Self::Manager => [
                (Section::Settings, Level::None),
                (Section::Users, Level::None),
                (Section::Audit, Level::Read),
            ]
            .into_iter()
            .fold(Rights::everywhere(Level::Full), |rights, (section, level)| rights.with(section, level)),
            Self::Analyst => [Section::Notifications, Section::Settings, Section::Users, Section::Audit]
                .into_iter()
                .fold(Rights::everywhere(Level::Read), |rights, section| rights.with(section, Level::None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BuiltInRole, Level, Rights, Section};

    #[test]
    fn rights_read_back_from_json_and_what_is_not_named_is_none() {
        for role in BuiltInRole::ALL {
            let json = serde_json::to_string(&role.rights()).expect("JSON");
            assert_eq!(serde_json::from_str::<Rights>(&json).expect("rights"), role.rights(), "{json}");
        }
        let rights: Rights = serde_json::from_str(r#"{"offers": "read"}"#).expect("rights");
        assert!(rights.allow(Section::Offers, Level::Read) && !rights.allow(Section::Offers, Level::Full));
        assert_eq!(rights.level(Section::Users), Level::None);
        assert!(serde_json::from_str::<Rights>(r#"{"ofers": "read"}"#).is_err());
    }

    #[test]
    fn rights_meet_at_the_lower_level_and_cover_what_is_no_higher() {
        let (manager, analyst) = (BuiltInRole::Manager.rights(), BuiltInRole::Analyst.rights());
        let met = manager.meet(&analyst);
        assert_eq!(met.level(Section::Offers), Level::Read);
        assert_eq!(met.level(Section::Audit), Level::None);
        assert!(manager.cover(&met) && analyst.cover(&met) && !met.cover(&manager));
        assert!(BuiltInRole::Administrator.rights().cover(&manager) && met.cover(&met));
    }

    #[test]
    fn only_the_administrator_reaches_users_and_settings() {
        for section in [Section::Users, Section::Settings] {
            assert!(BuiltInRole::Administrator.rights().allow(section, Level::Full));
            assert!(!BuiltInRole::Manager.rights().allow(section, Level::Read));
            assert!(!BuiltInRole::Analyst.rights().allow(section, Level::Read));
        }
        assert!(BuiltInRole::Manager.rights().allow(Section::Offers, Level::Full));
        assert!(
            Section::ALL
                .into_iter()
                .all(|section| !BuiltInRole::Analyst.rights().allow(section, Level::Full))
        );
    }

    #[test]
    fn every_section_has_its_own_place_and_name() {
        for (place, section) in Section::ALL.into_iter().enumerate() {
            assert_eq!(section as usize, place);
            assert_eq!(section.name().parse(), Ok(section));
            assert_eq!(serde_json::to_value(section).expect("JSON"), section.name());
        }
    }
}
