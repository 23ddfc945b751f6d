//! The schemas of clicks and impressions.

use crate::web::describe::{
    Fields, Schemas, anything, decimal, flag, flag_or_null, id_or_null, moment, number_or_null, text, whole,
    whole_or_null, word,
};
use domain::tracking::SUBS;

/// Whom a click or impression was about.
const ABOUT: [(&str, &str); 4] = [
    ("partner_id", "The partner."),
    ("offer_id", "The offer."),
    ("smart_link_id", "The Smart Link."),
    ("campaign_id", "The campaign."),
];
/// What is known of every visitor.
const VISITOR: [(&str, &str); 8] = [
    ("country", "Two letters."),
    ("os", "The operating system."),
    ("browser", "The browser."),
    ("ip", "The visitor's address."),
    ("user_agent", "As it was sent."),
    ("referrer", "As it was sent."),
    ("source_id", "As it was sent."),
    ("domain", "The network's tracking domain that the link was followed on."),
];

/// The schemas of both logs.
#[must_use]
pub fn schemas() -> Schemas {
    vec![("Click", click()), ("Impression", impression())]
}

fn click() -> crate::web::describe::Schema {
    let fields = of_visitor(Fields::of("A click, whether it was taken or not."))
        .shown("landing_page_id", id_or_null("The landing page."))
        .shown("verdict", word("What it counts as.", &["valid", "duplicate", "invalid"]))
        .shown("code", whole_or_null("Why it is not valid."))
        .shown(
            "smart_switch_rule_id",
            id_or_null(
                "The SmartSwitch rule that refused it with code 28; null for who may not open all rules.",
            ),
        )
        .texts(&[
            ("parent", "The click that was sent on to this one."),
            ("reason", "The code in words."),
            ("region", "Where the visitor was: the English name, or the code where there is no name."),
            ("city", "Where the visitor was: the English name."),
            ("isp", "The visitor's internet service provider."),
            ("os_version", "The operating system's version."),
            ("browser_version", "The browser's version."),
            ("language", "The preferred language."),
            ("connection", "How the visitor was connected: mobile, wifi or cable."),
            ("carrier", "The mobile network's operator."),
            ("ref_id", "The partner's own id of it."),
            ("destination", "Where the visitor was sent."),
            ("onward", "Where the campaign's landing page leads on to."),
        ])
        .shown("asn", whole_or_null("The number of the autonomous system that the visitor's address is in."))
        .shown("proxy", flag_or_null("Whether the address hides the visitor; null where no data file tells."))
        .shown("other", anything("Parameters that have no name here."))
        .shown("decision", decision());
    let subs: Vec<String> = (1..=SUBS).map(|number| format!("sub{number}")).collect();
    let subs: Vec<_> = subs.iter().map(|name| (name.as_str(), "As it was sent.")).collect();
    fields.texts(&subs).done()
}

fn decision() -> crate::web::describe::Schema {
    Fields::of("What was decided, and from what it can be computed again.")
        .shown("plan_version", whole("The configuration in force."))
        .shown("branch", whole_or_null("The branch that matched."))
        .shown("option", whole_or_null("The offer's landing page that was drawn, by its place."))
        .shown(
            "row_id",
            id_or_null("The row of the Smart Link, or the rule of the campaign, that took the click."),
        )
        .shown("campaign_page_id", id_or_null("The campaign's landing page that was shown."))
        .shown("rotator_option_id", id_or_null("The option of the rotator that was drawn."))
        .shown("propensity", number_or_null("How likely it was."))
        .shown("seed", text("The dice."))
        .shown("facts", anything("What was asked of caps, duplicates, monitors and rotators and had another answer than usual: `capped`, `seen`, `converted` (offers), `met` (what SmartSwitch keeps out at offers, for who may open all rules), `sites_down` (monitors), and what the link asked for: `landing_page_id`, `deep_link`. The explanation of the click tells the counts too."))
        .shown("paid", flag("Whether the partner is paid."))
        .done()
}

fn impression() -> crate::web::describe::Schema {
    let subs = ["sub1", "sub2", "sub3", "sub4", "sub5"].map(|name| (name, "As it was sent."));
    of_visitor(Fields::of("An impression.")).texts(&subs).done()
}

fn of_visitor(fields: Fields) -> Fields {
    fields
        .shown("id", text("32 hexadecimal digits."))
        .shown("at", moment("When."))
        .ids(&ABOUT)
        .texts(&VISITOR)
        .texts(&[("device", "desktop, mobile, tablet, tv, console or bot.")])
        .shown("is_bot", flag("Whether a bot came."))
        .shown("payout", decimal("What the partner earns by it."))
        .shown("revenue", decimal("What the advertiser pays for it."))
        .shown("currency", text("The network's currency."))
}
