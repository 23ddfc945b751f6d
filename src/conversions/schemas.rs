//! The schemas of conversions and of advertisers' calls.

use crate::web::describe::{
    Fields, Schema, Schemas, decimal, flag, list, moment, moment_or_null, text, text_or_null, whole,
    whole_or_null, word,
};

const STATUSES: [&str; 3] = ["approved", "pending", "rejected"];

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let status = Fields::of("What is decided by hand.")
        .required("status", word("From now on only changed by hand.", &STATUSES))
        .done();
    let mut schemas =
        vec![("Conversion", conversion()), ("ConversionStatus", status), ("Postback", postback())];
    schemas.extend(super::uploads::schemas());
    schemas
}

fn conversion() -> Schema {
    let subs = ["sub1", "sub2", "sub3", "sub4", "sub5"].map(|name| (name, "The click's."));
    Fields::of("A conversion or event, with the amounts in force when it came.")
        .shown("id", text("32 hexadecimal digits."))
        .shown("click_id", text_or_null("The click that it came of."))
        .shown("at", moment("When."))
        .shown(
            "click_at",
            moment_or_null("When its click, or the view without one, came; a coupon has none."),
        )
        .ids(&[
            ("offer_id", "The offer."),
            ("partner_id", "The partner."),
            ("advertiser_id", "The advertiser."),
            ("smart_link_id", "The Smart Link."),
            ("campaign_id", "The campaign."),
            ("landing_page_id", "The landing page."),
        ])
        .shown("status", word("What becomes of it.", &STATUSES))
        .shown("code", whole_or_null("Why it is not approved."))
        .shown("by_hand", flag("Whether the status was decided by hand."))
        .shown("fraud", flag("Whether the advertiser flagged it."))
        .shown("view_through", flag("Whether an impression without a click is credited with it."))
        .shown("amount", decimal("The sale amount."))
        .shown("payout", decimal("What the partner earns."))
        .shown("revenue", decimal("What the advertiser pays."))
        .shown("currency", text("The network's currency."))
        .texts(&[
            ("event", "The named event; null for the base conversion."),
            ("reason", "The code in words."),
            ("txn_id", "The advertiser's own id."),
            ("country", "The click's."),
            ("device", "The click's."),
            ("os", "The click's."),
            ("browser", "The click's."),
            ("connection", "The click's."),
            ("ip", "The click's."),
            ("source_id", "The click's."),
        ])
        .texts(&subs)
        .shown("history", list("Every status that it had, where one is looked at.", passage()))
        .done()
}

fn passage() -> Schema {
    Fields::of("One status.")
        .shown("version", whole("Counts from 1."))
        .shown("at", moment("Since when."))
        .shown("actor", text("Who decided."))
        .shown("status", word("The status.", &STATUSES))
        .shown("code", whole_or_null("Why."))
        .shown("reason", text_or_null("The code in words."))
        .shown("note", text_or_null("With which upload it came, and which amounts changed."))
        .done()
}

fn postback() -> Schema {
    Fields::of("A call of an advertiser, as it came.")
        .shown("id", text("32 hexadecimal digits."))
        .shown("at", moment("When."))
        .shown("query", text("What it said."))
        .shown("outcome", text("What became of it: approved, pending, rejected, or refused."))
        .shown("code", whole_or_null("Why it was refused."))
        .ids(&[("offer_id", "The offer."), ("advertiser_id", "The advertiser.")])
        .texts(&[
            ("ip", "From where."),
            ("user_agent", "As it was sent."),
            ("click_id", "The click that it named."),
            ("reason", "The code in words."),
            ("problem", "What could not be read (code 12), with its parameter."),
            ("conversion_id", "The conversion that came of it."),
        ])
        .done()
}
