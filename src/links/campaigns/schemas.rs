//! The schemas of campaigns.

use crate::web::{
    describe::{
        Fields, Schemas, bounded, decimal_or_null, flag, flaws, id_of, id_or_null, list, named, text, whole,
        whole_or_null, word,
    },
    status::STATUSES,
};
use domain::links::RotatorGoal;

/// What is said of ids that the caller may choose.
const OWN_ID: &str = "Leave it out for a new one, or choose a number to name it by in the same call; nothing of the network's campaigns may have it yet.";

pub fn schemas() -> Schemas {
    let page = Fields::of("A page that visitors see before an offer; its way on is `/out/{clickid}`.")
        .optional("id", id_of(OWN_ID))
        .required("name", bounded("What people call it.", 200))
        .required("url", text("May hold macros in path and query."));
    let option = Fields::of("One way that a rotator may send a visitor.")
        .optional("id", id_of(OWN_ID))
        .required("offer_id", id_of("Where it leads."))
        .optional("landing_page_id", id_or_null("A landing page of the campaign that stands before."));
    let rotator = Fields::of("Options that share visitors as they have earned.")
        .optional("id", id_of(OWN_ID))
        .required("name", bounded("What people call it.", 200))
        .optional("goal", word("What it aims at.", &RotatorGoal::ALL.map(RotatorGoal::name)))
        .optional(
            "min_impressions",
            whole("Views that each option gets in turn before it learns; 0 to 100,000."),
        )
        .optional(
            "exploration",
            decimal_or_null("Percent of the visitors drawn among all options alike; 0 to 50."),
        )
        .optional(
            "window_hours",
            whole_or_null("For how many hours back figures count; all of them without."),
        )
        .optional("options", list("At most 50.", option.done()));
    let rule =
        Fields::of("It wins where every one of its conditions holds; more conditions are asked first.")
            .optional("id", id_of(OWN_ID))
            .optional("name", bounded("What people call it.", 200))
            .optional("conditions", list("All have to hold.", named("Condition")))
            .optional("to", named("Branch"));
    let page_share = Fields::of("A landing page in a split.")
        .required("landing_page_id", id_of("One of the campaign's."))
        .optional("weight", whole("0 is never drawn."));
    let offer_share = Fields::of("An offer in a split.")
        .required("offer_id", id_of("Where it leads."))
        .optional("weight", whole("0 is never drawn."));
    let branch = Fields::of(
        "Where visitors go: to a rotator, else to a page and an offer, drawn one without the other.",
    )
    .optional("rotator_id", id_or_null("A rotator of the campaign; pages and offers don't count with it."))
    .optional("landing_pages", list("None sends visitors straight to the offer.", page_share.done()))
    .optional("offers", list("Offers that would not take the click are left out.", offer_share.done()));
    let campaign = Fields::of("A link whose way is a flow of rules.")
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
        .optional("landing_pages", list("Its own pages.", page.done()))
        .optional("rotators", list("Its rotators.", rotator.done()))
        .optional("rules", list("In the order that settles ties.", rule.done()))
        .optional("defaults", named("Branch"));
    vec![("Campaign", campaign.done()), ("Branch", branch.done())]
}
