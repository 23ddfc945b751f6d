//! The first page: how today is against a usual day of its name, what moved most, what needs somebody,
//! and what today comes from. It stays true while one looks at it.

use super::{
    figures::{self, Figures, as_length, unit},
    groups,
    moved::{Mover, Side, moved},
    table::bar,
    waiting,
};
use crate::{
    identity::landing,
    web::{
        Access, Answer, Failure, answer, chart, format,
        live::{self, rendered},
        markup::Markup,
        navigation,
        page::Shell,
        parts::{Column, Task, Tile},
    },
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::{DateTime, Timelike, Utc};
use domain::{
    identity::{Level, Section, UserKind},
    reports::{Measures, Metric, Unit},
    shared::{Calendar, Currency},
};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use store::reports::{self, Cut, Home, Line, Usual, Value};

/// The figures on top.
const TILES: [Metric; 6] =
    [Metric::Clicks, Metric::Cv, Metric::Cvr, Metric::Revenue, Metric::Profit, Metric::InvalidRate];
/// The columns of the tables.
const COLUMNS: [Metric; 5] = [Metric::Clicks, Metric::Cv, Metric::Cvr, Metric::Revenue, Metric::Margin];
/// How many offers and partners are shown.
const TOP: usize = 6;

#[derive(Template)]
#[template(path = "reports/home.html")]
struct HomePage {
    shell: Shell,
    view: View,
}

#[derive(Template)]
#[template(path = "reports/home_live.html")]
struct LivePart {
    view: View,
}

/// What changes while one looks.
struct View {
    updated: String,
    date: String,
    /// With what today is compared, in words.
    against: String,
    tiles: Vec<Tile>,
    chart: Markup,
    tasks: Vec<Task>,
    rises: Vec<Mover>,
    drops: Vec<Mover>,
    has_usual: bool,
    tops: Vec<Top>,
    is_empty: bool,
    may_see_offers: bool,
}

struct Top {
    title: &'static str,
    all_href: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    href: String,
    bar: Markup,
    figures: Vec<String>,
}

/// `GET /`: for employees the figures; for partners what concerns them; for others, and without the right, where they
/// are.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    if access.entrant().kind == UserKind::Partner {
        return Ok(answer::see_other("/portal/blocks"));
    }
    let is_employee = access.entrant().kind == UserKind::Employee;
    if !is_employee || !access.may(Section::Reports, Level::Read) {
        return landing::show(access, request).await;
    }
    let view = view(&access).await?;
    answer::page(&HomePage { shell: navigation::shell(&access, &request).titled("Home"), view })
}

/// `GET /home/live`: the part that changes, once or as events.
pub async fn live(access: Access, request: HttpRequest) -> Answer {
    let render = async |access: &Access| rendered(&LivePart { view: view(access).await? });
    live::part(access, &request, render).await
}

/// `GET /api/v1/home`: the same for programs.
pub async fn told(access: Access) -> Answer {
    let day = Day::read(&access).await?;
    let (home, usual, now) = (&day.home, &day.usual, day.now);
    let (rises, drops) = day.moved(&access).await?;
    let measures = home.now();
    let usually: Map<String, Json> =
        TILES.iter().map(|metric| (metric.name().to_owned(), json!(day.usual(*metric)))).collect();
    let mover = |mover: &Mover| {
        json!({
            "kind": mover.cut.name(), "id": mover.id.to_string(), "name": mover.name,
            "clicks": mover.clicks, "usual": mover.usually,
        })
    };
    let task = |task: &Task| json!({ "title": task.title, "text": task.text, "path": task.act.href });
    answer::written(&json!({
        "at": answer::moment(now.timestamp_millis())?,
        "currency": day.currency,
        "metrics": Figures { measures: &measures, metrics: Metric::ALL },
        "weeks": usual.weeks,
        "usual": if usual.weeks > 0 { json!(usually) } else { Json::Null },
        "rises": rises.iter().map(mover).collect::<Vec<_>>(),
        "drops": drops.iter().map(mover).collect::<Vec<_>>(),
        "tasks": waiting::tasks(&access, now).await?.iter().map(task).collect::<Vec<_>>(),
    }))
}

async fn view(access: &Access) -> Result<View, Failure> {
    let day = Day::read(access).await?;
    let (home, usual, now) = (&day.home, &day.usual, day.now);
    let calendar = Calendar::new(access.entrant().network.zone);
    let (rises, drops) = day.moved(access).await?;
    let is_quiet = |hours: &[Measures]| hours.iter().all(|hour| *hour == Measures::default());
    Ok(View {
        updated: format::clock(now, calendar),
        date: format::date(now, calendar),
        against: day.against(),
        tiles: TILES.iter().map(|metric| day.tile(*metric)).collect(),
        chart: day.chart(),
        tasks: waiting::tasks(access, now).await?,
        rises,
        drops,
        has_usual: usual.weeks > 0,
        tops: vec![
            top(access, "Top offers", Cut::Offer, &home.offers).await?,
            top(access, "Top partners", Cut::Partner, &home.partners).await?,
        ],
        is_empty: is_quiet(&home.today) && is_quiet(&usual.hours),
        may_see_offers: access.may(Section::Offers, Level::Read),
    })
}

fn passed(calendar: Calendar, now: DateTime<Utc>) -> f64 {
    let local = calendar.local(now);
    f64::from(local.minute() * 60 + local.second()) / 3_600.0
}

/// Today beside a usual day.
struct Day {
    home: Home,
    usual: Arc<Usual>,
    now: DateTime<Utc>,
    /// How much of the running hour has passed, 0 to 1.
    passed: f64,
    currency: Currency,
}

impl Day {
    async fn read(access: &Access) -> Result<Self, Failure> {
        let network = &access.entrant().network;
        let (calendar, now) = (Calendar::new(network.zone), Utc::now());
        let home = reports::home(access.scope(), calendar.hour(now)).await?;
        let usual = access.state().usuals.of(access.scope(), home.hour.day()).await?;
        Ok(Self { home, usual, now, passed: passed(calendar, now), currency: network.currency })
    }

    fn hour(&self) -> usize {
        usize::try_from(self.home.hour.hour_of_day()).unwrap_or(0)
    }

    fn against(&self) -> String {
        let name = self.home.hour.day().date().format("%A");
        match self.usual.weeks {
            0 => format!("no earlier {name} to compare with"),
            1 => format!("against the last {name}, by this time of day"),
            weeks => format!("against the last {weeks} {name}s, by this time of day"),
        }
    }

    /// What a metric usually is by now; of the running hour as much as has passed.
    fn usual(&self, metric: Metric) -> Option<f64> {
        let hour = self.hour();
        let full: Measures = self.usual.hours[..hour].iter().copied().sum();
        match metric.unit() {
            _ if self.usual.weeks == 0 => None,
            Unit::Ratio | Unit::Seconds => figures::drawn(metric, &(full + self.usual.hours[hour])),
            Unit::Count | Unit::Money => {
                let running = figures::drawn(metric, &self.usual.hours[hour])?;
                Some((figures::drawn(metric, &full)? + running * self.passed) / as_length(self.usual.weeks))
            }
        }
    }

    /// How much of a usual day's clicks have come by now, 0 to 1.
    fn share(&self) -> f64 {
        let whole: Measures = self.usual.hours.iter().copied().sum();
        let mean = as_length(whole.clicks()) / as_length(self.usual.weeks.max(1));
        self.usual(Metric::Clicks).filter(|_| mean > 0.0).map_or(0.0, |by_now| by_now / mean)
    }

    /// What rose and what fell most.
    async fn moved(&self, access: &Access) -> Result<(Vec<Mover>, Vec<Mover>), Failure> {
        let (home, usual) = (&self.home, &self.usual);
        let sides = [
            Side { cut: Cut::Offer, today: &home.offers, usual: &usual.offers },
            Side { cut: Cut::Partner, today: &home.partners, usual: &usual.partners },
        ];
        moved(access, &sides, (usual.weeks, self.share())).await
    }

    fn tile(&self, metric: Metric) -> Tile {
        let now = self.home.now();
        let usual = self.usual(metric);
        let written =
            usual.map(|usual| format!("; usually {} by now", unit(metric, self.currency).full(usual)));
        Tile {
            label: metric.words().to_owned(),
            hint: format!("{}{}", metric.formula(), written.unwrap_or_default()),
            value: figures::shown(metric, &now, self.currency),
            change: figures::change(metric, figures::drawn(metric, &now), usual),
            shape: chart::sparkline(metric.words(), &self.so_far(metric), unit(metric, self.currency)),
            href: Some(format!("/reports?group_by=hour&range=today&compare=week&chart={}", metric.name())),
        }
    }

    /// Today's hours up to the one that is running.
    fn so_far(&self, metric: Metric) -> Vec<Option<f64>> {
        self.home.today.iter().take(self.hour() + 1).map(|hour| figures::drawn(metric, hour)).collect()
    }

    fn chart(&self) -> Markup {
        let slots: Vec<String> = (0..24).map(|hour| format!("{hour:02}:00")).collect();
        let mean = |hour: &Measures| as_length(hour.clicks()) / as_length(self.usual.weeks);
        let mut series = vec![chart::Series::new("Today", self.so_far(Metric::Clicks))];
        if self.usual.weeks > 0 {
            let usual = self.usual.hours.iter().map(|hour| Some(mean(hour))).collect();
            series.push(chart::Series::new("Usually", usual).compared());
        }
        chart::area(&chart::Plot {
            id: "home-clicks",
            title: "Clicks by hour, today and usually",
            slot: "Hour",
            slots: &slots,
            series: &series,
            unit: chart::Unit::Count,
        })
    }
}

/// The lines with the most clicks; those without any are no top.
fn largest(lines: &[Line]) -> Vec<&Line> {
    let mut lines: Vec<&Line> = lines.iter().filter(|line| line.measures.clicks() > 0).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.measures.clicks()));
    lines.truncate(TOP);
    lines
}

async fn top(access: &Access, title: &'static str, cut: Cut, lines: &[Line]) -> Result<Top, Failure> {
    let lines = largest(lines);
    let names = groups::names(access.scope(), &[cut], lines.iter().copied()).await?;
    let currency = access.entrant().network.currency;
    let most = lines.iter().map(|line| line.measures.clicks()).max().unwrap_or(0);
    let mut columns = vec![Column::text(cut.words()), Column::bars("Clicks, drawn")];
    columns.extend(COLUMNS.iter().map(|metric| Column::number(metric.words()).hint(metric.formula())));
    let way = |value: &Value| {
        let (name, id) = groups::filter(cut, value)?;
        Some(format!("/reports?group_by=day&{name}={id}"))
    };
    let row = |line: &&Line| {
        let value = line.values.first();
        Row {
            name: value.map_or_else(String::new, |value| groups::label(&names, cut, value)),
            href: value.and_then(way).unwrap_or_else(|| "/reports".to_owned()),
            bar: bar(line.measures.clicks(), most),
            figures: COLUMNS.iter().map(|metric| figures::shown(*metric, &line.measures, currency)).collect(),
        }
    };
    Ok(Top {
        title,
        all_href: format!("/reports?group_by={}&range=today", cut.name()),
        columns,
        rows: lines.iter().map(row).collect(),
    })
}
