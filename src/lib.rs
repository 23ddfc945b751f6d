//! Switchyard: the platform that decides where every click goes and remembers what came of it.

pub mod web;
