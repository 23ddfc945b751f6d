//! SmartSwitch at work: the figures of sources, the runs that find some, and what becomes of these when their delay or
//! their block ends. Which runs there are and what is known of a source is the room of SmartSwitch's affair.

mod conversions;
mod judging;
mod replay;
mod run;
mod settle;
mod sums;

pub use judging::{Evaluated, Found, evaluate};
pub use replay::{REPLAYED_DAYS, ReplayedRule, replay_rule};
pub use run::run_rule;
pub use settle::{end_blocks, settle_due};
