//! The schemas of monitors, of what is known of their sites, and of their checks.

use crate::web::{
    describe::{
        Fields, Schemas, among, bounded, id_of, list, moment, moment_or_null, named_or_null, number_or_null,
        text, text_or_null, whole, whole_or_null, word,
    },
    status::STATUSES,
};
use domain::links::{CheckEvery, CheckMethod, CheckOutcome, SiteStatus};

#[must_use]
pub fn schemas() -> Schemas {
    let monitor = Fields::of("A web site that is asked whether it is up.")
        .kept()
        .required("name", bounded("What people call it.", 200))
        .optional(
            "status",
            word("Only active ones are checked; without checks a site counts as up.", &STATUSES),
        )
        .required("url", bounded("What is asked: http or https, without macros.", 2_048))
        .optional("method", word("How; HEAD gives no body.", &CheckMethod::ALL.map(CheckMethod::name)))
        .optional(
            "every_minutes",
            among("From one check to the next.", CheckEvery::ALL.map(CheckEvery::minutes)),
        )
        .optional("timeout_seconds", whole("How long an answer may take, 1 to 30."))
        .optional(
            "expected",
            list("Statuses of a site that is up.", text("One such as 200, or a range such as 200-399.")),
        )
        .optional("contains", bounded("What the first 256 KiB of the body must hold; may be empty.", 500))
        .optional("failures_to_down", whole("Failed checks in a row that make it down, 1 to 10."))
        .optional("successes_to_up", whole("Good checks in a row that make it up again, 1 to 10."));
    let check = Fields::of("One check of a site.")
        .shown("at", moment("When it began."))
        .shown(
            "outcome",
            word(
                "What came of it; not_made says nothing of the site.",
                &CheckOutcome::ALL.map(CheckOutcome::name),
            ),
        )
        .shown("http_status", whole_or_null("The status of the answer, where one came."))
        .shown("latency_ms", whole("How long it took, in milliseconds."))
        .shown("why", text_or_null("Why it failed or was not made."));
    let share = |days: &str| number_or_null(&format!("The share of good checks in the last {days}, 0 to 1."));
    let state = Fields::of("What is known of a monitor's site.")
        .shown("monitor_id", id_of("The monitor."))
        .shown("status", word("unknown counts as up.", &SiteStatus::ALL.map(SiteStatus::name)))
        .shown("since", moment_or_null("Since when checks say so."))
        .shown("checked_at", moment_or_null("When it was checked last."))
        .shown("valid_until", moment_or_null("From then on it is unknown, unless it is checked."))
        .shown("failures", whole("Failed checks in a row."))
        .shown("successes", whole("Good checks in a row."))
        .shown("uptime_day", share("24 hours"))
        .shown("uptime_week", share("7 days"))
        .shown("uptime_month", share("30 days"))
        .shown("last_check", named_or_null("MonitorCheck"));
    vec![("Monitor", monitor.done()), ("MonitorCheck", check.done()), ("SiteState", state.done())]
}
