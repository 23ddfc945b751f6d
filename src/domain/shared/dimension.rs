//! By what figures are cut, beside hour, offer, partner, link and landing page.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The one more dimension of a roll-up row. The numbers are stored: they stay.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Dimension {
    /// No further cut: the totals.
    #[default]
    None = 0,
    Country = 1,
    Device = 2,
    Os = 3,
    Browser = 4,
    SourceId = 5,
    Sub1 = 6,
    Sub2 = 7,
    Sub3 = 8,
    Sub4 = 9,
    Sub5 = 10,
    /// Why clicks are not valid.
    Code = 11,
    /// Named events.
    Event = 12,
    /// The network's tracking domain that a link was followed on, by its host.
    Domain = 13,
    /// The row of a Smart Link, or the rule of a campaign, that took the click, by its id.
    Row = 14,
    /// The same with the kind of visitor, `row/country/device/os`: what optimisers learn from, no report's cut.
    RowSegment = 15,
    /// The landing page of a campaign that the visitor was shown, by its id.
    CampaignPage = 16,
    /// The option of a campaign's rotator that was drawn, by its id.
    RotatorOption = 17,
    /// The SmartSwitch rule that refused a click, by its id.
    SmartSwitchRule = 18,
}

impl Dimension {
    /// Every dimension, by number.
    pub const ALL: [Self; 19] = [
        Self::None,
        Self::Country,
        Self::Device,
        Self::Os,
        Self::Browser,
        Self::SourceId,
        Self::Sub1,
        Self::Sub2,
        Self::Sub3,
        Self::Sub4,
        Self::Sub5,
        Self::Code,
        Self::Event,
        Self::Domain,
        Self::Row,
        Self::RowSegment,
        Self::CampaignPage,
        Self::RotatorOption,
        Self::SmartSwitchRule,
    ];

    /// Those by which reports are cut.
    pub fn reported() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|dimension| !matches!(dimension, Self::None | Self::RowSegment))
    }

    /// The number that is stored.
    #[must_use]
    pub fn number(self) -> i16 {
        self as i16
    }

    /// The dimension of a stored number.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        usize::try_from(number).ok().and_then(|place| Self::ALL.get(place)).copied()
    }

    /// The name in the API (`group_by`) and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Country => "country",
            Self::Device => "device",
            Self::Os => "os",
            Self::Browser => "browser",
            Self::SourceId => "source_id",
            Self::Sub1 => "sub1",
            Self::Sub2 => "sub2",
            Self::Sub3 => "sub3",
            Self::Sub4 => "sub4",
            Self::Sub5 => "sub5",
            Self::Code => "code",
            Self::Event => "event",
            Self::Domain => "domain",
            Self::Row => "row",
            Self::RowSegment => "row_segment",
            Self::CampaignPage => "campaign_page",
            Self::RotatorOption => "rotator_option",
            Self::SmartSwitchRule => "smart_switch_rule",
        }
    }

    /// The words that stand above a column.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "Total",
            Self::Country => "Country",
            Self::Device => "Device",
            Self::Os => "Operating system",
            Self::Browser => "Browser",
            Self::SourceId => "Source",
            Self::Sub1 => "Sub 1",
            Self::Sub2 => "Sub 2",
            Self::Sub3 => "Sub 3",
            Self::Sub4 => "Sub 4",
            Self::Sub5 => "Sub 5",
            Self::Code => "Reason",
            Self::Event => "Event",
            Self::Domain => "Tracking domain",
            Self::Row => "Row or rule of the link",
            Self::RowSegment => "Row of the Smart Link, by visitors",
            Self::CampaignPage => "Landing page of the campaign",
            Self::RotatorOption => "Option of the rotator",
            Self::SmartSwitchRule => "SmartSwitch rule",
        }
    }
}

/// A text that names no dimension.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be a dimension such as country, device, os, browser, source_id or sub1 to sub5")]
pub struct UnknownDimension;

impl FromStr for Dimension {
    type Err = UnknownDimension;

    fn from_str(text: &str) -> Result<Self, UnknownDimension> {
        let mut known = Self::reported().chain([Self::None]);
        known.find(|dimension| dimension.name() == text).ok_or(UnknownDimension)
    }
}

#[cfg(test)]
mod tests {
    use super::Dimension;

    #[test]
    fn number_and_name_lead_back_to_the_dimension() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::of_number(dimension.number()), Some(dimension));
            let read = (dimension != Dimension::RowSegment).then_some(dimension);
            assert_eq!(dimension.name().parse::<Dimension>().ok(), read);
            assert_eq!(serde_json::to_value(dimension).expect("JSON"), dimension.name());
        }
        assert_eq!(Dimension::of_number(-1), None);
        assert_eq!(Dimension::of_number(19), None);
    }
}
