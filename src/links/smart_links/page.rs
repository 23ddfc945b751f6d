//! The page of a Smart Link: its state, its rows and settings in one form, and what in them can't work.

use super::{
    super::pages_builder::page_name,
    template,
    words::{mechanisms, metrics},
};
use crate::web::{
    Access, Failure, Form, conditions, format,
    markup::Markup,
    menus::menu,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab},
    plan_view,
    sheet::{Entry, Kind, Rows, Sheet},
    signal::Signal,
    status::statuses,
    views::SMART_LINK,
};
use actix_web::{HttpRequest, http::Method};
use askama::Template;
use domain::{
    identity::{Level, Section},
    links::{
        Mechanism, SmartLink,
        kpi::{Lookback, RunEvery, epoch_key},
    },
    offers::Offer,
    shared::{Calendar, FieldError, Problems, SmartLinkId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};
use store::{
    links::{Domain, Epoch, runs_of},
    offers::{LandingPageOf, Named},
    shared::{Filter, Page, Stored},
};

/// Empty rows at the end, and how many more "More rows" gives.
const SPARE: usize = 1;
const MORE: usize = 3;
/// How many runs are looked at for the last one that learnt.
const RUNS_LOOKED_AT: u64 = 10;

const ENTRIES: [Entry; 14] = [
    Entry("name", Kind::Text),
    Entry("status", Kind::Choice),
    Entry("mechanism", Kind::Choice),
    Entry("kpi.metric", Kind::Choice),
    Entry("kpi.goal", Kind::Amount),
    Entry("kpi.threshold", Kind::Number),
    Entry("kpi.every_hours", Kind::Number),
    Entry("kpi.lookback_hours", Kind::Number),
    Entry("kpi.memory", Kind::Tick),
    Entry("catch_all_id", Kind::Choice),
    Entry("domain_id", Kind::Choice),
    Entry("visible_to_partners", Kind::Tick),
    Entry("labels", Kind::List),
    Entry("partner_rules", Kind::Tick),
];

#[derive(Template)]
#[template(path = "links/smart_link.html")]
pub struct SmartLinkPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<SmartLink>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    mechanisms: Vec<Choice>,
    metrics: Vec<Choice>,
    frequencies: Vec<Choice>,
    lookbacks: Vec<Choice>,
    /// What a save would lose, where that is asked about.
    loss: Option<String>,
    offers: Vec<Choice>,
    domains: Vec<Choice>,
    /// The landing pages of each offer that a row names.
    pages: BTreeMap<String, Vec<Choice>>,
    flaws: Vec<FieldError>,
    /// Offers among its rows that take conversions by the cookie pixel.
    by_cookie: Vec<String>,
    /// The host that its links are shown with.
    host: String,
    is_example: bool,
    /// What helps to write conditions.
    picker: Markup,
    may_change: bool,
}

impl SmartLinkPage {
    fn places(&self) -> Range<usize> {
        let spare = match (self.form.get("add"), self.may_change && !self.is_example) {
            ("rows", _) => SPARE + MORE,
            (_, true) => SPARE,
            (_, false) => 0,
        };
        SmartLink::SHEET.places(&self.form, "rows", spare)
    }

    fn has_kpi_problem(&self) -> bool {
        self.problems.0.iter().any(|problem| problem.field.starts_with("kpi"))
    }

    /// How many rows are filled: those can be moved.
    fn filled(&self) -> usize {
        SmartLink::SHEET.places(&self.form, "rows", 0).end
    }

    /// What can't work in a row, as it is stored.
    fn row_flaws(&self, place: &usize) -> Vec<&FieldError> {
        let row = format!("rows[{place}]");
        let is_its = |flaw: &&FieldError| {
            flaw.field.strip_prefix(&row).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.flaws.iter().filter(is_its).collect()
    }

    /// What can't work beside the rows.
    fn other_flaws(&self) -> Vec<&FieldError> {
        self.flaws.iter().filter(|flaw| !flaw.field.starts_with("rows[")).collect()
    }

    fn pages_of(&self, place: &usize) -> &[Choice] {
        let offer = self.form.get(&self.form.path("rows", place, "offer_id"));
        self.pages.get(offer).map_or(&[], Vec::as_slice)
    }

    /// A spare row weighs one.
    fn weight(&self, place: &usize) -> &str {
        match self.form.get(&self.form.path("rows", place, "weight")) {
            "" => "1",
            weight => weight,
        }
    }
}

impl Paged for SmartLink {
    const SHEET: Sheet = Sheet {
        entries: &ENTRIES,
        rows: &[Rows {
            name: "rows",
            keys: &["offer_id", "targeting"],
            entries: &[
                Entry("id", Kind::Choice),
                Entry("offer_id", Kind::Choice),
                Entry("landing_page_id", Kind::Choice),
                Entry("weight", Kind::Number),
                Entry("targeting", Kind::Conditions),
            ],
            parts: &[],
        }],
    };
    const LIST: &'static str = "/smart-links";
    const BLANK: &'static str = "/smart-links/new";
    const USUAL: &'static [(&'static str, &'static str)] = &[
        ("kpi.metric", "profit"),
        ("kpi.threshold", "500"),
        ("kpi.every_hours", "12"),
        ("kpi.lookback_hours", "48"),
        ("kpi.memory", "true"),
    ];

    type Page = SmartLinkPage;

    async fn page(
        access: &Access,
        request: &HttpRequest,
        view: View<Self>,
    ) -> Result<SmartLinkPage, Failure> {
        let View { stored, form, problems, loss, .. } = view;
        let asks_example = Form::read(request.query_string().as_bytes()).get("example") == template::NAME;
        let is_example = stored.is_none() && request.method() == Method::GET && asks_example;
        let form = if is_example { template::form() } else { form };
        let scope = access.scope();
        let id = stored.as_ref().map(|stored| stored.id);
        let title = stored.as_ref().map_or("New Smart Link", |stored| stored.body.name.as_str());
        let domains = scope.list::<Domain>(&Filter::default(), Page::default()).await?;
        let offers = offers(access, &form).await?;
        Ok(SmartLinkPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: vec![Link::new("Smart Links", "/smart-links")],
            tabs: id.map(|id| SMART_LINK.tabs(access, id, request.path())).unwrap_or_default(),
            // A form that was sent may hold other rows than those that are stored.
            flaws: match id.filter(|_| request.method() == Method::GET) {
                Some(id) => {
                    plan_view::flaws_of(access, plan_view::FlawedObject::SmartLink(SmartLinkId(id))).await?
                }
                None => Vec::new(),
            },
            pages: pages(access, &form).await?,
            by_cookie: by_cookie(access, stored.as_ref()).await?,
            host: host(access, stored.as_ref(), &domains),
            stored,
            form,
            problems,
            statuses: statuses(),
            mechanisms: mechanisms(),
            metrics: metrics(),
            frequencies: RunEvery::ALL.iter().map(|every| hours(every.hours())).collect(),
            lookbacks: Lookback::ALL.iter().map(|lookback| hours(lookback.hours())).collect(),
            loss,
            offers,
            domains: domains.into_iter().map(|row| Choice::new(row.id.to_string(), row.body.host)).collect(),
            is_example,
            picker: conditions::picker(access)?,
            may_change: access.may(Section::Links, Level::Full),
        })
    }

    /// Adding or removing a row resets what the optimiser has learnt.
    async fn loss(access: &Access, before: &Stored<Self>, after: &Self) -> Result<Option<String>, Failure> {
        if epoch_key(&before.body) == epoch_key(after) {
            return Ok(None);
        }
        let (scope, link) = (access.scope(), SmartLinkId(before.id));
        let epoch = Epoch::of(scope.database(), scope.network(), link, &before.body).await?;
        let last = runs_of(scope, link, None, RUNS_LOOKED_AT).await?;
        let of_epoch = last.iter().filter(|run| run.epoch == epoch.key);
        let learnt = of_epoch.filter_map(|run| run.record.as_ref()).find(|record| record.clicks > 0);
        // What was learnt lasts while rows are chosen in another way, as long as they are the same.
        if before.body.mechanism != Mechanism::Kpi && learnt.is_none() {
            return Ok(None);
        }
        let began = learnt.map_or(epoch.began, |record| record.epoch_began);
        let began = format::moment_of_millis(began, Calendar::new(access.entrant().network.zone));
        let clicks = learnt.map_or_else(
            || "the clicks".to_owned(),
            |record| format!("{} and more", format::counted(record.clicks, "click")),
        );
        let then = match after.mechanism {
            Mechanism::Kpi => format!(
                ", and all rows get equal shares until {} have come",
                format::counted(i64::from(after.kpi.threshold), "click")
            ),
            Mechanism::Priority | Mechanism::Weight => String::new(),
        };
        Ok(Some(format!(
            "A row comes, goes, or leads elsewhere, so the optimiser starts anew: what it has learnt of {clicks} \
             since {began} is not used any more{then}."
        )))
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is made. Its links are built under Links.", stored.body.name)
    }
}

fn hours(hours: u8) -> Choice {
    Choice::new(hours.to_string(), format::counted(i64::from(hours), "hour"))
}

/// The offers to choose from; one that is deleted stays where a row or the catch-all names it.
async fn offers(access: &Access, form: &Form) -> Result<Vec<Choice>, Failure> {
    let rows = SmartLink::SHEET.places(form, "rows", 0);
    let named = rows.map(|place| form.path("rows", &place, "offer_id")).chain(["catch_all_id".to_owned()]);
    menu(access, Named::Offer, named.filter_map(|name| form.get(&name).parse().ok()), usize::MAX).await
}

/// The landing pages of the offers that the rows of a form name.
async fn pages(access: &Access, form: &Form) -> Result<BTreeMap<String, Vec<Choice>>, Failure> {
    let mut found = BTreeMap::new();
    for place in SmartLink::SHEET.places(form, "rows", 0) {
        let offer = form.get(&form.path("rows", &place, "offer_id"));
        let Some(id) = offer.parse::<i64>().ok().filter(|_| !found.contains_key(offer)) else { continue };
        let of_offer = Filter::exactly([("offer_id", id)]);
        let rows = access.scope().list::<LandingPageOf>(&of_offer, Page::ALL).await?;
        let named = rows.into_iter().map(page_name);
        let choices = named.map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        found.insert(offer.to_owned(), choices);
    }
    Ok(found)
}

/// The offers among the rows whose conversions may come by the cookie pixel.
async fn by_cookie(access: &Access, stored: Option<&Stored<SmartLink>>) -> Result<Vec<String>, Failure> {
    let Some(stored) = stored else { return Ok(Vec::new()) };
    let rows = stored.body.rows.iter().map(|row| row.offer_id).chain(stored.body.catch_all_id);
    let offers: BTreeSet<_> = rows.collect();
    let mut named = Vec::new();
    for id in offers {
        let offer = access.scope().get::<Offer>(id.0).await?.body;
        if offer.allow_pixel {
            named.push(offer.name);
        }
    }
    Ok(named)
}

/// The host of its links: its own domain, else the network's usual one, else the installation's.
fn host(access: &Access, stored: Option<&Stored<SmartLink>>, domains: &[Stored<Domain>]) -> String {
    let chosen = stored.and_then(|stored| stored.body.domain_id);
    let own = domains.iter().find(|row| chosen.is_some_and(|id| id.0 == row.id));
    let usual = || domains.iter().find(|row| row.body.is_default);
    let public = || access.state().public_url.split("://").last().unwrap_or_default().to_owned();
    own.or_else(usual).map_or_else(public, |row| row.body.host.clone())
}
