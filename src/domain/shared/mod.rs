//! What every room speaks: typed ids, money, click ids, conditions, a network's calendar.

mod address;
mod calendar;
mod click_id;
mod condition;
mod condition_check;
mod destination;
mod dimension;
mod host;
mod hours;
mod ids;
mod measures;
mod metric;
mod money;
mod pattern;
mod problem;
mod schedule;
mod status;
mod terms;
mod version;

pub use address::{AddressRange, NotAnAddressRange};
pub use calendar::{Calendar, DayNumber, HourNumber};
pub use click_id::{ClickId, ClickIdParts, MalformedClickId};
pub use condition::{Condition, Field, Of, Operator};
pub use condition_check::{
    LONGEST_VALUE, MOST_CONDITIONS, MOST_PATTERNS, MOST_VALUES, check_condition_count, conditions_problems,
};
pub(crate) use condition_check::{problems_of, value_problem};
pub use destination::{LONGEST_URL, destination_problem, origin_length};
pub use dimension::Dimension;
pub use host::is_host_name;
pub(crate) use hours::hours;
pub use ids::{
    ActionableVariableId, AdvertiserId, ApiKeyId, CampaignId, ConversionId, DomainId, EventId, LandingPageId,
    MonitorId, NetworkId, NodeId, OfferId, PartnerId, RoleId, RowId, RunId, SmartLinkId, SmartSwitchRuleId,
    SmartSwitchRunId, SourceBlockId, TrafficControlId, UserId, ViewId,
};
pub use measures::Measures;
pub(crate) use metric::share;
pub use metric::{Metric, Unit, UnknownMetric};
pub use money::{Currency, Micros, NotAnAmount, Percent};
pub use pattern::{pattern, pattern_set};
pub use problem::{FieldError, Problems};
pub use schedule::{NotAWindow, WeekMinute, WeekWindow};
pub use status::Status;
pub use terms::{Cap, CapMeasure, CapPeriod, Payout, PayoutType, caps_problems};
pub(crate) use terms::{MOST_ROWS, check_money, check_payout, check_rows, check_weight};
pub use version::Version;
