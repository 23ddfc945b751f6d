//! The figures of one offer, partner, advertiser, tracking domain or Smart Link: today, seven and thirty days, each
//! day's shape, and what they come from. A view beside the object's settings, for whoever may see both.

mod shares;
mod tops;

use super::{
    figures::{self, as_length, unit},
    groups,
};
use crate::links::{
    campaigns,
    smart_links::{named_by, row_name},
};
use crate::web::{
    Access, Answer, Failure, answer, chart,
    history::Viewed,
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Column, Link, Tab, Tile},
    signal::Signal,
    views::{ADVERTISER, CAMPAIGN, DOMAIN, OFFER, PARTNER, SMART_LINK, Subject, page_of},
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::Utc;
use domain::{
    accounts::{Advertiser, Partner},
    links::{Campaign, SmartLink},
    offers::Offer,
    reports::{Dimension, Measures, Metric},
    shared::{Calendar, CampaignId, Currency, DayNumber, OfferId, PartnerId, SmartLinkId},
};
use store::{
    links::Domain,
    offers::Names,
    reports::{self, Cut, Filters, Line, Order, Question, Range, Value},
    shared::{Filter, Page},
};

/// The days that are shown, today included.
const DAYS: usize = 30;
/// The days of the shorter stretch.
const WEEK: usize = 7;
/// How many partners or offers the last table names.
const TOP: usize = 10;
/// The figures on top.
const TILES: [Metric; 6] =
    [Metric::Clicks, Metric::Cv, Metric::Cvr, Metric::Payout, Metric::Revenue, Metric::Profit];
/// What the report of a Smart Link is told apart by, beside its rows.
const PAGES_OF_OFFERS: &[Cut] = &[Cut::Offer, Cut::LandingPage];
const PAGES_OF_CAMPAIGNS: &[Cut] = &[Cut::By(Dimension::CampaignPage)];
const OPTIONS: &[Cut] = &[Cut::By(Dimension::RotatorOption)];
const COUNTRIES: &[Cut] = &[Cut::By(Dimension::Country)];
const DEVICES: &[Cut] = &[Cut::By(Dimension::Device)];
/// The columns of the tables.
const COLUMNS: [Metric; 9] = [
    Metric::GrossClicks,
    Metric::Clicks,
    Metric::InvalidRate,
    Metric::Cv,
    Metric::Pending,
    Metric::Cvr,
    Metric::Payout,
    Metric::Revenue,
    Metric::Profit,
];

#[derive(Template)]
#[template(path = "reports/object.html")]
struct ObjectPage {
    shell: Shell,
    one: &'static str,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    tiles: Vec<Tile>,
    chart: Markup,
    columns: Vec<Column>,
    /// Those behind a table's first.
    group_columns: Vec<Column>,
    spans: Vec<Row>,
    /// How the groups share the clicks, day by day; only where it is a matter of routing.
    shares: Option<Markup>,
    tops: Vec<tops::Top>,
    all_href: Option<String>,
    is_empty: bool,
}

struct Row {
    name: String,
    href: Option<String>,
    bar: Markup,
    figures: Vec<String>,
}

/// Whose figures, and what they are told apart by.
struct Asked {
    subject: Subject,
    id: i64,
    name: String,
    state: Option<(Signal, &'static str)>,
    top_title: &'static str,
    cut: Cut,
    filters: Filters,
    /// Whether there is anything to be counted: an advertiser without offers has nothing, and filters that
    /// name nothing would let everything through.
    has_any: bool,
    /// What values are called, where they are not what is to be read, in the order of the object.
    called: Vec<(String, String)>,
    /// The report that shows more.
    report: Option<String>,
    /// What else the figures are told apart by, each with a heading and its report.
    more: Vec<More>,
}

/// One more table of where the figures come from.
struct More {
    title: &'static str,
    cuts: &'static [Cut],
    report: String,
}

impl Asked {
    fn is_campaign(&self) -> bool {
        !self.filters.campaigns.is_empty()
    }

    /// What a group is called. A row that the Smart Link has no more keeps its number.
    fn label(&self, names: &groups::GroupNames, cut: Cut, value: &Value) -> String {
        let called = match value {
            Value::Text(text) => {
                self.called.iter().find(|(value, _)| value == text).map(|(_, name)| name.clone())
            }
            Value::Id(_) | Value::Day(_) | Value::Hour(_) => None,
        };
        called.unwrap_or_else(|| match (cut, groups::label(names, cut, value)) {
            (Cut::By(Dimension::Row), label) if label == "no row" => match self.is_campaign() {
                true => "the defaults, or nothing".to_owned(),
                false => "no row: the catch-all, or nothing".to_owned(),
            },
            (Cut::By(Dimension::Row), label) => {
                format!("a {} that was removed ({label})", if self.is_campaign() { "rule" } else { "row" })
            }
            (Cut::By(Dimension::CampaignPage | Dimension::RotatorOption), label)
                if label.parse::<i64>().is_ok() =>
            {
                format!("one that was removed ({label})")
            }
            (_, label) => label,
        })
    }
}

/// What was read: the days in their order, and the groups with the most clicks of all days.
struct Found {
    days: Vec<Measures>,
    groups: Vec<Line>,
    /// The groups of each day, where their shares are drawn.
    shared: Vec<Line>,
    /// Those of each further table.
    more: Vec<Vec<Line>>,
}

impl Default for Found {
    /// Nothing on any day.
    fn default() -> Self {
        let days = vec![Measures::default(); DAYS];
        Self { days, groups: Vec::new(), shared: Vec::new(), more: Vec::new() }
    }
}

/// The figures of an offer, by partner.
pub async fn of_offer(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let offer = access.scope().get::<Offer>(*id).await?.body;
    let asked = Asked {
        subject: OFFER,
        id: *id,
        state: offer.state(),
        name: offer.name,
        top_title: "Partners",
        cut: Cut::Partner,
        filters: Filters { offers: vec![OfferId(*id)], ..Filters::default() },
        has_any: true,
        called: Vec::new(),
        report: Some(format!("/reports?group_by=partner&offer_id={id}")),
        more: Vec::new(),
    };
    show(&access, &request, asked).await
}

/// The figures of a partner, by offer.
pub async fn of_partner(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let partner = access.scope().get::<Partner>(*id).await?.body;
    let asked = Asked {
        subject: PARTNER,
        id: *id,
        state: partner.state(),
        name: partner.name,
        top_title: "Offers",
        cut: Cut::Offer,
        filters: Filters { partners: vec![PartnerId(*id)], ..Filters::default() },
        has_any: true,
        called: Vec::new(),
        report: Some(format!("/reports?group_by=offer&partner_id={id}")),
        more: Vec::new(),
    };
    show(&access, &request, asked).await
}

/// The figures of an advertiser: those of its offers together.
pub async fn of_advertiser(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let advertiser = access.scope().get::<Advertiser>(*id).await?.body;
    let offers = access.scope().list::<Offer>(&Filter::exactly([("advertiser_id", *id)]), Page::ALL).await?;
    let asked = Asked {
        subject: ADVERTISER,
        id: *id,
        state: advertiser.state(),
        name: advertiser.name,
        top_title: "Offers",
        cut: Cut::Offer,
        has_any: !offers.is_empty(),
        called: Vec::new(),
        filters: Filters {
            offers: offers.into_iter().map(|offer| OfferId(offer.id)).collect(),
            ..Filters::default()
        },
        report: None,
        more: Vec::new(),
    };
    show(&access, &request, asked).await
}

/// The figures of a tracking domain, by offer: of the links that were followed on it since it has this host.
pub async fn of_domain(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let domain = access.scope().get::<Domain>(*id).await?.body;
    let mut filters = Filters::default();
    filters.add(Dimension::Domain, domain.host.clone());
    let asked = Asked {
        subject: DOMAIN,
        id: *id,
        state: domain.state(),
        top_title: "Offers",
        cut: Cut::Offer,
        filters,
        has_any: true,
        called: Vec::new(),
        report: Some(format!("/reports?group_by=offer&domain={}", domain.host)),
        more: Vec::new(),
        name: domain.host,
    };
    show(&access, &request, asked).await
}

/// The figures of a Smart Link, by row.
pub async fn of_smart_link(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let link = access.scope().get::<SmartLink>(*id).await?.body;
    let names = Names::read(access.scope(), named_by(&link)).await?;
    let rows = link.rows.iter().enumerate();
    let asked = Asked {
        subject: SMART_LINK,
        id: *id,
        state: link.state(),
        called: rows.map(|(place, row)| (row.id.to_string(), row_name(&names, place, row))).collect(),
        name: link.name,
        top_title: "Rows",
        cut: Cut::By(Dimension::Row),
        filters: Filters { smart_links: vec![SmartLinkId(*id)], ..Filters::default() },
        has_any: true,
        report: Some(format!("/reports?group_by=offer,landing_page&smart_link_id={id}")),
        more: [
            ("Offers and their landing pages", PAGES_OF_OFFERS, "offer,landing_page"),
            ("Countries", COUNTRIES, "country"),
            ("Devices", DEVICES, "device"),
        ]
        .map(|(title, cuts, group_by)| More {
            title,
            cuts,
            report: format!("/reports?group_by={group_by}&smart_link_id={id}"),
        })
        .into(),
    };
    show(&access, &request, asked).await
}

/// The figures of a campaign, by rule.
pub async fn of_campaign(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let campaign = access.scope().get::<Campaign>(*id).await?.body;
    let names = Names::read(access.scope(), campaigns::named_by(&campaign)).await?;
    let rules = campaign.rules.iter().enumerate();
    let rules = rules.map(|(place, rule)| (rule.id.to_string(), campaigns::rule_name(place, rule)));
    let pages = campaign.landing_pages.iter().map(|page| (page.id.to_string(), page.name.clone()));
    let options = campaign.rotators.iter().flat_map(|rotator| {
        let options = rotator.options.iter();
        options.map(|option| {
            let name = campaigns::option_name(&campaign, &names, option);
            (option.id.to_string(), format!("{}: {name}", rotator.name))
        })
    });
    let tables = [
        ("Landing pages", PAGES_OF_CAMPAIGNS, "campaign_page", !campaign.landing_pages.is_empty()),
        ("Options of rotators", OPTIONS, "rotator_option", !campaign.rotators.is_empty()),
        ("Offers and their landing pages", PAGES_OF_OFFERS, "offer,landing_page", true),
        ("Countries", COUNTRIES, "country", true),
        ("Devices", DEVICES, "device", true),
    ];
    let more =
        tables.into_iter().filter(|(_, _, _, is_there)| *is_there).map(|(title, cuts, group_by, _)| More {
            title,
            cuts,
            report: format!("/reports?group_by={group_by}&campaign_id={id}"),
        });
    let asked = Asked {
        subject: CAMPAIGN,
        id: *id,
        state: campaign.state(),
        called: rules.chain(pages).chain(options).collect(),
        name: campaign.name.clone(),
        top_title: "Rules",
        cut: Cut::By(Dimension::Row),
        filters: Filters { campaigns: vec![CampaignId(*id)], ..Filters::default() },
        has_any: true,
        report: Some(format!("/reports?group_by=offer,landing_page&campaign_id={id}")),
        more: more.collect(),
    };
    show(&access, &request, asked).await
}

async fn show(access: &Access, request: &HttpRequest, asked: Asked) -> Answer {
    let calendar = Calendar::new(access.entrant().network.zone);
    let today = calendar.day(Utc::now());
    let first = DayNumber(today.0 + 1 - as_days(DAYS));
    let found = match asked.has_any {
        true => read(access, &asked, first, today).await?,
        false => Found::default(),
    };
    let currency = access.entrant().network.currency;
    let is_empty = found.days.iter().all(|day| *day == Measures::default());
    let tops = tops::tops(access, &asked, &found).await?;
    answer::page(&ObjectPage {
        shell: navigation::shell(access, request).titled(asked.name.as_str()),
        one: asked.subject.one,
        state: asked.state,
        crumbs: asked.subject.crumbs(),
        tabs: asked.subject.tabs(access, asked.id, request.path()),
        tiles: TILES.iter().map(|metric| tile(&found.days, *metric, currency)).collect(),
        chart: chart_of(&found.days, first),
        columns: std::iter::once(Column::text("Stretch")).chain(metric_columns()).collect(),
        group_columns: std::iter::once(Column::bars("Clicks, drawn")).chain(metric_columns()).collect(),
        spans: spans(&found.days, currency),
        shares: (!found.shared.is_empty()).then(|| shares::picture(&asked, &found.shared, first)),
        tops,
        all_href: asked.report,
        is_empty,
    })
}

fn day_names(first: DayNumber) -> Vec<String> {
    (0..as_days(DAYS)).map(|place| DayNumber(first.0 + place).date().format("%-d %b").to_string()).collect()
}

fn as_days(days: usize) -> i64 {
    i64::try_from(days).unwrap_or(i64::MAX)
}

/// The days and the groups that the filters let through.
async fn read(access: &Access, asked: &Asked, first: DayNumber, today: DayNumber) -> Result<Found, Failure> {
    let whole = Question::of(Range::days(first, DayNumber(today.0 + 1)));
    let whole = Question { filters: asked.filters.clone(), ..whole };
    let by_day = Question { order: Order::Groups, ..whole.clone().by(&[Cut::Day]) };
    let lines = reports::report(access.scope(), &by_day).await?.lines;
    let groups = reports::report(access.scope(), &whole.clone().by(&[asked.cut])).await?.lines;
    let mut more = Vec::with_capacity(asked.more.len());
    for table in &asked.more {
        more.push(top(reports::report(access.scope(), &whole.clone().by(table.cuts)).await?.lines));
    }
    let shared = match asked.cut {
        Cut::By(Dimension::Row) => {
            reports::report(access.scope(), &whole.by(&[Cut::Day, asked.cut])).await?.lines
        }
        _ => Vec::new(),
    };
    let mut days = vec![Measures::default(); DAYS];
    for line in &lines {
        add(&mut days, first, line.values.first(), line.measures);
    }
    Ok(Found { days, groups: top(groups), shared, more })
}

fn add(days: &mut [Measures], first: DayNumber, day: Option<&Value>, measures: Measures) {
    let Some(Value::Day(day)) = day else { return };
    let place = usize::try_from(day.0 - first.0).ok();
    if let Some(sum) = place.and_then(|place| days.get_mut(place)) {
        *sum += measures;
    }
}

fn top(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.measures.clicks()));
    lines.truncate(TOP);
    lines
}

fn sum(days: &[Measures]) -> Measures {
    days.iter().copied().sum()
}

/// A figure of all days with its shape; the change is that of a week against the one before.
fn tile(days: &[Measures], metric: Metric, currency: Currency) -> Tile {
    let (week, before) = (sum(&days[DAYS - WEEK..]), sum(&days[DAYS - 2 * WEEK..DAYS - WEEK]));
    let shape: Vec<_> = days.iter().map(|day| figures::drawn(metric, day)).collect();
    Tile {
        label: format!("{}, {DAYS} days", metric.words()),
        hint: format!("{}; the change is that of the last 7 days against the 7 before", metric.formula()),
        value: figures::shown(metric, &sum(days), currency),
        change: figures::change(metric, figures::drawn(metric, &week), figures::drawn(metric, &before)),
        shape: chart::sparkline(metric.words(), &shape, unit(metric, currency)),
        href: None,
    }
}

fn spans(days: &[Measures], currency: Currency) -> Vec<Row> {
    let row = |name: &str, from: usize, to: usize| Row {
        name: name.to_owned(),
        href: None,
        bar: Markup::default(),
        figures: cells(&sum(&days[from..to]), currency),
    };
    vec![
        row("Today", DAYS - 1, DAYS),
        row("Yesterday", DAYS - 2, DAYS - 1),
        row("Last 7 days", DAYS - WEEK, DAYS),
        row("The 7 days before", DAYS - 2 * WEEK, DAYS - WEEK),
        row("Last 30 days", 0, DAYS),
    ]
}

fn cells(measures: &Measures, currency: Currency) -> Vec<String> {
    COLUMNS.iter().map(|metric| figures::shown(*metric, measures, currency)).collect()
}

fn metric_columns() -> impl Iterator<Item = Column> {
    COLUMNS.iter().map(|metric| Column::number(metric.words()).hint(metric.formula()))
}

fn chart_of(days: &[Measures], first: DayNumber) -> Markup {
    let slots = day_names(first);
    let clicks = days.iter().map(|day| figures::drawn(Metric::Clicks, day)).collect();
    let conversions = days.iter().map(|day| figures::drawn(Metric::Cv, day)).collect();
    chart::area(&chart::Plot {
        id: "object-days",
        title: "Clicks and conversions by day",
        slot: "Day",
        slots: &slots,
        series: &[chart::Series::new("Clicks", clicks), chart::Series::new("CV", conversions)],
        unit: chart::Unit::Count,
    })
}

/// The figures of a group, where it is an object whose figures the person may see.
fn href_of(access: &Access, cut: Cut, value: &Value) -> Option<String> {
    match value {
        Value::Id(id) => page_of(access, groups::kind(cut)?, *id).map(|page| format!("{page}/figures")),
        Value::Day(_) | Value::Hour(_) | Value::Text(_) => None,
    }
}
