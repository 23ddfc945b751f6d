//! The schema of a run.

use crate::web::describe::{
    Fields, Schemas, id_of, moment, moment_or_null, named, named_or_null, text, text_or_null, whole, word,
};
use store::shared::RunState;

/// The schemas.
pub fn schemas() -> Schemas {
    let record = Fields::of("What a run looked at, and what it found.")
        .shown("from", moment("Where the judged hours begin."))
        .shown("to", moment("Where they end; not included."))
        .shown("rule_version", whole("The save of the rule that was in force."))
        .shown("judged", whole("Sources that brought anything."))
        .shown("reached", whole("Of these, sources that reached a threshold."))
        .shown("hits", whole("Of these, sources that breach the KPIs and are not left alone."))
        .shown("found", whole("Of these, sources that were not the rule's already."))
        .shown("recovered", whole("Sources that were told of and breach no longer."))
        .shown("currency", text("Of all money."))
        .shown("metrics", named("Metrics"));
    let run = Fields::of("A check of the traffic against a SmartSwitch rule.")
        .shown("id", id_of("The run."))
        .shown("rule_id", id_of("The rule."))
        .shown("scheduled_at", moment("When it was due."))
        .shown("finished_at", moment_or_null("When it ended."))
        .shown("asked_by", text_or_null("Who asked for it; null where the clock did."))
        .shown("state", word("How far it has come.", &RunState::ALL.map(RunState::name)))
        .shown("why", text_or_null("Why it was given up, or tries again."))
        .shown("record", named_or_null("SmartSwitchRunRecord"));
    vec![("SmartSwitchRun", run.done()), ("SmartSwitchRunRecord", record.done())]
}
