//! The schema of a report, and what it can be asked.

use super::ask::OWN;
use crate::web::describe::{
    Fields, Parameter, Schemas, anything, decimal_or_null, flag, id_of, list, moment, named, named_or_null,
    number_or_null, text, text_or_null, whole, word,
};
use domain::reports::{Dimension, Metric, Unit};
use store::{reports::Cut, shared::BackgroundState};

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let of_metric = |fields: Fields, metric: &Metric| {
        let schema = match metric.unit() {
            Unit::Count => whole("A count."),
            Unit::Money => decimal_or_null("An amount; null where it has no value."),
            Unit::Ratio => number_or_null("A ratio; null where it has no value."),
            Unit::Seconds => number_or_null("Seconds; null where it has no value."),
        };
        fields.shown(metric.name(), schema)
    };
    let metrics = Metric::ALL.iter().fold(Fields::of("What is counted."), of_metric);
    let line = Fields::of("One group.")
        .shown("group", anything("The group's values by the names of `group_by`; ids beside names."))
        .shown("metrics", named("Metrics"))
        .shown(
            "before",
            anything("With `compare`: the metrics of the earlier stretch, null where not known."),
        );
    let report = Fields::of("A report.")
        .shown("items", list("The groups.", line.done()))
        .shown("next", text_or_null("Always null: a report is answered whole."))
        .shown("totals", named("Metrics"))
        .shown("currency", text("Of all money."))
        .shown("from", moment("Inclusive."))
        .shown("to", moment("Exclusive."))
        .shown("zone", text("What cuts the days."))
        .shown("time", word("By which time conversions are counted.", &["conversion", "click"]))
        .shown("is_cut", flag("Whether there are more groups than were answered."))
        .shown("compared", anything("With `compare`: the earlier stretch, its `from` and `to` in RFC 3339 UTC, and its `totals`; else null. Figures are kept by the hour: of a running hour the earlier one counts whole."));
    let new_run = Fields::of("What is to be counted over the rows.")
        .required("query", text("The parameters of a report, such as `group_by=country,device&range=30d`; by offer where it says nothing."));
    let states = BackgroundState::ALL.map(BackgroundState::name);
    let run = Fields::of("A count over the rows; it is kept for a week.")
        .shown("id", id_of("Its id."))
        .shown("created_at", moment("When it began."))
        .shown("by", text("Who asked for it."))
        .shown("query", text("What is counted, its period by dates."))
        .shown("state", word("A count that failed says why in `note`.", &states))
        .shown("done", whole("Steps that are done."))
        .shown("whole", whole("Steps in all."))
        .shown("note", text_or_null("Why it failed."))
        .shown("report", named_or_null("Report"));
    let view = Fields::of("A report under a name.")
        .shown("id", id_of("Its id."))
        .shown("name", text("What people call it."))
        .shown("by", text("Who saved it."))
        .shown("query", text("The parameters of the report."))
        .shown("updated_at", moment("When it was last saved."));
    let mover = || {
        Fields::of("An offer or partner with many more or fewer clicks than usual.")
            .shown("kind", word("What it is.", &[Cut::Offer.name(), Cut::Partner.name()]))
            .shown("id", id_of("Its id."))
            .shown("name", text("Its name."))
            .shown("clicks", whole("Today's."))
            .shown("usual", number_or_null("What is usual by this time of day."))
            .done()
    };
    let task = Fields::of("Something that needs somebody.")
        .shown("title", text("What it is."))
        .shown("text", text("More of it."))
        .shown("path", text("The page that settles it, as a path of this installation."));
    let home = Fields::of("Today against a usual day of its name, and what needs somebody.")
        .shown("at", moment("When this was true."))
        .shown("currency", text("Of all money."))
        .shown("metrics", named("Metrics"))
        .shown("weeks", whole("How many earlier days of this name are behind what is usual."))
        .shown("usual", anything("What some of the metrics usually are by this time of day: numbers, money in units of the currency. Null without an earlier day."))
        .shown("rises", list("What rose most.", mover()))
        .shown("drops", list("What fell most.", mover()))
        .shown("tasks", list("The most urgent first.", task.done()));
    vec![
        ("Metrics", metrics.done()),
        ("Home", home.done()),
        ("Report", report.done()),
        ("NewReportRun", new_run.done()),
        ("ReportRun", run.done()),
        ("SavedView", view.done()),
    ]
}

/// What a report can be asked.
#[must_use]
pub fn parameters() -> Vec<Parameter> {
    let dimensions = [
        Dimension::Country,
        Dimension::Device,
        Dimension::Os,
        Dimension::Browser,
        Dimension::SourceId,
        Dimension::Sub1,
        Dimension::Sub2,
        Dimension::Sub3,
        Dimension::Sub4,
        Dimension::Sub5,
        Dimension::Code,
        Dimension::Event,
        Dimension::Domain,
        Dimension::Row,
        Dimension::CampaignPage,
        Dimension::RotatorOption,
        Dimension::SmartSwitchRule,
    ];
    let own = OWN.iter().map(|name| (*name, what(name)));
    own.chain(dimensions.iter().map(|dimension| (dimension.name(), "Only this value; may be given several times. Crossed with another dimension it is counted over the rows."))).collect()
}

fn what(name: &str) -> &'static str {
    match name {
        "group_by" => {
            "What to group by, several with commas: offer, advertiser, partner, smart_link, campaign, landing_page, day, hour, country, … Hours are the clock's: where it goes back, the one that comes twice holds both."
        }
        "from" => "From this date of the network's zone on, or from this moment: a full hour of its clock.",
        "to" => "Before this date of the network's zone, or before this moment: a full hour of its clock.",
        "time" => "Count conversions by their own time (`conversion`) or by their click's (`click`).",
        "range" => "Instead of `from` and `to`: today, yesterday, 7d, 30d, month or last_month.",
        "compare" => {
            "With the period before (`previous`), the same a `week` or a `year` earlier; of a range that is running only what has begun."
        }
        "metrics" => "Only these metrics, several with commas.",
        "chart" => "Which metric the page draws.",
        "limit" => "The most groups.",
        "sort" => "By which metric.",
        "desc" => "`false` for the smallest first.",
        _ => "Only of this one; may be given several times.",
    }
}
