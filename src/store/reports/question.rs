//! What is asked of a report, and whether the roll-ups can tell it.

use domain::{
    reports::Dimension,
    shared::{
        AdvertiserId, CampaignId, DayNumber, HourNumber, LandingPageId, OfferId, PartnerId, Problems,
        SmartLinkId,
    },
};
use std::str::FromStr;

/// The most groups that one report gives.
pub const MOST_GROUPS: usize = 10_000;
/// The longest range, in days.
const LONGEST: i64 = 3_660;
/// The longest range by the hour, in days.
const LONGEST_BY_HOUR: i64 = 93;
/// The most cuts of one report.
pub const MOST_CUTS: usize = 4;
/// The most values of one filter.
const MOST_VALUES: usize = 100;

/// What a report's groups are told apart by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cut {
    Offer,
    /// Of the offer, as it is now.
    Advertiser,
    Partner,
    SmartLink,
    Campaign,
    LandingPage,
    Day,
    Hour,
    By(Dimension),
}

impl Cut {
    /// Every cut, in the order of the menus.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let base = [
            Self::Offer,
            Self::Advertiser,
            Self::Partner,
            Self::SmartLink,
            Self::Campaign,
            Self::LandingPage,
            Self::Day,
            Self::Hour,
        ];
        let listed = Dimension::reported();
        base.into_iter().chain(listed.map(Self::By)).collect()
    }

    /// The name in `group_by`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Advertiser => "advertiser",
            Self::Partner => "partner",
            Self::SmartLink => "smart_link",
            Self::Campaign => "campaign",
            Self::LandingPage => "landing_page",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::By(dimension) => dimension.name(),
        }
    }

    /// The words that stand above a column.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Offer => "Offer",
            Self::Advertiser => "Advertiser",
            Self::Partner => "Partner",
            Self::SmartLink => "Smart Link",
            Self::Campaign => "Campaign",
            Self::LandingPage => "Landing page",
            Self::Day => "Day",
            Self::Hour => "Hour",
            Self::By(dimension) => dimension.words(),
        }
    }

    /// The dimension, where it is one.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::By(dimension) => Some(dimension),
            Self::Offer
            | Self::Advertiser
            | Self::Partner
            | Self::SmartLink
            | Self::Campaign
            | Self::LandingPage
            | Self::Day
            | Self::Hour => None,
        }
    }
}

/// A text that names no cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "is nothing to group by; known: offer, advertiser, partner, smart_link, campaign, landing_page, day, hour, country, device, os, browser, source_id, sub1 to sub5, code, event, domain, row, campaign_page, rotator_option, smart_switch_rule"
)]
pub struct UnknownCut;

impl FromStr for Cut {
    type Err = UnknownCut;

    fn from_str(text: &str) -> Result<Self, UnknownCut> {
        Self::all().into_iter().find(|cut| cut.name() == text).ok_or(UnknownCut)
    }
}

/// Hours of the network's own clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub from: HourNumber,
    /// The first hour that no longer belongs to it.
    pub to: HourNumber,
}

impl Range {
    /// Whole days, from the first to before the last.
    #[must_use]
    pub fn days(from: DayNumber, to: DayNumber) -> Self {
        Self { from: from.first_hour(), to: to.first_hour() }
    }
}

/// Which time of a conversion counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TimeOf {
    /// When it converted.
    #[default]
    Conversion,
    /// When its click was.
    Click,
}

/// What a report is narrowed to; everything that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filters {
    /// Any of these; none at all asks for all. So with the others.
    pub offers: Vec<OfferId>,
    pub advertisers: Vec<AdvertiserId>,
    pub partners: Vec<PartnerId>,
    pub smart_links: Vec<SmartLinkId>,
    pub campaigns: Vec<CampaignId>,
    pub landing_pages: Vec<LandingPageId>,
    /// Dimensions, each once, with the values of which any is wanted.
    pub values: Vec<(Dimension, Vec<String>)>,
}

impl Filters {
    /// Wants one value of a dimension, beside those that are wanted already.
    pub fn add(&mut self, dimension: Dimension, value: String) {
        match self.values.iter_mut().find(|(known, _)| *known == dimension) {
            Some((_, values)) => {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            None => self.values.push((dimension, vec![value])),
        }
    }
}

/// How groups are sorted, and so which are left out where there are too many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// Most gross clicks first.
    #[default]
    Clicks,
    /// By the cuts, in their order, the earliest and smallest first.
    Groups,
}

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    pub range: Range,
    /// In the order of the columns; none asks for the totals alone.
    pub cuts: Vec<Cut>,
    pub filters: Filters,
    pub time: TimeOf,
    pub order: Order,
    /// At most so many groups, 1 to [`MOST_GROUPS`].
    pub limit: usize,
}

impl Question {
    /// Everything of a range in one group.
    #[must_use]
    pub fn of(range: Range) -> Self {
        Self {
            range,
            cuts: Vec::new(),
            filters: Filters::default(),
            time: TimeOf::default(),
            order: Order::default(),
            limit: MOST_GROUPS,
        }
    }

    /// The question cut by `cuts`.
    #[must_use]
    pub fn by(self, cuts: &[Cut]) -> Self {
        Self { cuts: cuts.to_vec(), ..self }
    }

    /// What of it can't be answered, at the fields of the API.
    ///
    /// # Errors
    /// Each with its field: `group_by`, `from`, `to`, or a filter.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::default();
        self.check_range(&mut problems);
        let several = self.cuts.len() <= MOST_CUTS;
        problems.check(several, "group_by", format!("takes at most {MOST_CUTS} names"));
        let twice = self.cuts.iter().enumerate().any(|(place, cut)| self.cuts[..place].contains(cut));
        problems.check(!twice, "group_by", "names the same twice");
        self.check_filters(&mut problems);
        problems.into_result(())
    }

    fn check_range(&self, problems: &mut Problems) {
        let hours = self.range.to.0 - self.range.from.0;
        problems.check(hours > 0, "to", "must lie after `from`; `to` itself is not included");
        problems.check(hours <= LONGEST * 24, "to", format!("lies more than {LONGEST} days after `from`"));
        let is_short = !self.cuts.contains(&Cut::Hour) || hours <= LONGEST_BY_HOUR * 24;
        problems.check(is_short, "group_by", format!("hour takes at most {LONGEST_BY_HOUR} days"));
    }

    fn check_filters(&self, problems: &mut Problems) {
        let filters = &self.filters;
        let lengths = [
            ("offer_id", filters.offers.len()),
            ("advertiser_id", filters.advertisers.len()),
            ("partner_id", filters.partners.len()),
            ("smart_link_id", filters.smart_links.len()),
            ("campaign_id", filters.campaigns.len()),
            ("landing_page_id", filters.landing_pages.len()),
        ];
        let dimensions = filters.values.iter().map(|(dimension, values)| (dimension.name(), values.len()));
        for (name, count) in lengths.into_iter().chain(dimensions) {
            let message = format!("takes at most {MOST_VALUES} values");
            problems.check(count <= MOST_VALUES, name, message);
        }
    }

    /// The dimensions that it is about, each once.
    fn dimensions(&self) -> Vec<Dimension> {
        let cut = self.cuts.iter().filter_map(|cut| cut.dimension());
        let mut all: Vec<_> =
            self.filters.values.iter().map(|(dimension, _)| *dimension).chain(cut).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether it crosses dimensions, which only the rows themselves can tell.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.dimensions().len() > 1
    }

    /// The one dimension that the question is about.
    pub(super) fn dimension(&self) -> Dimension {
        self.dimensions().first().copied().unwrap_or(Dimension::None)
    }

    /// The same of another stretch of time.
    #[must_use]
    pub fn over(&self, range: Range) -> Self {
        Self { range, ..self.clone() }
    }

    /// Whether it needs to know of offers, partners, links or pages.
    pub(super) fn needs_base(&self) -> bool {
        let filters = &self.filters;
        let cuts =
            [Cut::Offer, Cut::Advertiser, Cut::Partner, Cut::SmartLink, Cut::Campaign, Cut::LandingPage];
        !filters.offers.is_empty()
            || !filters.advertisers.is_empty()
            || !filters.partners.is_empty()
            || !filters.smart_links.is_empty()
            || !filters.campaigns.is_empty()
            || !filters.landing_pages.is_empty()
            || self.cuts.iter().any(|cut| cuts.contains(cut))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, Question, Range};
    use domain::{reports::Dimension, shared::DayNumber};

    fn month() -> Question {
        Question::of(Range::days(DayNumber(20_000), DayNumber(20_030)))
    }

    #[test]
    fn every_cut_is_found_by_its_name() {
        for cut in Cut::all() {
            assert_eq!(cut.name().parse(), Ok(cut));
        }
        assert!("none".parse::<Cut>().is_err());
    }

    #[test]
    fn two_dimensions_at_once_are_told_by_the_rows_alone() {
        let two = month().by(&[Cut::By(Dimension::Country), Cut::By(Dimension::Os)]);
        assert!(two.is_free());
        let mut crossed = month().by(&[Cut::By(Dimension::Country)]);
        crossed.filters.add(Dimension::Country, "DE".to_owned());
        crossed.filters.add(Dimension::Country, "FR".to_owned());
        assert!(!crossed.is_free(), "{crossed:?}");
        crossed.filters.add(Dimension::Os, "ios".to_owned());
        assert!(crossed.is_free());
    }

    #[test]
    fn a_filter_of_too_many_values_is_refused_at_its_field() {
        let mut long = month();
        (0..101).for_each(|number| long.filters.add(Dimension::Sub1, number.to_string()));
        assert_eq!(long.check().expect_err("refused").0[0].field, "sub1");
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        let backwards = Question::of(Range::days(DayNumber(20_001), DayNumber(20_001)));
        assert_eq!(backwards.check().expect_err("refused").0[0].field, "to");
        assert_eq!(month().check(), Ok(()));
    }
}
