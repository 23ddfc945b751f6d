//! Rows of clicks, as the drain writes them.

use super::record::ClickRecord;
use crate::shared::{ColumnType, OnConflict, Rows, Table};
use domain::shared::ClickId;
use serde_json::{Map, Value as Json};

use ColumnType::{Integer, Real, Text, Uuid as Id};

const CLICKS: Table = Table {
    name: "clicks",
    key: 3,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", Integer),
        ("day", Integer),
        ("id", Id),
        ("parent", Text),
        ("partner_id", Integer),
        ("offer_id", Integer),
        ("smart_link_id", Integer),
        ("campaign_id", Integer),
        ("landing_page_id", Integer),
        ("verdict", Integer),
        ("code", Integer),
        ("country", Text),
        ("region", Text),
        ("city", Text),
        ("device", Integer),
        ("os", Text),
        ("os_version", Text),
        ("browser", Text),
        ("browser_version", Text),
        ("language", Text),
        ("connection", Text),
        ("isp", Text),
        ("carrier", Text),
        ("proxy", Integer),
        ("is_bot", Integer),
        ("ip", Text),
        ("user_agent", Text),
        ("referrer", Text),
        ("source_id", Text),
        ("ref_id", Text),
        ("sub1", Text),
        ("sub2", Text),
        ("sub3", Text),
        ("sub4", Text),
        ("sub5", Text),
        ("more", Text),
        ("destination", Text),
        ("payout", Integer),
        ("revenue", Integer),
        ("paid", Integer),
        ("session_key", Integer),
        ("plan_version", Integer),
        ("seed", Integer),
        ("branch", Integer),
        ("option", Integer),
        ("propensity", Real),
        ("facts", Text),
        ("algorithm", Integer),
        ("domain", Text),
        ("row_id", Integer),
        ("campaign_page_id", Integer),
        ("rotator_option_id", Integer),
        ("onward", Text),
        ("asn", Integer),
        ("smart_switch_rule_id", Integer),
    ],
};

/// The version of how clicks are decided and kept, stored with every click. From 2 on every fact is noted by which
/// a visit was decided.
pub const ALGORITHM: i64 = 2;
/// The `sub` parameters that have a column of their own; the others are in `more`.
const COLUMN_SUBS: usize = 5;

/// Rows of clicks; one that is there already (drained twice after a crash) stays as it is.
pub(super) fn click_rows() -> Rows {
    Rows::new(CLICKS)
}

/// Adds the `sub` parameters that have a column of their own.
pub(super) fn push_subs(rows: &mut Rows, subs: &[&str]) {
    for number in 0..COLUMN_SUBS {
        rows.text(subs.get(number).copied().unwrap_or(""));
    }
}

/// Adds one click.
pub(super) fn push_click(rows: &mut Rows, click: &ClickRecord<'_>) {
    let id = ClickId(click.id);
    let visitor = &click.visitor;
    let parent = if click.parent == 0 { String::new() } else { ClickId(click.parent).to_string() };
    rows.integer(id.parts().network.0)
        .integer(id.day().0)
        .uuid(click.id)
        .single_text(&parent)
        .integer(click.partner_id)
        .integer(click.offer_id)
        .integer(click.smart_link_id)
        .integer(click.campaign_id)
        .integer(click.landing_page_id)
        .integer(i64::from(click.verdict))
        .integer(i64::from(click.code))
        .text(visitor.country)
        .text(visitor.region)
        .text(visitor.city)
        .integer(visitor.device as i64)
        .text(visitor.os)
        .text(visitor.os_version)
        .text(visitor.browser)
        .text(visitor.browser_version)
        .text(visitor.language)
        .text(visitor.connection)
        .text(visitor.isp)
        .text(visitor.carrier)
        .integer(visitor.proxy.map_or(-1, i64::from))
        .integer(i64::from(visitor.is_bot))
        .single_text(&visitor.ip.to_string())
        .text(visitor.user_agent)
        .text(visitor.referrer)
        .text(visitor.source_id)
        .text(click.ref_id);
    push_subs(rows, &visitor.subs);
    rows.text(&more(click))
        .single_text(click.destination)
        .integer(click.payout)
        .integer(click.revenue)
        .integer(i64::from(click.paid))
        .integer(click.session_key.cast_signed())
        .integer(click.plan_version.cast_signed())
        .integer(click.seed.cast_signed())
        .integer(i64::from(click.branch))
        .integer(i64::from(click.option))
        .real(f64::from(click.propensity))
        .text(click.facts)
        .integer(ALGORITHM)
        .text(visitor.domain)
        .integer(id_of(click.row))
        .integer(id_of(click.campaign_page))
        .integer(id_of(click.rotator_option))
        .single_text(click.onward)
        .integer(i64::from(visitor.asn))
        .integer(id_of(click.smart_switch_rule));
}

/// The number of an id in digits; 0 for none.
fn id_of(digits: &str) -> i64 {
    digits.parse().unwrap_or_default()
}

/// `sub6` to `sub30`, device ids and unknown parameters as a JSON object; empty where there are none.
fn more(click: &ClickRecord<'_>) -> String {
    let mut object = Map::new();
    for (index, value) in click.visitor.subs.iter().enumerate().skip(COLUMN_SUBS) {
        if !value.is_empty() {
            object.insert(format!("sub{}", index + 1), Json::from(*value));
        }
    }
    for (name, value) in &click.other {
        object.insert((*name).to_owned(), Json::from(*value));
    }
    if object.is_empty() { String::new() } else { Json::Object(object).to_string() }
}
