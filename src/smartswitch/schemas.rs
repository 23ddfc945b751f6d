//! The schemas of rules, the sources that they have found, runs, source blocks and traffic controls.

use super::source_blocks::VARIABLES;
use crate::web::{
    describe::{Fields, Schemas, bounded, id_or_null, list, text, word},
    status::STATUSES,
};
use domain::smartswitch::{ListKind, ListOperator};

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let operators = ListOperator::ALL.map(ListOperator::name);
    let values = |what: &str| {
        list(what, text("One value, in any case; 10,000 at most, 100 where it is not compared as a whole."))
    };
    let block = Fields::of("Sources of a partner that are refused with code 14.")
        .kept()
        .required("name", bounded("What people call it.", 200))
        .optional("status", word("Only active ones refuse.", &STATUSES))
        .optional("partner_id", id_or_null("Whose sources; every partner's without it."))
        .optional("offer_id", id_or_null("At which offer; at every one without it."))
        .optional("variable", word("What tells sources apart.", &VARIABLES))
        .optional("operator", word("How values are compared.", &operators))
        .required("values", values("The sources; any of them is refused."))
        .optional("note", bounded("Why, for colleagues.", 1_000));
    let control = Fields::of("A list over the whole network of whom it refuses with code 24.")
        .kept()
        .required("name", bounded("What people call it.", 200))
        .optional("status", word("Only active ones refuse.", &STATUSES))
        .optional(
            "list",
            word(
                "A black list refuses whom it names; of white lists on one field the visitor must be on one.",
                &ListKind::ALL.map(ListKind::name),
            ),
        )
        .required("field", text("source_id, sub1 to sub30, referrer, ip, isp, user_agent or country."))
        .optional("operator", word("How values are compared; `ip` takes only `is`.", &operators))
        .required("values", values("Who is on it; for `ip` addresses, CIDR blocks or first-last."))
        .optional("note", bounded("Why, for colleagues.", 1_000));
    let neighbours = vec![("SourceBlock", block.done()), ("TrafficControl", control.done())];
    let rooms = [super::rules::schemas(), super::variables::schemas(), super::runs::schemas(), neighbours];
    rooms.into_iter().flatten().collect()
}
