//! The filters of actionable variables (seed 003, "Show Filters"): read from an address, alike by page and by API.

use crate::web::{
    Failure, Listing,
    describe::Parameter,
    span::{NO_TIME, moment},
};
use domain::{
    shared::{Calendar, Problems},
    smartswitch::ActionableState,
};
use std::str::FromStr;
use store::smartswitch::VariableFilter;

/// Their names in an address.
pub const FILTERS: [&str; 10] = [
    "offer_id",
    "partner_id",
    "rule_id",
    "run_id",
    "status",
    "value",
    "created_after",
    "created_before",
    "blocked_after",
    "blocked_before",
];

/// What the API's description says of them.
pub fn parameters() -> Vec<Parameter> {
    vec![
        ("offer_id", "Only of this offer."),
        ("partner_id", "Only of this partner."),
        ("rule_id", "Only those that this rule has found."),
        ("run_id", "Only those that this run has found."),
        ("status", "Only of this status, or of any of several with commas."),
        ("value", "Only with exactly this value of the variable."),
        ("created_after", "Only found from this date or moment on."),
        ("created_before", "Only found before this date or moment."),
        ("blocked_after", "Only blocked from this date or moment on."),
        ("blocked_before", "Only blocked before this date or moment."),
    ]
}

/// The sources that an address asks for.
///
/// # Errors
/// What is wrong, at each filter.
pub fn read(listing: &Listing, calendar: Calendar) -> Result<VariableFilter, Failure> {
    let mut problems = Problems::default();
    let filter = VariableFilter {
        offer_id: id(listing, &mut problems, "offer_id"),
        partner_id: id(listing, &mut problems, "partner_id"),
        rule_id: id(listing, &mut problems, "rule_id"),
        run_id: id(listing, &mut problems, "run_id"),
        states: states(listing, &mut problems),
        value: listing.text("value").map(str::to_owned),
        created_after: time(listing, &mut problems, "created_after", calendar),
        created_before: time(listing, &mut problems, "created_before", calendar),
        blocked_after: time(listing, &mut problems, "blocked_after", calendar),
        blocked_before: time(listing, &mut problems, "blocked_before", calendar),
        silent: Vec::new(),
    };
    Ok(problems.into_result(filter)?)
}

fn id<T: FromStr>(listing: &Listing, problems: &mut Problems, name: &str) -> Option<T> {
    let text = listing.text(name)?;
    let found = text.parse().ok();
    problems.check(found.is_some(), name, "must be an id");
    found
}

fn time(listing: &Listing, problems: &mut Problems, name: &str, calendar: Calendar) -> Option<i64> {
    let text = listing.text(name)?;
    let found = moment(text, calendar);
    problems.check(found.is_some(), name, NO_TIME);
    found.map(|moment| moment.timestamp_millis())
}

fn states(listing: &Listing, problems: &mut Problems) -> Vec<ActionableState> {
    let Some(text) = listing.text("status") else { return Vec::new() };
    let of_word = |word: &str| ActionableState::ALL.into_iter().find(|state| state.name() == word.trim());
    let found: Option<Vec<_>> = text.split(',').map(of_word).collect();
    let known = ActionableState::ALL.map(ActionableState::name).join(", ");
    problems.check(found.is_some(), "status", format!("must be one of {known}, or several with commas"));
    found.unwrap_or_default()
}
