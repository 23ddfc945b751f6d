//! SmartSwitch: rules of unacceptable traffic, and what becomes of the sources that bring it (DOMAIN.md, section 8;
//! seed 003). A source is a partner's value of a variable at one offer.

mod actionable;
mod blocks;
mod figures;
mod judge;
mod listed;
mod replay;
#[cfg(test)]
mod replay_tests;
mod rule;
mod run;
mod settings;
mod source_block;
mod sure;
mod terms;
#[cfg(test)]
mod tests;
mod traffic_control;

pub use actionable::{ActionableAct, ActionableState};
pub use blocks::{Blocks, Met, SourcePlace, Suspects};
pub use figures::{Approval, Connection, ConversionFact, Figures};
pub use judge::{Judgement, KpiFound};
pub use listed::ListOperator;
pub use replay::{Came, Replay, Replayed, ReplayedDay, ReplayedHour, ReplayedSource, SourceNumber};
pub use rule::{Exclusion, LONGEST_VALUE, MOST_RULES, SmartSwitchRule};
pub use run::{Finding, JudgedHours, Source, SwitchRunRecord};
pub use settings::{ActionDelay, BlockHours, EntityType, Lookback, RunEvery, SwitchAction, Variable};
pub use source_block::SourceBlock;
pub use sure::{SURE, breach_probability};
pub use terms::{
    AdvancedKpi, AdvancedMetric, Bound, Breach, DataPoint, EventKind, Kpi, KpiOn, SwitchOperator, Threshold,
};
pub use traffic_control::{ListKind, TrafficControl};
