//! The one test binary: a file a room, each test on both databases, beside the rules that the
//! sources keep. `tests/run` starts what they need.

#[macro_use]
mod support;

mod architecture;
mod chart;
mod demo;
mod crashes;
mod operations;
mod postbacks;
mod signals;
mod tracking;
mod web;
