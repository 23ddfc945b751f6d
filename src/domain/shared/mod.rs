//! What every room speaks: typed ids, money, click ids, conditions, a network's calendar.

mod calendar;
mod click_id;
mod condition;
mod ids;
mod money;
mod problem;

pub use calendar::{Calendar, DayNumber, HourNumber};
pub use click_id::{ClickId, ClickIdParts, MalformedClickId};
pub use condition::{Condition, Field, Of, Operator};
pub use ids::{
    AdvertiserId, ApiKeyId, CampaignId, ConversionId, DomainId, EventId, LandingPageId, NetworkId,
    NodeId, OfferId, PartnerId, RoleId, SmartLinkId, UserId,
};
pub use money::{Currency, Micros, Percent};
pub use problem::{FieldError, Problems};
