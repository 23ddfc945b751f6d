//! The schemas of rules.

use super::api::ACTIONS;
use crate::{
    smartswitch::source_blocks::VARIABLES,
    web::{
        describe::{
            Fields, Schema, Schemas, among, bounded, decimal, decimal_or_null, flag, id_of, id_or_null, list,
            moment_or_null, named, text, text_or_null, whole, whole_or_null, word,
        },
        status::STATUSES,
    },
};
use domain::{
    shared::Metric,
    smartswitch::{
        AdvancedMetric, Bound, DataPoint, EntityType, EventKind, Lookback, RunEvery, SwitchOperator,
    },
};

/// The schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let metrics: Vec<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    vec![
        ("SmartSwitchRule", rule()),
        ("Threshold", threshold()),
        ("Kpi", kpi("What is unacceptable of a figure of reports.", &metrics)),
        (
            "AdvancedKpi",
            kpi(
                "What is unacceptable of the quality of conversions, in percent of them.",
                &AdvancedMetric::ALL.map(AdvancedMetric::name),
            ),
        ),
        ("Exclusion", exclusion()),
    ]
}

fn rule() -> Schema {
    let fields = Fields::of("Which traffic is unacceptable, and what becomes of the sources that bring it.")
        .kept()
        .shown("currency", text("The network's currency."))
        .required("name", bounded("What people call it.", 200))
        .optional("status", word("Only active ones run; 30 at most beside the deleted ones.", &STATUSES))
        .optional("start_date", moment_or_null("Before this it does nothing."))
        .optional(
            "end_date",
            moment_or_null("From then on it does nothing, and what is pending is cancelled."),
        )
        .optional("notify_employees", flag("Whether employees are told."))
        .optional("notify_partners", flag("Whether the partners whose traffic is affected are told."))
        .optional("entity_type", word("What it names.", &EntityType::ALL.map(EntityType::name)))
        .optional("offer_ids", list("The offers of a rule on offers.", id_of("An offer.")))
        .optional(
            "advertiser_ids",
            list("Those of a rule on advertisers; each of their offers is judged by itself.", id_of("One.")),
        );
    let fields = fields
        .optional("variable", word("What tells sources apart.", &VARIABLES))
        .optional("action", word("What becomes of a source's clicks: a blank page, the offer's fail traffic, or nothing but the notice.", &ACTIONS))
        .optional("run_every_hours", among("Hours from one run to the next.", RunEvery::ALL.iter().map(|every| every.hours())))
        .optional("lookback_hours", among("Hours that each run looks at.", Lookback::ALL.iter().map(|lookback| lookback.hours())))
        .optional("action_delay_minutes", whole("Minutes between the notice and the action: 0 to 43,200."));
    fields
        .required(
            "thresholds",
            list("One of them has to be reached before the KPIs are looked at.", named("Threshold")),
        )
        .optional("kpis", list("All of them have to hold, with the advanced ones.", named("Kpi")))
        .optional("advanced_kpis", list("All of them have to hold, with the others.", named("AdvancedKpi")))
        .optional("exclusions", list("Sources that are left alone.", named("Exclusion")))
        .optional(
            "block_hours",
            whole_or_null("Hours that a block lasts: 1 to 8,784; until it is lifted without."),
        )
        .optional(
            "judge_empty",
            flag("Whether traffic without the variable is judged, as a source of its own."),
        )
        .optional(
            "recover",
            flag("Whether a source that breaches no longer when its delay ends is left alone."),
        )
        .done()
}

fn threshold() -> Schema {
    Fields::of("From when on a source is judged.")
        .required("data_point", word("What is counted.", &DataPoint::ALL.map(DataPoint::name)))
        .optional("bound", word("Whether so much is the least or the most.", &Bound::ALL.map(Bound::name)))
        .required("value", decimal("A whole number, or an amount of the network's currency."))
        .done()
}

fn kpi(description: &str, metrics: &[&str]) -> Schema {
    let only_when_sure = "Only where the figures leave no doubt: with a probability of 95 % what lies behind the share breaches too. For shares alone.";
    Fields::of(description)
        .optional(
            "event",
            word(
                "The base conversion, any named event, or the one that is named.",
                &EventKind::ALL.map(EventKind::name),
            ),
        )
        .optional("event_name", bounded("The event, where it is a named one.", 200))
        .required("metric", word("What is compared.", metrics))
        .optional(
            "operator",
            word("How; a range holds both its ends.", &SwitchOperator::ALL.map(SwitchOperator::name)),
        )
        .required(
            "value",
            decimal("A number, an amount of the network's currency, or a percentage where it is a share."),
        )
        .optional("to", decimal_or_null("Where a range ends."))
        .optional("only_when_sure", flag(only_when_sure))
        .done()
}

fn exclusion() -> Schema {
    Fields::of("Sources that a rule leaves alone; it names a partner, a value or both.")
        .optional("partner_id", id_or_null("Whose; every partner's without it."))
        .optional(
            "value",
            text_or_null("The variable's value, exactly; every one of the partner's without it."),
        )
        .done()
}
