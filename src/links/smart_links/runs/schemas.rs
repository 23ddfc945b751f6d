//! The schema of a run.

use crate::web::describe::{
    Fields, Schemas, anything, decimal, id_of, id_or_null, list, moment, moment_or_null, named,
    named_or_null, number_or_null, text, text_or_null, whole, whole_or_null, word, word_or_null,
};
use domain::links::kpi::RunOutcome;
use store::shared::RunState;

pub fn schemas() -> Schemas {
    let expected = Fields::of("What was known of clicks, and what one of them was expected to bring in the unit of the KPI; of EVR, what a conversion was.")
        .shown("clicks", number_or_null("Clicks as they count: as far as what comes of them has had time to come, those older than the lookback in part."))
        .shown("conversions", number_or_null("What has come of them: conversions, events and paid clicks where they earn; older ones in part."))
        .shown("mean", number_or_null("What was expected."))
        .shown("low", number_or_null("Four of five chances lie above this and below `high`."))
        .shown("high", number_or_null("See `low`."));
    let row = Fields::of("A row in a run; sums are those of the lookback, with what is pending.")
        .shown("row_id", id_of("The row."))
        .shown("offer_id", id_of("Its offer."))
        .shown("landing_page_id", id_or_null("Its landing page, where it names one."))
        .shown("clicks", whole("Valid clicks."))
        .shown("conversions", whole("Base conversions that are not rejected."))
        .shown("events", whole("Named events."))
        .shown("payout", decimal("What partners earned."))
        .shown("revenue", decimal("What advertisers pay."))
        .shown("epoch_clicks", whole("Valid clicks since the rows are what they are."))
        .shown("kpi", number_or_null("The metric; null where there is nothing to divide by."))
        .shown("expected", named_or_null("RunExpected"))
        .shown("weight_before", number_or_null("The share of the clicks before, 0 to 1."))
        .shown("weight", number_or_null("The share since."));
    let segment = Fields::of("Visitors that were told apart; null stands for all.")
        .shown("country", text_or_null("Two letters."))
        .shown("device", text_or_null("The class of the device."))
        .shown("os", text_or_null("The operating system."))
        .shown("share", number_or_null("Of the clicks, 0 to 1."))
        .shown("row_ids", list("The rows that may take them.", id_of("A row.")))
        .shown(
            "expected",
            list(
                "What was expected of each of these rows; empty where the optimiser did not run.",
                named("RunExpected"),
            ),
        );
    let record = Fields::of("What a run looked at, and what it did.")
        .shown("settings", named("KpiSettings"))
        .shown("epoch_began", moment("Since when the rows are what they are: older figures are not used."))
        .shown("from", moment("Where the lookback begins."))
        .shown("to", moment("Where it ends."))
        .shown("clicks", whole("Valid clicks since the epoch began."))
        .shown("rows", list("Every row, in order.", row.done()))
        .shown("segments", list("The visitors that were told apart.", segment.done()))
        .shown(
            "fitness_before",
            number_or_null("The KPI a click that was expected of the old weights; with a goal, minus the distance to it."),
        )
        .shown("fitness", number_or_null("The same of the new weights; null where they were not looked for."))
        .shown("stopped", anything("Where conversions have stopped: `hours` in which they have, how many were `expected` and how many `reported`; else null."))
        .shown("seed", text("The dice: the same figures and seed give the same weights."));
    let run = Fields::of("A run of the optimiser over a Smart Link on a KPI.")
        .shown("id", id_of("The run."))
        .shown("smart_link_id", id_of("The Smart Link."))
        .shown("scheduled_at", moment("When it was due."))
        .shown("finished_at", moment_or_null("When it ended."))
        .shown("asked_by", text_or_null("Who asked for it; null where the clock did."))
        .shown("state", word("How far it has come.", &RunState::ALL.map(RunState::name)))
        .shown(
            "outcome",
            word_or_null(
                "What it came to; null as long as it has not finished.",
                &RunOutcome::ALL.map(RunOutcome::name),
            ),
        )
        .shown("plan_version", whole_or_null("The plan that its weights came into."))
        .shown("why", text_or_null("Why it was given up, or tries again."))
        .shown("record", named_or_null("RunRecord"));
    vec![("SmartLinkRun", run.done()), ("RunRecord", record.done()), ("RunExpected", expected.done())]
}
