//! What runs are called on pages.

use crate::web::{format, signal::Signal};
use domain::{
    shared::{Calendar, HourNumber},
    smartswitch::{JudgedHours, SwitchRunRecord},
};
use store::{shared::RunState, smartswitch::SwitchRun};

/// What came of a run.
pub fn outcome(run: &SwitchRun) -> (Signal, String) {
    match (run.state, &run.record) {
        (_, Some(record)) if record.found > 0 => {
            (Signal::Warn, format!("{} found", format::count(record.found)))
        }
        (_, Some(record)) if record.hits > 0 => (Signal::Note, "nothing new".to_owned()),
        (_, Some(_)) => (Signal::Good, "nothing found".to_owned()),
        (RunState::Due, None) => (Signal::Note, "waits".to_owned()),
        (RunState::Running, None) => (Signal::Note, "running".to_owned()),
        (RunState::Done | RunState::Failed, None) => (Signal::Bad, "given up".to_owned()),
    }
}

/// The hours that were judged: `22 Nov 14:00 to 23 Nov 14:00`.
pub fn window(hours: JudgedHours, calendar: Calendar) -> String {
    let at =
        |hour: HourNumber| calendar.local(calendar.start_of_hour(hour)).format("%-d %b %H:%M").to_string();
    format!("{} to {}", at(hours.from), at(hours.to))
}

/// Who asked for it.
pub fn asked_by(run: &SwitchRun) -> &str {
    if run.asked_by.is_empty() { "the clock" } else { run.asked_by.as_str() }
}

/// What a run did, in sentences.
pub fn story(run: &SwitchRun, calendar: Calendar) -> String {
    match &run.record {
        Some(record) => story_of(record, calendar),
        None if !run.is_waiting() => format!("The run was given up: {}.", run.why),
        None if run.why.is_empty() => "The run is on its way; look again in a few seconds.".to_owned(),
        None => format!("The run failed and is tried again: {}.", run.why),
    }
}

fn story_of(record: &SwitchRunRecord, calendar: Calendar) -> String {
    let judged = format!(
        "{} brought traffic from {}",
        format::counted(record.judged, "source"),
        window(record.hours, calendar)
    );
    let recovered = match record.recovered {
        0 => String::new(),
        count => format!(" {} told of earlier breached no longer.", format::counted(count, "source")),
    };
    if record.reached == 0 {
        return format!("{judged}. None reached a threshold.{recovered}");
    }
    let reached = format::count(record.reached);
    if record.hits == 0 {
        return format!(
            "{judged}. {reached} reached a threshold, and none of these breached the KPIs.{recovered}"
        );
    }
    let known = match record.hits - record.found {
        0 => "all of them new".to_owned(),
        known if known == record.hits => "all of them known already".to_owned(),
        known => format!("{} new and {} known already", format::count(record.found), format::count(known)),
    };
    format!(
        "{judged}. {reached} reached a threshold, and {} of these breached the KPIs: {known}.{recovered}",
        format::count(record.hits)
    )
}
