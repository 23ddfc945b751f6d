//! The form of a rule: its fields in the words of the document, the four tabs that they stand on, and what of it
//! counts as it is filled in.

use crate::web::{
    Form,
    sheet::{Entry, Kind, Rows, Sheet},
};
use domain::{
    shared::{Measures, Metric, Problems},
    smartswitch::EntityType,
};

/// What the menu of delays holds in place of a number.
pub const CUSTOM: &str = "custom";
/// The field of a delay that no menu has.
pub const CUSTOM_DELAY: &str = "custom_delay_minutes";
/// The box that turns the advanced KPIs on.
pub const USES_ADVANCED: &str = "uses_advanced_kpis";

const DELAY: &str = "action_delay_minutes";

const ENTRIES: [Entry; 17] = [
    Entry("name", Kind::Text),
    Entry("status", Kind::Choice),
    Entry("start_date", Kind::Moment),
    Entry("end_date", Kind::Moment),
    Entry("notify_employees", Kind::Tick),
    Entry("notify_partners", Kind::Tick),
    Entry("entity_type", Kind::Choice),
    Entry("offer_ids", Kind::Boxes),
    Entry("advertiser_ids", Kind::Boxes),
    Entry("variable", Kind::Choice),
    Entry("action", Kind::Choice),
    Entry("run_every_hours", Kind::Number),
    Entry("lookback_hours", Kind::Number),
    Entry(DELAY, Kind::Number),
    Entry("block_hours", Kind::Number),
    Entry("judge_empty", Kind::Tick),
    Entry("recover", Kind::Tick),
];

const KPI: [Entry; 7] = [
    Entry("event", Kind::Choice),
    Entry("event_name", Kind::Choice),
    Entry("metric", Kind::Choice),
    Entry("operator", Kind::Choice),
    Entry("value", Kind::Limit),
    Entry("to", Kind::Limit),
    Entry("only_when_sure", Kind::Tick),
];

const KPIS: Rows = Rows { name: "kpis", keys: &["metric", "value"], entries: &KPI, parts: &[] };

/// The fields of the form.
pub const SHEET: Sheet = Sheet {
    entries: &ENTRIES,
    rows: &[
        Rows {
            name: "thresholds",
            keys: &["data_point", "value"],
            entries: &[
                Entry("data_point", Kind::Choice),
                Entry("bound", Kind::Choice),
                Entry("value", Kind::Limit),
            ],
            parts: &[],
        },
        KPIS,
        Rows { name: "advanced_kpis", ..KPIS },
        Rows {
            name: "exclusions",
            keys: &["partner_id", "value"],
            entries: &[Entry("partner_id", Kind::Choice), Entry("value", Kind::Choice)],
            parts: &[],
        },
    ],
};

/// What the form of a new rule holds at first.
pub const USUAL: [(&str, &str); 10] = [
    ("notify_employees", "true"),
    ("notify_partners", "true"),
    ("entity_type", "offers"),
    ("variable", "source_id"),
    ("action", "block"),
    ("run_every_hours", "24"),
    ("lookback_hours", "24"),
    (DELAY, "60"),
    ("thresholds[0].data_point", "total_clicks"),
    ("recover", "true"),
];

/// A tab of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    General,
    Settings,
    Rules,
    AdditionalOptions,
}

impl Step {
    /// The four, in their order.
    pub const ALL: [Self; 4] = [Self::General, Self::Settings, Self::Rules, Self::AdditionalOptions];

    /// What its part of the page is called.
    pub const fn id(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Settings => "settings",
            Self::Rules => "rules",
            Self::AdditionalOptions => "additional-options",
        }
    }

    /// The word on the tab.
    pub const fn label(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Settings => "Settings",
            Self::Rules => "Rules",
            Self::AdditionalOptions => "Additional Options",
        }
    }

    /// The one that holds a field, or a list of rows.
    pub fn of(field: &str) -> Self {
        match field.split(['[', '.']).next().unwrap_or_default() {
            "variable" | "action" | "run_every_hours" | "lookback_hours" | DELAY => Self::Settings,
            "thresholds" | "kpis" | "advanced_kpis" => Self::Rules,
            "exclusions" | "block_hours" | "judge_empty" | "recover" => Self::AdditionalOptions,
            _ => Self::General,
        }
    }

    /// The one that a form is shown again with: where something is wrong, where rows were asked for, where it was
    /// left.
    pub fn open(form: &Form, problems: &Problems) -> Self {
        if let Some(error) = problems.0.first() {
            return Self::of(&error.field);
        }
        let rows = [form.get("add"), form.get("move")].into_iter().find(|rows| !rows.is_empty());
        let left = || Self::ALL.into_iter().find(|step| step.id() == form.get("step"));
        rows.map(Self::of).or_else(left).unwrap_or(Self::General)
    }
}

/// The form without what does not count as it is filled in: the other kind of entity, the end of what is no range,
/// the name of what is no named event, advanced KPIs that are turned off; and with the delay that was typed.
pub fn meant(form: &Form) -> Form {
    let is_custom = form.get(DELAY) == CUSTOM && !form.get(CUSTOM_DELAY).is_empty();
    let value = |name: &str, value: &str| match name {
        DELAY if is_custom => form.get(CUSTOM_DELAY).to_owned(),
        _ => value.to_owned(),
    };
    let fields = form.fields().iter().filter(|(name, _)| counts(form, name));
    Form::of(fields.map(|(name, held)| (name.clone(), value(name, held))).collect())
}

fn counts(form: &Form, name: &str) -> bool {
    let is_of_advertisers = form.get("entity_type") == EntityType::Advertisers.name();
    match name {
        "offer_ids" => !is_of_advertisers,
        "advertiser_ids" => is_of_advertisers,
        _ if name.starts_with("advanced_kpis[") && !form.is_ticked(USES_ADVANCED) => false,
        _ => name.rsplit_once('.').is_none_or(|(row, field)| counts_in(form, row, field)),
    }
}

fn counts_in(form: &Form, row: &str, field: &str) -> bool {
    let beside = |other: &str| form.get(&format!("{row}.{other}")).to_owned();
    match field {
        "event_name" => beside("event") == "named",
        "to" => beside("operator") == "range",
        "only_when_sure" => row.starts_with("advanced") || beside("metric").parse().is_ok_and(is_share),
        _ => true,
    }
}

/// A number without the decimals that say nothing: `5001.00` is 5001.
pub fn plain(number: &str) -> &str {
    number.strip_suffix(".00").unwrap_or(number)
}

/// Whether a metric is a share of counts, of which one can be sure.
pub fn is_share(metric: Metric) -> bool {
    metric.shares(&Measures::default()).is_some()
}
