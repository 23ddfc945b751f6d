//! Where a click goes: the plan that is compiled when somebody saves, the visitor, the facts, and
//! the decision that follows from them and from nothing else.

mod decide;
mod decision;
mod destination;
mod dice;
mod facts;
mod macros;
mod matching;
mod noted;
mod plan;
mod visit;

pub use decide::{
    CampaignTold, Explained, MOST_HOPS, OfferTold, PlaceTold, RowTold, RowVerdict, RuleTold, RuleVerdict,
    SmartLinkTold, WayOutTold, WayOutVerdict, WayTold, decide, explain, impression_earnings,
};
pub use decision::{Answer, Code, Decision, Destination, Hop, Verdict};
pub use destination::destination_url;
pub use dice::Dice;
pub use facts::{Facts, NoFacts};
pub use macros::{Appended, MacroValues, Template};
pub use noted::{ConversionsNoted, MetNoted, NotedFacts, Noting, Repeated, Weights};
pub use plan::{
    CampaignIndex, CompiledCampaign, CompiledOffer, CompiledPage, CompiledPartner, CompiledShare,
    CompiledSmartLink, Configuration, Control, Flaw, FlawedObject, OfferIndex, Plan, ShareIndex,
    SmartLinkIndex, Target,
};
pub use visit::{Device, SUBS, SessionKeys, Visit};

#[cfg(test)]
mod tests;
