//! The one test binary: a file a room, each test on both databases, beside the rules that the
//! sources keep. `tests/run` starts what they need.

#[macro_use]
mod support;

mod api;
mod architecture;
mod builder;
mod campaigns;
mod caps;
mod chart;
mod console;
mod controls;
mod conversions;
mod counted;
mod crashes;
mod credits;
mod demo;
mod design;
mod drain;
mod explained;
mod geo;
mod identity;
mod keys;
mod kpi;
mod ledger;
mod lists;
mod logs;
mod mail;
mod monitors;
mod objects;
mod operations;
mod optimizer;
mod outgoing;
mod pages;
mod people;
mod portal;
mod postbacks;
mod replayed;
mod reports;
mod rights;
mod rule_words;
mod search;
mod signals;
mod smart_links;
mod smart_switch;
mod smart_switch_pages;
mod smart_switch_rules;
mod spool;
mod switch_blocks;
mod tracking;
mod two_step;
mod uploads;
mod walk;
mod web;
mod widths;
