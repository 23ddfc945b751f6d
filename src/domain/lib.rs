//! The rooms that decide. Pure: no async, no clock, no dice, no input or output; time, chance and
//! facts are arguments. `Cargo.toml` and `.clippy.toml` beside this file enforce it.
//!
//! One click's walk through this crate: configuration documents ([`offers::Offer`] and its kin, each
//! checked by its `problems()` when it is saved) are compiled by [`tracking::Plan::compile`], which
//! never fails but reports flaws; [`tracking::decide`] reads the plan, the [`tracking::Visit`] and the
//! [`tracking::Facts`] and answers with a [`tracking::Decision`], going from offer to offer by their
//! fail traffic; it has no error type, every failure is a decision with a fallback; and
//! [`tracking::Decision::url`] fills in the destination's macros. What comes of the click is judged by
//! [`conversions::judge`], counted in [`reports::Measures`], and read as [`reports::Metric`]s.

pub mod accounts;
pub mod conversions;
pub mod identity;
pub mod links;
pub mod offers;
pub mod reports;
pub mod shared;
pub mod smartswitch;
pub mod tracking;
