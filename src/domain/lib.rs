//! The rooms that decide. Pure: no async, no clock, no dice, no input or output; time, chance and
//! facts are arguments. `Cargo.toml` and `.clippy.toml` beside this file enforce it.
//!
//! One click's walk through this crate: configuration documents ([`offers::Offer`] and its kin)
//! are compiled by [`tracking::Plan::compile`] when somebody saves; [`tracking::decide`] reads the
//! plan, the [`tracking::Visit`] and the [`tracking::Facts`] and answers with a
//! [`tracking::Decision`]; it has no error type, every failure is a decision with a fallback.

pub mod accounts;
pub mod conversions;
pub mod identity;
pub mod links;
pub mod offers;
pub mod reports;
pub mod shared;
pub mod tracking;
