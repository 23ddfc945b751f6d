//! Where a click goes: the plan that is compiled when somebody saves, the visitor, the facts, and
//! the decision that follows from them and from nothing else.

mod decide;
mod decision;
mod facts;
mod macros;
mod matching;
mod plan;
mod visit;

pub use decide::{decide, Dice, Target};
pub use decision::{Answer, Code, Decision, Destination, Hop, Verdict};
pub use facts::{Facts, NoFacts};
pub use macros::{MacroValues, Template, UnknownMacro};
pub use plan::{Configuration, Flaw, OfferIndex, Plan, ShareIndex};
pub use visit::{Device, SUBS, SessionKeys, Visit};
