//! How figures, money and moments are written, the same on every page: thousands separators, a unit
//! beside each number, times in the network's zone with UTC on hover. "No value" is a dash, never 0.

pub mod filters;
mod moments;
mod numbers;

pub use moments::{
    Grain, ago, ago_html, clock, date, duration, moment, moment_html, moment_of_millis, until, until_html,
    zone_label,
};
pub use numbers::{
    Better, Change, NO_VALUE, Whole, amount, count, counted, decimal, exact_money, fine_money, money,
    percent, ratio, short,
};
