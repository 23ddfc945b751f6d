//! Switchyard: the program around the rooms that decide.

pub mod tracking;
