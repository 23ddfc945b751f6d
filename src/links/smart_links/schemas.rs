//! The schemas of Smart Links and of partners' rules on them.

use crate::web::{
    describe::{
        Fields, Schema, Schemas, among, bounded, decimal_or_null, flag, flaws, id_of, id_or_null, list,
        named, text, whole, word,
    },
    status::STATUSES,
};
use domain::links::kpi::{KpiMetric, Lookback, RunEvery};

/// How a row is chosen.
pub const MECHANISMS: [&str; 3] = ["priority", "weight", "kpi"];

pub fn schemas() -> Schemas {
    let row = Fields::of("An offer in a Smart Link; the same offer may stand in several rows.")
        .optional("id", id_of("Names the row wherever it is moved to; leave it out for a new one."))
        .required("offer_id", id_of("Where it leads."))
        .optional("landing_page_id", id_or_null("Drawn among the offer's pages by their weights without."))
        .optional("weight", whole("Counts by weight only; a row of 0 is never drawn."))
        .optional("targeting", list("Whom it takes, beside whom the offer takes.", named("Condition")));
    let link = Fields::of("One tracking link over several offers.")
        .kept()
        .shown("code", text("What names it in tracking links."))
        .shown("flaws", flaws())
        .required("name", bounded("What people call it.", 200))
        .optional("status", word("Only active ones take clicks.", &STATUSES))
        .optional(
            "domain_id",
            id_or_null("The tracking domain that it is shown with; the usual one without."),
        )
        .optional("visible_to_partners", flag("Whether partners see it in their portal."))
        .optional("labels", list("Words to find it by.", bounded("One.", 50)))
        .optional("mechanism", word("Which of the rows that would take a click does.", &MECHANISMS))
        .optional("kpi", named("KpiSettings"))
        .optional(
            "rows",
            list(
                "In the order of their priority. By KPI, adding or removing one, or leading it elsewhere, starts the learning anew.",
                row.done(),
            ),
        )
        .optional(
            "catch_all_id",
            id_or_null("The offer that takes what no row takes, of unapproved partners too."),
        )
        .optional(
            "partner_rules",
            flag("Whether a partner may leave out or narrow rows for its own traffic."),
        );
    let rule = Fields::of("What a partner does with one row.")
        .required("row_id", id_of("The row."))
        .optional("left_out", flag("It takes none of the partner's clicks."))
        .optional("targeting", list("It takes only these of them.", named("Condition")));
    let rules = Fields::of("How a partner narrows a Smart Link for its own traffic.")
        .kept()
        .shown("smart_link_id", id_of("The Smart Link."))
        .required("partner_id", id_of("The partner."))
        .optional("rows", list("A rule a row.", rule.done()));
    vec![("SmartLink", link.done()), ("KpiSettings", kpi()), ("PartnerRules", rules.done())]
}

fn kpi() -> Schema {
    Fields::of("What the optimiser is asked for, where rows are chosen by KPI.")
        .optional(
            "metric",
            word("What the routing is moved towards.", &KpiMetric::ALL.map(KpiMetric::name)),
        )
        .optional(
            "goal",
            decimal_or_null("To come as near to it as possible: CVR and EVR in percent, sums as those of the lookback; as much as possible without."),
        )
        .optional("threshold", whole("Clicks before the weights are moved for the first time."))
        .optional("every_hours", among("Hours from one run to the next.", RunEvery::ALL.iter().map(|every| every.hours())))
        .optional("lookback_hours", among("Hours whose figures count in full.", Lookback::ALL.iter().map(|lookback| lookback.hours())))
        .optional("memory", flag("Whether older figures of the same rows count too, at 0.3 of their weight."))
        .done()
}
