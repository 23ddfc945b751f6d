//! Switchyard: the platform that decides where every click goes and remembers what came of it.

pub mod identity;
pub mod state;
pub mod tracking;
pub mod web;
