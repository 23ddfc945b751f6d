//! The schemas of offers and what hangs on them.

use crate::web::describe::{
    Fields, Schema, Schemas, anything, bounded, decimal, flag, id_of, id_or_null, list, moment_or_null,
    named, named_or_null, text, whole, word,
};
use domain::offers::{CapMeasure, CapPeriod};

/// What an offer may be.
pub const STATUSES: [&str; 4] = ["active", "paused", "pending", "deleted"];
/// Who may see an offer.
pub const VISIBILITIES: [&str; 3] = ["public", "require_approval", "private"];
/// Where a partner may stand with an offer.
pub const STATES: [&str; 5] = ["none", "pending", "approved", "rejected", "blocked"];
const ACTIONS: [&str; 3] = ["off", "block", "fail_traffic"];

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [offers(), money(), rules(), parts(), super::coupons::schemas()].into_iter().flatten().collect()
}

fn offers() -> Schemas {
    let offer = fields_of_offer(Fields::of("What an advertiser pays for.").kept())
        .shown("code", text("What names the offer in tracking links."))
        .shown("currency", text("The network's currency."));
    let new = fields_of_offer(Fields::of("An offer that is to be, with its parts."))
        .optional("url", text("One landing page, in place of a list."))
        .optional("landing_pages", list("Where its visitors go.", named("LandingPage")))
        .optional("events", list("What else is paid for.", named("Event")));
    vec![("Offer", offer.done()), ("NewOffer", new.done())]
}

fn fields_of_offer(fields: Fields) -> Fields {
    let fields = fields
        .required("name", bounded("What people call it.", 200))
        .required("advertiser_id", id_of("Who pays."))
        .optional("status", word("Only active offers take clicks.", &STATUSES))
        .optional("visibility", word("Which partners may run it.", &VISIBILITIES))
        .optional("payout", named("Payout"))
        .optional("revenue", named("Revenue"))
        .optional("targeting", list("What a visitor must fit.", named("Condition")))
        .optional("end_date", moment_or_null("From then on it has ended (code 1)."))
        .optional("caps", list("How much of what it takes.", named("Cap")))
        .optional("over_cap", word("What becomes of a conversion above a cap.", &["reject", "hold", "pay"]))
        .optional(
            "forwarding",
            list(
                "Where clicks go before the offer judges them; the first that fits.",
                named("ForwardingRow"),
            ),
        )
        .optional("fail_traffic", named("FailTraffic"));
    let seconds = "Seconds from click to base conversion";
    fields
        .optional("duplicate_filter", named("DuplicateFilter"))
        .optional("converted_filter", named("ConvertedFilter"))
        .optional("block_bots", flag("Whether bots get a clean page instead of the offer."))
        .optional("min_conversion_seconds", whole(&format!("{seconds}, at least; sooner is rejected (20).")))
        .optional("max_conversion_seconds", whole(&format!("{seconds}, at most; later is rejected (5).")))
        .optional(
            "redirect",
            word("How visitors are sent on.", &["302", "meta_refresh", "double_meta_refresh"]),
        )
        .optional(
            "monitor_id",
            id_or_null("While the site of this monitor is down no click is taken (code 206)."),
        )
        .optional(
            "referrer_policy",
            word(
                "What the destination learns of the way.",
                &["no-referrer-when-downgrade", "no-referrer", "origin", "unsafe-url"],
            ),
        )
        .optional("forward_query", flag("Whether unknown parameters go on to the destination."))
        .optional("deep_links", named("DeepLinks"))
        .optional("allow_payout_override", flag("Whether a postback's `payout` counts."))
        .optional("allow_revenue_override", flag("Whether a postback's `revenue` counts."))
        .optional("allow_pixel", flag("Whether the cookie pixel may report conversions."))
        .optional("view_through", flag("Whether an impression without a click is credited for 24 hours."))
}

fn money() -> Schemas {
    let payout = Fields::of("What the partner earns.")
        .optional("type", word("For what.", &["cpa", "cps", "cpa_cps", "cpc", "cpm", "revenue_share"]))
        .optional("amount", decimal("A conversion, a click, or a thousand impressions, as the type says."))
        .optional("percent", decimal("Of the sale amount, or of the revenue."));
    let revenue = Fields::of("What the advertiser pays.")
        .optional("type", word("For what.", &["rpa", "rps", "rpa_rps", "rpc", "rpm"]))
        .optional("amount", decimal("A conversion, a click, or a thousand impressions, as the type says."))
        .optional("percent", decimal("Of the sale amount."));
    let cap = Fields::of("A limit.")
        .required("period", word("Of which period.", &CapPeriod::ALL.map(CapPeriod::name)))
        .required("measure", word("Of what.", &CapMeasure::ALL.map(CapMeasure::name)))
        .required("limit", decimal("A whole number of clicks or conversions, an amount of money."));
    vec![("Payout", payout.done()), ("Revenue", revenue.done()), ("Cap", cap.done())]
}

fn rules() -> Schemas {
    let operators = [
        "is",
        "is_not",
        "contains",
        "starts_with",
        "ends_with",
        "matches",
        "is_empty",
        "at_least",
        "at_most",
    ];
    let condition = Fields::of("One condition on a visitor; matching ignores case.")
        .required("field", text("Such as `country`, `os`, `sub1`."))
        .optional("op", word("How it is compared; `is` by default.", &operators))
        .optional("values", list("Any one suffices; for `is_not` none may match.", text("A value.")))
        .optional(
            "of",
            anything("What some fields need: `{\"offer\", \"period\"}`, `{\"monitor\"}`, `{\"zone\"}`."),
        );
    let fail_traffic = Fields::of("Where a click goes that the offer does not take.")
        .optional("mechanism", word("Which row is taken.", &["priority", "weight"]))
        .optional("rows", list("The ways out.", fail_row()));
    let duplicate = Fields::of("How a second click of the same visitor is known, and what becomes of it.")
        .optional("session", word("By what.", &["cookie", "ip", "ip_user_agent"]))
        .optional("hours", whole("For how long, 1 to 720."))
        .optional("action", word("What becomes of it.", &ACTIONS));
    let converted = Fields::of("What becomes of a visitor who has converted already.")
        .optional("action", word("What becomes of the click.", &ACTIONS));
    let deep_links = Fields::of("Whether `url=` may choose the page.")
        .optional("allowed", flag("Whether it may."))
        .optional("hosts", list("Where it may lead.", text("A host, or `*.` and a domain.")));
    vec![
        ("Condition", condition.done()),
        ("ForwardingRow", forwarding_row()),
        ("FailTraffic", fail_traffic.done()),
        ("DuplicateFilter", duplicate.done()),
        ("ConvertedFilter", converted.done()),
        ("DeepLinks", deep_links.done()),
    ]
}

const DESTINATION: &str = "`{\"offer\": id}`, `{\"smart_link\": id}` or `{\"url\": \"https://…\"}`.";

fn forwarding_row() -> Schema {
    Fields::of("Where clicks go before the offer judges them; stored with code 29.")
        .required("destination", anything(DESTINATION))
        .optional("partners", list("Whose clicks; empty takes every partner's.", id_of("A partner.")))
        .optional("targeting", list("What a visitor must fit.", named("Condition")))
        .optional("paid", flag("Whether the partner is paid there."))
        .done()
}

fn fail_row() -> Schema {
    Fields::of("One way out.")
        .required("destination", anything(DESTINATION))
        .optional("weight", whole("Its share where the mechanism is by weight, 0 to 1,000,000."))
        .optional("targeting", list("What a visitor must fit.", named("Condition")))
        .optional("codes", list("The codes that it takes; empty takes all.", whole("A code.")))
        .optional("paid", flag("Whether the partner is paid at the destination."))
        .done()
}

fn parts() -> Schemas {
    let page = Fields::of("A page that visitors are sent to.")
        .kept()
        .shown("offer_id", id_of("The offer."))
        .optional("name", bounded("What people call it.", 200))
        .required("url", bounded("May hold macros, never in scheme or host.", 8_000))
        .optional("weight", whole("Its share of the visitors, 0 to 1,000,000."))
        .optional("active", flag("Whether visitors are sent there."));
    let event = Fields::of("A named event beside the base conversion.")
        .kept()
        .shown("offer_id", id_of("The offer."))
        .required("name", bounded("What a postback's `event` gives: `a-z 0-9 _ - .`", 64))
        .optional("payout", named("Payout"))
        .optional("revenue", named("Revenue"))
        .shown("currency", text("The network's currency."));
    let own = Fields::of("A partner's own payout for one event.")
        .required("event_id", id_of("The event."))
        .required("payout", named("Payout"))
        .done();
    let approval = Fields::of("What a partner may do with an offer, and on which terms.")
        .kept()
        .shown("partner_id", id_of("The partner."))
        .optional("offer_id", id_of("The offer; sent where the address does not name it."))
        .optional("state", word("Where it stands.", &STATES))
        .optional("payout", named_or_null("Payout"))
        .optional("event_payouts", list("In place of the events' own.", own))
        .optional("caps", list("Of this partner's share.", named("Cap")))
        .shown("currency", text("The network's currency."));
    vec![("LandingPage", page.done()), ("Event", event.done()), ("PartnerOffer", approval.done())]
}
