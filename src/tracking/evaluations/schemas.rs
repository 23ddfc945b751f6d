//! The schemas of evaluations.

use crate::web::describe::{
    Fields, Schema, Schemas, anything, id_of, id_or_null, list, moment, named, named_or_null, text,
    text_or_null, whole, word,
};
use domain::smartswitch::Variable;
use store::shared::BackgroundState;

pub fn schemas() -> Schemas {
    let asked = Fields::of("What is to be evaluated: a saved rule, or one that is not.")
        .optional("rule_id", id_or_null("A saved rule."))
        .optional("rule", named_or_null("SmartSwitchRule"));
    let source = |fields: Fields| {
        fields
            .shown("offer_id", id_of("The offer."))
            .shown("partner_id", id_of("The partner."))
            .shown("variable", word("The variable.", &Variable::ALL.map(Variable::name)))
            .shown("value", text("Its value; empty for what came without it."))
    };
    let hit = source(Fields::of("A source that the rule hits."))
        .shown("metrics", named("Metrics"))
        .shown("threshold", whole("The place of the threshold that it reached."))
        .shown(
            "kpis",
            anything("What each KPI says, then each advanced one: `value`, `probability`, `is_breached`."),
        );
    let now = window("What the rule hits now.")
        .shown("judged", whole("Sources that brought anything."))
        .shown("reached", whole("Of these, sources that reached a threshold."))
        .shown("hits", whole("Of these, sources that breach and are not left alone."))
        .shown("metrics", named("Metrics"))
        .shown("sources", list("Of the hits, the 200 with the most clicks.", hit.done()));
    let past_source = source(Fields::of("A source that the rule would have found."))
        .shown("found", whole("How often."))
        .shown("acted_on", whole("How often it would have been acted on."))
        .shown("kept_out", named("Metrics"));
    let day = Fields::of("What the rule would have done on a day.")
        .shown("day", text("The day of the network's zone."))
        .shown("runs", whole("Runs."))
        .shown("found", whole("Sources that would have been told of."))
        .shown("acted_on", whole("Sources that would have been acted on."))
        .shown("recovered", whole("Sources that breached no longer by then."))
        .shown("kept_out", named("Metrics"));
    let past = window("What the rule would have done.")
        .shown("found", whole("Sources that would have been found."))
        .shown("kept_out", named("Metrics"))
        .shown("days", list("Day by day.", day.done()))
        .shown("sources", list("The 200 of which most would have been kept out.", past_source.done()));
    let evaluation = Fields::of("What a rule would hit now, and would have done in the last 30 days.")
        .shown("id", id_of("The evaluation."))
        .shown("created_at", moment("When it was begun."))
        .shown("by", text("Who began it."))
        .shown("rule_id", id_or_null("The rule, where it is a saved one."))
        .shown("rule", named("SmartSwitchRule"))
        .shown("state", word("How it stands.", &BackgroundState::ALL.map(BackgroundState::name)))
        .shown("done", whole("Steps that are done."))
        .shown("whole", whole("Of so many."))
        .shown("note", text_or_null("Why it came to no end."))
        .shown("now", named_or_null("EvaluatedNow"))
        .shown("past", named_or_null("EvaluatedPast"));
    let named: [(&'static str, Schema); 4] = [
        ("EvaluationAsked", asked.done()),
        ("EvaluatedNow", now.done()),
        ("EvaluatedPast", past.done()),
        ("Evaluation", evaluation.done()),
    ];
    named.into()
}

fn window(what: &str) -> Fields {
    Fields::of(what)
        .shown("from", moment("Where what is looked at begins."))
        .shown("to", moment("Where it ends."))
}
