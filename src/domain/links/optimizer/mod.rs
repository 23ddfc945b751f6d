//! The optimisers: figures in, weights out. One posterior of what a click on each option is worth has two
//! front ends: a rotator gives each option the share of traffic that is the probability of its being
//! best ([`best_shares`]); a Smart Link on a KPI evolves one vector of weights for all its traffic
//! ([`Evolution`]). The redirect path knows neither: it is handed weights.
//!
//! The law here: no clock, no database, no chance of its own. Hours and seeds are arguments, and the same
//! input gives the same output.
//!
//! Sources: OPTIMISER.md (what was tried and measured), and the text books that each file names.

mod chance;
mod comparison;
mod delay;
mod evolution;
mod expectations;
mod figures;
mod grid;
mod memory;
mod posterior;
mod recency;
mod rotation;
mod stopped;
#[cfg(test)]
mod tests;
mod traffic;

pub use chance::Chance;
pub use comparison::{Compared, SETTLED, Settlement, compare};
pub use evolution::{Evolution, Evolved, Goal, Kpi, Terms};
pub use expectations::{Expectations, Expected};
pub use figures::{Cohort, Figures, Reports};
pub use grid::Grid;
pub use memory::Memories;
pub use posterior::{Draw, Posterior};
pub use recency::Lookback;
pub use rotation::{Rotation, SERVING_DRAWS, best_shares};
pub use stopped::Stopped;
