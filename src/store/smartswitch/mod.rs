//! SmartSwitch: rules, their runs, the sources that they have found, what these meet; and its neighbours, source blocks and traffic
//! controls.

mod blocks;
mod controls;
mod rules;
mod runs;
mod variables;

pub use blocks::{BlockChange, blocks_since, blocks_versions};
pub use rules::rule_at;
pub(crate) use runs::finish_run;
pub use runs::{SMART_SWITCH_RUNS, SwitchRun, ask_for_run, run_of, runs, schedule_runs};
pub use variables::{
    Acted, ActionableVariable, VariableChange, VariableFilter, act, changes_of, due_variables, ended_blocks,
    notified_variables, variable, variables,
};
pub(crate) use variables::{Changed, New, change, insert, raise_blocks};
