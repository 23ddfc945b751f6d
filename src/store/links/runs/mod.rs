//! Runs of Smart Links on a KPI: which are due, since when a link learns, and what is told of them. One row a
//! link and due time: so a run happens once, however many processes look for what is due.

mod due;
mod epoch;
mod told;
mod weights;

pub use due::{SMART_LINK_RUNS, ask_for_run, schedule_runs};
pub use epoch::Epoch;
pub use told::{SmartLinkRun, last_run, run_of, runs_of, weights_of};
pub(crate) use weights::learnt_weights;
