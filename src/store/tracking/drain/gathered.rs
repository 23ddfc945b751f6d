//! From records to rows: what a stretch of the spool adds to each table.

use super::{
    super::{
        click_rows::{click_rows, push_click},
        impressions::{impression_rows, push_impression},
    },
    Waiting,
    batch::Batch,
    calendars::Known,
    key_of,
};
use crate::{
    shared::Rows,
    tracking::{
        Basis, ClickRecord, Deltas, ImpressionRecord, Record, RollupKey, SeenKey, Tallies, VisitorRecord,
        spool::Chunk,
    },
};
use chrono::DateTime;
use domain::{
    links::kpi::row_segment,
    shared::{Calendar, ClickId, Dimension, Measures, Micros},
    tracking::Verdict,
};

/// What is gathered from the records before anything is written.
pub struct Gathered<'a> {
    calendars: &'a Known,
    clicks: Rows,
    impressions: Rows,
    deltas: Deltas<'a>,
    keys: Vec<SeenKey>,
    postbacks: Vec<Waiting>,
    click_count: u64,
    until: i64,
}

impl<'a> Gathered<'a> {
    /// Nothing yet; `calendars` are those of all networks that come.
    #[must_use]
    pub fn new(calendars: &'a Known) -> Self {
        Self {
            calendars,
            clicks: click_rows(),
            impressions: impression_rows(),
            deltas: Deltas::default(),
            keys: Vec::new(),
            postbacks: Vec::new(),
            click_count: 0,
            until: 0,
        }
    }

    /// Adds what a record makes; `row_segment` is that of the record.
    pub fn add(&mut self, record: &'a Record<'a>, row_segment: &'a str) {
        match record {
            Record::Click(click) => self.add_click(click, row_segment),
            Record::Impression(impression) => self.add_impression(impression),
            Record::Postback(postback) => {
                self.until = self.until.max(postback.at);
                self.postbacks.push(Waiting::from(postback.as_ref()));
            }
            Record::Pixel(call) => {
                self.until = self.until.max(call.at);
                self.postbacks.push(Waiting { is_pixel: true, ..Waiting::from(call.as_ref()) });
            }
        }
    }

    fn add_click(&mut self, click: &'a ClickRecord<'a>, row_segment: &'a str) {
        self.click_count += 1;
        push_click(&mut self.clicks, click);
        self.keys.extend(key_of(click));
        let mut measures =
            Measures { payout: Micros(click.payout), revenue: Micros(click.revenue), ..Measures::default() };
        match verdict(click.verdict) {
            Verdict::Valid => measures.unique = 1,
            Verdict::Duplicate => measures.duplicate = 1,
            Verdict::Invalid => measures.invalid = 1,
        }
        let base = RollupKey {
            partner: click.partner_id,
            offer: click.offer_id,
            smart_link: click.smart_link_id,
            campaign: click.campaign_id,
            landing_page: click.landing_page_id,
            ..self.base(click.id)
        };
        let mut values = dimensions(&click.visitor);
        values[VISITORS] = (Dimension::Code, code_text(click.code));
        values[VISITORS + 1] = (Dimension::Row, click.row);
        values[VISITORS + 2] = (Dimension::RowSegment, row_segment);
        values[VISITORS + 3] = (Dimension::CampaignPage, click.campaign_page);
        values[VISITORS + 4] = (Dimension::RotatorOption, click.rotator_option);
        values[VISITORS + 5] = (Dimension::SmartSwitchRule, click.smart_switch_rule);
        self.deltas.add(base, &values, &measures);
    }

    fn add_impression(&mut self, impression: &'a ImpressionRecord<'a>) {
        push_impression(&mut self.impressions, impression);
        if impression.visitor.is_bot {
            return;
        }
        let measures = Measures {
            impressions: 1,
            payout: Micros(impression.payout),
            revenue: Micros(impression.revenue),
            ..Measures::default()
        };
        let base = RollupKey {
            partner: impression.partner_id,
            offer: impression.offer_id,
            smart_link: impression.smart_link_id,
            campaign: impression.campaign_id,
            ..self.base(impression.id)
        };
        self.deltas.add(base, &dimensions(&impression.visitor), &measures);
    }

    fn base(&mut self, id: u128) -> RollupKey<'a> {
        let parts = ClickId(id).parts();
        self.until = self.until.max(parts.millis);
        let at = DateTime::from_timestamp_millis(parts.millis).unwrap_or_default();
        let calendar = self.calendars.get(&parts.network).copied().unwrap_or(Calendar::new(chrono_tz::UTC));
        RollupKey {
            network: parts.network,
            dimension: Dimension::None,
            hour: calendar.hour(at),
            partner: 0,
            offer: 0,
            smart_link: 0,
            campaign: 0,
            landing_page: 0,
            basis: Basis::Click,
            value: "",
        }
    }

    /// The batch of the stretch that this was gathered from.
    #[must_use]
    pub fn finish(self, chunk: &Chunk, records: u64, tallies: Tallies) -> Batch {
        Batch {
            end: chunk.end,
            bytes: chunk.bytes.len(),
            records,
            clicks: self.click_count,
            until: self.until,
            click_rows: self.clicks,
            impression_rows: self.impressions,
            sums: self.deltas.sums(),
            keys: self.keys,
            postbacks: self.postbacks,
            tallies,
        }
    }
}

/// By what a Smart Link's optimiser tells a click's visitors apart; empty for what came through none.
#[must_use]
pub fn row_segment_of(record: &Record<'_>) -> String {
    match record {
        Record::Click(click) if click.smart_link_id != 0 && !click.row.is_empty() => {
            let visitor = &click.visitor;
            row_segment(click.row, visitor.country, visitor.device.name(), visitor.os)
        }
        Record::Click(_) | Record::Impression(_) | Record::Postback(_) | Record::Pixel(_) => String::new(),
    }
}

fn verdict(number: u8) -> Verdict {
    match number {
        0 => Verdict::Valid,
        1 => Verdict::Duplicate,
        _ => Verdict::Invalid,
    }
}

/// How many dimensions a visitor has; behind them is room for those of the click itself.
const VISITORS: usize = 11;

fn dimensions<'a>(visitor: &VisitorRecord<'a>) -> [(Dimension, &'a str); VISITORS + 6] {
    let sub = |number: usize| visitor.subs.get(number).copied().unwrap_or("");
    [
        (Dimension::Country, visitor.country),
        (Dimension::Device, visitor.device.name()),
        (Dimension::Os, visitor.os),
        (Dimension::Browser, visitor.browser),
        (Dimension::SourceId, visitor.source_id),
        (Dimension::Sub1, sub(0)),
        (Dimension::Sub2, sub(1)),
        (Dimension::Sub3, sub(2)),
        (Dimension::Sub4, sub(3)),
        (Dimension::Sub5, sub(4)),
        (Dimension::Domain, visitor.domain),
        (Dimension::Code, ""),
        (Dimension::Row, ""),
        (Dimension::RowSegment, ""),
        (Dimension::CampaignPage, ""),
        (Dimension::RotatorOption, ""),
        (Dimension::SmartSwitchRule, ""),
    ]
}

/// The code as a roll-up's value; none where the click is valid.
fn code_text(code: u16) -> &'static str {
    domain::tracking::Code::of_number(code).map_or("", domain::tracking::Code::digits)
}
