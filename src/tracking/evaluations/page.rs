//! The page of an evaluation: how far it is, what the rule hits now, and what it would have done, day by day.

use super::{
    outcome::{Day, Now, Outcome, Past},
    work::{Asked, EVALUATIONS, begin as begin_work, outcome_of},
};
use crate::{
    smartswitch::rules::preview,
    web::{
        Access, Answer, Failure, Form, answer, chart,
        figures::shown,
        flash, format,
        live::rendered,
        markup::Markup,
        navigation,
        objects::pages::{Paged, View},
        page::Shell,
        parts::{Cell, Column, Link, Tile},
        signal::Signal,
        views::{self, SMART_SWITCH_RULE},
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    identity::{Level, Section},
    shared::{Calendar, Currency, Measures, Metric, RunId, SmartSwitchRuleId},
    smartswitch::{JudgedHours, SmartSwitchRule, Source},
};
use store::{
    offers::{Named, Names},
    shared::{Background, BackgroundState},
};

#[derive(Template)]
#[template(path = "tracking/evaluation.html")]
struct EvaluationPage {
    shell: Shell,
    crumbs: Vec<Link>,
    words: Markup,
    part: Part,
}

#[derive(Template)]
#[template(path = "tracking/evaluation_part.html")]
struct Part {
    id: i64,
    state: BackgroundState,
    actor: String,
    began: Markup,
    done: i64,
    whole: i64,
    steps: String,
    note: String,
    may_cancel: bool,
    shown: Option<Shown>,
}

/// What came out.
struct Shown {
    now_words: String,
    now: Vec<Tile>,
    now_columns: Vec<Column>,
    now_rows: Vec<Vec<Cell>>,
    past_words: String,
    past: Vec<Tile>,
    chart: Option<Markup>,
    day_columns: Vec<Column>,
    days: Vec<Vec<Cell>>,
    source_columns: Vec<Column>,
    sources: Vec<Vec<Cell>>,
    /// How many sources there are beyond those that are named.
    more_now: i64,
    more_past: i64,
}

/// `POST /smart-switch/evaluations`: of a form as it is filled in, or of the saved rule that `rule_id` names.
pub async fn begin(access: Access, request: HttpRequest, form: Form) -> Answer {
    let rule_id = form.get("rule_id").parse().ok();
    let form = SmartSwitchRule::SHEET.tidy(&form);
    match begun(&access, rule_id, &form).await {
        Ok(id) => Ok(answer::see_other(&format!("/smart-switch/evaluations/{id}"))),
        Err(failure) => {
            let again = async |problems| {
                let stored = match rule_id {
                    Some(id) => Some(access.scope().get(id.0).await?),
                    None => None,
                };
                let problems = SmartSwitchRule::SHEET.placed(problems);
                let view = View { parent: 0, stored, form, problems, loss: None };
                SmartSwitchRule::page(&access, &request, view).await
            };
            answer::again(failure, again).await
        }
    }
}

async fn begun(access: &Access, rule_id: Option<SmartSwitchRuleId>, form: &Form) -> Result<RunId, Failure> {
    let rule = match rule_id {
        Some(id) if form.get("entity_type").is_empty() => {
            access.scope().get::<SmartSwitchRule>(id.0).await?.body
        }
        Some(_) | None => preview::asked(access, form)?,
    };
    begin_work(access, Asked { rule_id, rule }).await
}

/// `GET /smart-switch/evaluations/{evaluation_id}`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let evaluation = EVALUATIONS.read(access.scope(), RunId(*id)).await?;
    let asked = Asked::of(&evaluation)?;
    let name = if asked.rule.name.is_empty() { "a new rule" } else { asked.rule.name.as_str() };
    let mut crumbs = SMART_SWITCH_RULE.crumbs();
    crumbs.extend(asked.rule_id.map(|id| Link::new(name, SMART_SWITCH_RULE.page(id.0))));
    answer::page(&EvaluationPage {
        shell: navigation::shell(&access, &request).titled(format!("Evaluation of {name}")),
        crumbs,
        words: preview::shown(&access, &asked.rule).await?,
        part: part(&access, evaluation, &asked).await?,
    })
}

/// `GET /smart-switch/evaluations/{evaluation_id}/live`: the part that changes.
pub async fn live(access: Access, id: Path<i64>) -> Answer {
    let evaluation = EVALUATIONS.read(access.scope(), RunId(*id)).await?;
    let asked = Asked::of(&evaluation)?;
    let part = part(&access, evaluation, &asked).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(rendered(&part)?))
}

/// `POST /smart-switch/evaluations/{evaluation_id}/cancel`
pub async fn cancel(access: Access, id: Path<i64>) -> Answer {
    EVALUATIONS.cancel(access.scope(), RunId(*id)).await?;
    let way = format!("/smart-switch/evaluations/{id}");
    Ok(flash::see_other(&way, Signal::Note, "The evaluation is ended. Nothing of it is kept."))
}

async fn part(access: &Access, evaluation: Background, asked: &Asked) -> Result<Part, Failure> {
    let state = evaluation.state();
    let calendar = Calendar::new(access.entrant().network.zone);
    let shown = match state {
        BackgroundState::Done => Some(shown_of(access, asked, &outcome_of(&evaluation)?).await?),
        BackgroundState::Running | BackgroundState::Cancelled | BackgroundState::Failed => None,
    };
    let at = DateTime::from_timestamp_millis(evaluation.created_at).unwrap_or_default();
    Ok(Part {
        id: evaluation.id,
        state,
        began: format::ago_html(at, Utc::now(), calendar),
        steps: format!("{} of {} steps", format::count(evaluation.done), format::count(evaluation.whole)),
        done: evaluation.done,
        whole: evaluation.whole,
        actor: evaluation.actor,
        note: evaluation.note,
        may_cancel: access.may(Section::SmartSwitch, Level::Full),
        shown,
    })
}

async fn shown_of(access: &Access, asked: &Asked, outcome: &Outcome) -> Result<Shown, Failure> {
    let Outcome { now, past } = outcome;
    let sources = now.sources.iter().map(|found| &found.source);
    let named = sources
        .chain(past.sources.iter().map(|past| &past.source))
        .flat_map(|source| [(Named::Offer, source.offer_id.0), (Named::Partner, source.partner_id.0)]);
    let names = Names::read(access.scope(), named).await?;
    let network = &access.entrant().network;
    let look =
        Look { access, names: &names, currency: network.currency, calendar: Calendar::new(network.zone) };
    let variable = asked.rule.variable.name();
    Ok(Shown {
        now_words: look.now_words(now),
        now: look.now_tiles(now),
        now_columns: look.source_columns(variable, &NOW),
        now_rows: now
            .sources
            .iter()
            .map(|found| look.row(&found.source, &found.finding.measures, &NOW))
            .collect(),
        past_words: look.past_words(past),
        past: look.past_tiles(past),
        chart: (past.kept_out() != Measures::default()).then(|| look.chart(past)),
        day_columns: look.day_columns(),
        days: past.days.iter().rev().map(|day| look.day(day)).collect(),
        source_columns: look.source_columns(variable, &PAST),
        sources: past.sources.iter().map(|past| look.row(&past.source, &past.kept_out, &PAST)).collect(),
        more_now: now.hits - i64::try_from(now.sources.len()).unwrap_or(0),
        more_past: past.found - i64::try_from(past.sources.len()).unwrap_or(0),
    })
}

/// The figures of sources that are hit.
const NOW: [Metric; 7] = [
    Metric::Clicks,
    Metric::AllConversions,
    Metric::Cv,
    Metric::Cvr,
    Metric::Payout,
    Metric::Revenue,
    Metric::Profit,
];
/// Those of what would have been kept out.
const PAST: [Metric; 6] =
    [Metric::Clicks, Metric::InvalidClicks, Metric::Cv, Metric::Payout, Metric::Revenue, Metric::Profit];

/// How figures and names are written.
struct Look<'a> {
    access: &'a Access,
    names: &'a Names,
    currency: Currency,
    calendar: Calendar,
}

impl Look<'_> {
    fn window(&self, hours: JudgedHours) -> String {
        let at = |hour| format::moment(self.calendar.start_of_hour(hour), self.calendar);
        format!("{} to {}", at(hours.from), at(hours.to))
    }

    fn now_words(&self, now: &Now) -> String {
        format!(
            "{} brought anything from {}; {} reached a threshold, and {} would be hit.",
            format::counted(now.judged, "source"),
            self.window(now.hours),
            format::count(now.reached),
            format::count(now.hits)
        )
    }

    fn past_words(&self, past: &Past) -> String {
        format!(
            "As if the rule had run from {}, beginning with nothing blocked. What is kept out is not judged again.",
            self.window(past.hours)
        )
    }

    fn tile(&self, label: &str, hint: &str, value: String) -> Tile {
        Tile {
            label: label.to_owned(),
            hint: hint.to_owned(),
            value,
            change: None,
            shape: Markup::default(),
            href: None,
        }
    }

    fn figure(&self, metric: Metric, measures: &Measures) -> String {
        shown(metric, measures, self.currency)
    }

    fn now_tiles(&self, now: &Now) -> Vec<Tile> {
        let of =
            |metric: Metric| self.tile(metric.words(), metric.formula(), self.figure(metric, &now.traffic));
        let hit =
            self.tile("Sources hit", "Sources that the rule would tell of now", format::count(now.hits));
        std::iter::once(hit)
            .chain([Metric::Clicks, Metric::Cv, Metric::Payout, Metric::Revenue, Metric::Profit].map(of))
            .collect()
    }

    fn past_tiles(&self, past: &Past) -> Vec<Tile> {
        let kept_out = past.kept_out();
        let sum = |of: fn(&Day) -> i64| past.days.iter().map(of).sum::<i64>();
        vec![
            self.tile("Sources found", "Sources that would have been told of", format::count(past.found)),
            self.tile(
                "Acted on",
                "How often a source would have been blocked or sent to fail traffic",
                format::count(sum(|day| day.acted_on)),
            ),
            self.tile(
                "Recovered",
                "How often a source breached no longer when its delay ended",
                format::count(sum(|day| day.recovered)),
            ),
            self.tile(
                "Clicks kept out",
                "Unique and duplicate clicks of sources while they were acted on",
                self.figure(Metric::Clicks, &kept_out),
            ),
            self.tile(
                "Payout saved",
                "What partners earned by these",
                self.figure(Metric::Payout, &kept_out),
            ),
            self.tile(
                "Revenue lost",
                "What advertisers paid for these",
                self.figure(Metric::Revenue, &kept_out),
            ),
        ]
    }

    fn source_columns(&self, variable: &str, metrics: &[Metric]) -> Vec<Column> {
        let names = [variable, "Offer", "Partner"].map(Column::text);
        let figures = metrics.iter().map(|metric| Column::number(metric.words()).hint(metric.formula()));
        names.into_iter().chain(figures).collect()
    }

    fn row(&self, source: &Source, measures: &Measures, metrics: &[Metric]) -> Vec<Cell> {
        let value = if source.value.is_empty() { "(empty)".to_owned() } else { source.value.clone() };
        let figures = metrics.iter().map(|metric| Cell::Number(self.figure(*metric, measures)));
        [
            Cell::LongCode(value),
            self.named(Named::Offer, source.offer_id.0),
            self.named(Named::Partner, source.partner_id.0),
        ]
        .into_iter()
        .chain(figures)
        .collect()
    }

    fn named(&self, kind: Named, id: i64) -> Cell {
        let name = self.names.of(kind, id).to_owned();
        match views::page_of(self.access, kind, id) {
            Some(href) => Cell::Object(Link::new(name, href)),
            None => Cell::Words(name),
        }
    }

    fn day_columns(&self) -> Vec<Column> {
        let counts = [
            ("Runs", "How often the rule would have looked"),
            ("Found", "Sources that would have been told of"),
            ("Acted on", "Sources that would have been blocked or sent to fail traffic"),
            ("Recovered", "Sources that breached no longer when their delay ended"),
        ];
        let counts = counts.map(|(label, hint)| Column::number(label).hint(hint));
        let kept_out = PAST.map(|metric| Column::number(metric.words()).hint("Kept out"));
        std::iter::once(Column::text("Day")).chain(counts).chain(kept_out).collect()
    }

    fn day(&self, day: &Day) -> Vec<Cell> {
        let counts = [day.runs, day.found, day.acted_on, day.recovered];
        let counts = counts.map(|number| Cell::Number(format::count(number)));
        let kept_out = PAST.map(|metric| Cell::Number(self.figure(metric, &day.kept_out)));
        let date = format::date(self.calendar.start_of(day.day), self.calendar);
        std::iter::once(Cell::Words(date)).chain(counts).chain(kept_out).collect()
    }

    fn chart(&self, past: &Past) -> Markup {
        let slots: Vec<String> = past
            .days
            .iter()
            .map(|day| format::date(self.calendar.start_of(day.day), self.calendar))
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "clicks stay far below 2^53")]
        let clicks = past.days.iter().map(|day| Some(day.kept_out.clicks() as f64)).collect();
        chart::bars(&chart::Plot {
            id: "kept-out",
            title: "Clicks that would have been kept out, by day",
            slot: "Day",
            slots: &slots,
            series: &[chart::Series::new("Clicks kept out", clicks)],
            unit: chart::Unit::Count,
        })
    }
}
