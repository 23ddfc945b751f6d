//! Switchyard: decides where every click goes, remembers what came of it. The rooms are folders; a
//! click's walk is told in [`tracking`].

pub mod accounts;
pub mod config;
pub mod conversions;
pub mod demo;
pub mod identity;
pub mod links;
pub mod offers;
pub mod operations;
pub mod portal;
pub mod reports;
pub mod search;
pub mod serve;
pub mod setup;
pub mod smartswitch;
pub mod state;
pub mod tracking;
pub mod web;
