//! The schemas of actionable variables.

use super::{super::source_blocks::VARIABLES, acts::MOST};
use crate::web::describe::{
    Fields, Schemas, decimal_or_null, flag, id_of, id_or_null, list, moment, moment_or_null, named,
    named_or_null, number_or_null, text, text_or_null, whole_or_null, word,
};
use domain::smartswitch::{ActionableState, SwitchAction};

/// The schemas.
pub fn schemas() -> Schemas {
    let states = ActionableState::ALL.map(ActionableState::name);
    let kpi = Fields::of("What one KPI of the rule said.")
        .shown("value", decimal_or_null("In the unit that the KPI is written in, shares in percent; null where it is a ratio over zero."))
        .shown("probability", number_or_null("How probable the breach is, 0 to 1; null where the KPI does not ask for it."))
        .shown("is_breached", flag("Whether it is unacceptable."));
    let figures = Fields::of("What was judged, and what came of it.")
        .shown("from", moment("Where the judged hours begin."))
        .shown("to", moment("Where they end; not included."))
        .shown("currency", text("Of all money."))
        .shown("metrics", named("Metrics"))
        .shown(
            "threshold",
            whole_or_null(
                "The place of the first threshold of the rule that was reached, from 0; null where none was.",
            ),
        )
        .shown("kpis", list("What each KPI of the rule said, the advanced ones last.", kpi.done()));
    let change = Fields::of("A change of a source.")
        .shown("at", moment("When."))
        .shown("status", word("What it became.", &states))
        .shown("by", text_or_null("Who did it; null where the rule did."))
        .shown("run_id", id_or_null("The run that did it."))
        .shown("why", text_or_null("Why, where it is not plain."))
        .shown("figures", named_or_null("SourceFigures"));
    let about = "A source that a SmartSwitch rule has found, and what becomes of it.";
    let with_history = variable(about)
        .shown("history", list("Each change, the oldest first.", named("ActionableVariableChange")));
    let ids = Fields::of("Sources that something is done with.")
        .required("ids", list(&format!("1 to {MOST} of them."), id_of("A source.")));
    let outcome = Fields::of("What was done.")
        .shown("changed", list("Those that it was done with.", id_of("A source.")))
        .shown(
            "skipped",
            list("Those that are left as they are: the act is not for their status.", id_of("A source.")),
        );
    vec![
        ("ActionableVariable", variable(about).done()),
        ("ActionableVariableWithHistory", with_history.done()),
        ("ActionableVariableChange", change.done()),
        ("SourceFigures", figures.done()),
        ("ActionableVariableIds", ids.done()),
        ("ActionableVariableOutcome", outcome.done()),
    ]
}

fn variable(about: &str) -> Fields {
    Fields::of(about)
        .shown("id", id_of("Its id."))
        .shown("rule_id", id_of("The rule that found it."))
        .shown("run_id", id_of("The run that found it."))
        .shown("offer_id", id_of("The offer."))
        .shown("partner_id", id_of("The partner whose source it is."))
        .shown("variable", word("What tells sources apart.", &VARIABLES))
        .shown("value", text("The variable's value; empty for clicks without it."))
        .shown("action", word("What the rule does with it.", &SwitchAction::ALL.map(SwitchAction::name)))
        .shown("status", word("Where it stands.", &ActionableState::ALL.map(ActionableState::name)))
        .shown("created_at", moment("When it was found."))
        .shown("due_at", moment_or_null("When its delay ends or ended; null without one."))
        .shown("blocked_at", moment_or_null("When its clicks were last cut off; null where they never were."))
        .shown("ends_at", moment_or_null("When its block ends by time; null where it does not."))
        .shown("changed_at", moment("When its status last changed."))
        .shown("figures", named_or_null("SourceFigures"))
}
