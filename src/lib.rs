//! Switchyard: decides where every click goes, remembers what came of it. The rooms are folders; a
//! click's walk is told in [`tracking`].

pub mod config;
pub mod identity;
pub mod operations;
pub mod serve;
pub mod state;
pub mod tracking;
pub mod web;
