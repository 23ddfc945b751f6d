//! What clicks and impressions leave behind: the spool that keeps them before anyone is answered,
//! the drain that moves them into the database, the rows, and the counts that decisions need.

mod cap_levels;
mod click_rows;
mod clicks;
pub mod configuration;
mod drain;
mod impressions;
mod keys;
mod kpi_runs;
mod ledger;
mod measured;
mod node;
mod partitions;
mod record;
mod rollups;
mod rotators;
pub mod spool;
mod switch_runs;
mod usage;
mod worth;

pub use cap_levels::{CapLevel, Fullness, tell_cap_levels};
pub(crate) use clicks::click_in;
pub use clicks::{Click, click, clicks, onward_of, visit_of};
pub use drain::{Contribution, Drain, Progress, Successor, Taken, Waiting, key_of};
pub use impressions::{Impression, impressions};
pub use keys::{Demand, KeyKind, Keys, SeenKey};
pub use kpi_runs::{Claimed, claim_run};
pub use ledger::{Ledger, Tallies, Tally};
pub(crate) use measured::{SUMS, Sum};
pub use node::Node;
pub use record::{ClickRecord, ImpressionRecord, PostbackRecord, Record, VisitorRecord};
pub use rollups::{Basis, Deltas, RollupKey, Sums};
pub use rotators::{
    OptionServed, ROTATOR_TABLE_HOLDS, RotatorFigures, RotatorTable, networks_with_rotators,
    refresh_rotators, rotator_figures, rotator_tables, rotators_refreshed,
};
pub use spool::{Folder, Full, Position, Spool};
pub use switch_runs::{
    Evaluated, Found, REPLAYED_DAYS, ReplayedRule, end_blocks, evaluate, replay_rule, run_rule, settle_due,
};
pub use usage::{PERIODS, Take, Usage, UsageAnswer, UsageQuestion, Used, usage_of};
