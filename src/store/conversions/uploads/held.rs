//! Many conversions written in a few statements, with their history and facts.

use crate::{
    Error,
    conversions::Conversion,
    shared::{ColumnType, OnConflict, Rows, Table, Transaction, now_millis, run},
};
use ColumnType::{Integer, Text, Uuid as Id};
use sea_orm::Value;

const CONVERSIONS: Table = Table {
    name: "conversions",
    key: 2,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", Integer),
        ("id", Id),
        ("click_id", Id),
        ("click_at", Integer),
        ("at", Integer),
        ("offer_id", Integer),
        ("partner_id", Integer),
        ("advertiser_id", Integer),
        ("smart_link_id", Integer),
        ("campaign_id", Integer),
        ("landing_page_id", Integer),
        ("event_id", Integer),
        ("event", Text),
        ("identity", Text),
        ("txn_id", Text),
        ("status", Text),
        ("code", Integer),
        ("by_hand", Integer),
        ("fraud", Integer),
        ("amount", Integer),
        ("payout", Integer),
        ("revenue", Integer),
        ("country", Text),
        ("device", Integer),
        ("os", Text),
        ("browser", Text),
        ("connection", Text),
        ("ip", Text),
        ("source_id", Text),
        ("sub1", Text),
        ("sub2", Text),
        ("sub3", Text),
        ("sub4", Text),
        ("sub5", Text),
        ("session_key", Integer),
        ("more", Text),
        ("view_through", Integer),
        ("domain", Text),
        ("row_id", Integer),
        ("campaign_page_id", Integer),
        ("rotator_option_id", Integer),
        ("has_device_id", Integer),
    ],
};

const HISTORY: Table = Table {
    name: "conversion_history",
    key: 3,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", Integer),
        ("conversion_id", Id),
        ("version", Integer),
        ("at", Integer),
        ("actor", Text),
        ("status", Text),
        ("code", Integer),
        ("note", Text),
    ],
};

const OUTBOX: Table = Table {
    name: "outbox",
    key: 0,
    on_conflict: OnConflict::Never,
    columns: &[("network_id", Integer), ("at", Integer), ("kind", Text), ("body", Text)],
};

/// Who writes, and what the history says of it.
#[derive(Clone, Copy)]
pub(super) struct Note<'a> {
    pub actor: &'a str,
    pub text: &'a str,
}

/// Stores new conversions, the first lines of their histories, and their facts.
pub(super) async fn insert_all(
    transaction: &Transaction,
    all: &[Conversion],
    note: Note<'_>,
) -> Result<(), Error> {
    let (mut rows, mut history) = (Rows::new(CONVERSIONS), Rows::new(HISTORY));
    let now = now_millis();
    for conversion in all {
        push(&mut rows, conversion);
        history
            .integer(conversion.network_id)
            .uuid(conversion.id.as_u128())
            .integer(1)
            .integer(now)
            .text(note.actor)
            .text(&conversion.status)
            .integer(conversion.code)
            .text(note.text);
    }
    rows.insert(transaction).await?;
    history.insert(transaction).await?;
    tell(transaction, all.iter(), true).await
}

fn push(rows: &mut Rows, conversion: &Conversion) {
    rows.integer(conversion.network_id)
        .uuid(conversion.id.as_u128())
        .uuid(conversion.click_id.as_u128())
        .integer(conversion.click_at)
        .integer(conversion.at)
        .integer(conversion.offer_id)
        .integer(conversion.partner_id)
        .integer(conversion.advertiser_id)
        .integer(conversion.smart_link_id)
        .integer(conversion.campaign_id)
        .integer(conversion.landing_page_id)
        .integer(conversion.event_id)
        .text(&conversion.event)
        .single_text(&conversion.identity)
        .single_text(&conversion.txn_id)
        .text(&conversion.status)
        .integer(conversion.code)
        .integer(conversion.by_hand)
        .integer(conversion.fraud)
        .integer(conversion.amount)
        .integer(conversion.payout)
        .integer(conversion.revenue)
        .text(&conversion.country)
        .integer(conversion.device)
        .text(&conversion.os)
        .text(&conversion.browser)
        .text(&conversion.connection)
        .text(&conversion.ip)
        .text(&conversion.source_id)
        .text(&conversion.sub1)
        .text(&conversion.sub2)
        .text(&conversion.sub3)
        .text(&conversion.sub4)
        .text(&conversion.sub5)
        .integer(conversion.session_key)
        .text(&conversion.more)
        .integer(conversion.view_through)
        .text(&conversion.domain)
        .integer(conversion.row_id)
        .integer(conversion.campaign_page_id)
        .integer(conversion.rotator_option_id)
        .integer(conversion.has_device_id);
}

/// Stores other statuses and amounts, a line of each history, and the facts. Each comes with its note.
pub(super) async fn update_all(
    transaction: &Transaction,
    all: &[(Conversion, String)],
    actor: &str,
) -> Result<(), Error> {
    let Some((first, _)) = all.first() else { return Ok(()) };
    let mut values: Vec<Value> = vec![first.network_id.into()];
    let rows: Vec<String> = all
        .iter()
        .map(|(conversion, note)| {
            let row: [Value; 8] = [
                conversion.id.into(),
                conversion.status.as_str().into(),
                conversion.code.into(),
                conversion.by_hand.into(),
                conversion.amount.into(),
                conversion.payout.into(),
                conversion.revenue.into(),
                note.as_str().into(),
            ];
            let from = values.len() + 1;
            values.extend(row);
            let marks: Vec<String> = (from..from + 8).map(|number| format!("${number}")).collect();
            format!("({})", marks.join(", "))
        })
        .collect();
    let given = format!(
        "WITH given(id, status, code, by_hand, amount, payout, revenue, note) AS (VALUES {})",
        rows.join(", ")
    );
    let update = format!(
        "{given} UPDATE conversions SET status = given.status, code = given.code, by_hand = given.by_hand, \
         amount = given.amount, payout = given.payout, revenue = given.revenue FROM given \
         WHERE conversions.network_id = $1 AND conversions.id = given.id"
    );
    run(transaction, &update, values.clone()).await?;
    let (at, by) = (values.len() + 1, values.len() + 2);
    values.extend([Value::from(now_millis()), actor.into()]);
    let note = format!(
        "{given} INSERT INTO conversion_history (network_id, conversion_id, version, at, actor, status, code, note) \
         SELECT $1, given.id, (SELECT COUNT(*) + 1 FROM conversion_history h WHERE h.network_id = $1 \
         AND h.conversion_id = given.id), ${at}, ${by}, given.status, given.code, given.note FROM given"
    );
    run(transaction, &note, values).await?;
    tell(transaction, all.iter().map(|(conversion, _)| conversion), false).await
}

/// Writes their facts into the outbox.
async fn tell<'a>(
    transaction: &Transaction,
    all: impl Iterator<Item = &'a Conversion>,
    is_new: bool,
) -> Result<(), Error> {
    let (mut rows, now) = (Rows::new(OUTBOX), now_millis());
    for conversion in all {
        let fact = conversion.fact(is_new);
        let body = serde_json::to_string(&fact)?;
        rows.integer(conversion.network_id).integer(now).text(fact.kind()).single_text(&body);
    }
    rows.insert(transaction).await?;
    Ok(())
}
