//! The schemas of uploads.

use crate::web::describe::{
    Fields, Schema, Schemas, decimal, list, moment, named, text, text_or_null, whole, whole_or_null, word,
};

const STATES: [&str; 6] = ["scanning", "refused", "ready", "writing", "written", "cancelled"];

/// The schemas of uploads.
#[must_use]
pub fn schemas() -> Schemas {
    vec![
        ("Upload", upload()),
        ("UploadError", error()),
        ("UploadEffect", effect()),
        ("ConversionDecision", decision()),
    ]
}

fn upload() -> Schema {
    Fields::of("A file of conversions, or a decision over many, from its scan to the end of its writing.")
        .shown("id", text("Its id."))
        .shown("at", moment("When it came."))
        .shown("kind", word("What it does.", &["new", "status", "amounts"]))
        .shown("file", text("The file's name, or in words which conversions were selected."))
        .shown("sha256", text_or_null("Of the file's bytes."))
        .shown("bytes", whole("The file's size."))
        .shown("by", text("Who brought it."))
        .shown(
            "state",
            word("ready waits for `write`; refused has errors, and nothing of it is ever written.", &STATES),
        )
        .shown("rows", whole("Rows below the first."))
        .shown("scanned", whole("Rows that are checked."))
        .shown("errors", whole("Wrong cells and rows."))
        .shown("changes", whole("Rows that change something."))
        .shown("unchanged", whole("Rows that say what is so already."))
        .shown("written", whole("Of the changes, how many are dealt with."))
        .shown("changed", whole("Of these, how many changed something: others were overtaken meanwhile."))
        .shown(
            "counted",
            whole("Of those dealt with, how many are in the figures of every dimension, beside the totals."),
        )
        .shown("same_as", text_or_null("An earlier upload of the same file that was written."))
        .shown("decided_by", text_or_null("Who had it written, or called it off."))
        .shown("decided_at", text_or_null("When."))
        .shown("finished_at", text_or_null("When it was over."))
        .shown("currency", text("The network's currency."))
        .shown("effect", named("UploadEffect"))
        .done()
}

fn figures(of: &str) -> Fields {
    Fields::of(of)
        .shown("approved", whole("Base conversions that count."))
        .shown("pending", whole("Base conversions that wait."))
        .shown("rejected", whole("Base conversions that don't count."))
        .shown("events", whole("Named events that count."))
        .shown("payout", decimal("What partners earn."))
        .shown("revenue", decimal("What advertisers pay."))
        .shown("pending_payout", decimal("The payout of what waits."))
        .shown("pending_revenue", decimal("The revenue of what waits."))
        .shown("sale_amount", decimal("Baskets."))
        .shown("profit", decimal("Revenue less payout."))
}

fn effect() -> Schema {
    let partner = figures("Of one partner.").shown("partner_id", text("The partner.")).done();
    Fields::of("What it adds to the figures; what it takes away is negative.")
        .shown("total", figures("Over all partners.").done())
        .shown("partners", list("Partner by partner.", partner))
        .done()
}

fn error() -> Schema {
    Fields::of("What is wrong at one place of a file.")
        .shown("row", whole("As a spreadsheet counts, the first being 1."))
        .shown("column", whole_or_null("From 1; null where it is about the whole row."))
        .shown("name", text_or_null("The column's name."))
        .shown("value", text_or_null("What stands there."))
        .shown("message", text("What is wrong and what would be right."))
        .done()
}

fn decision() -> Schema {
    let statuses = ["approved", "pending", "rejected"];
    Fields::of(
        "Which conversions get which status. Nothing changes before the upload that comes of it is written.",
    )
    .required("status", word("The status.", &statuses))
    .optional("ids", list("These conversions, at most 10,000.", text("A conversion's id.")))
    .optional(
        "filter",
        text(
            "All that fit this: the query of `GET /api/v1/conversions`, such as `offer_id=7&status=pending`.",
        ),
    )
    .done()
}
