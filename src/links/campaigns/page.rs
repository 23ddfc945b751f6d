//! The page of a campaign: its flow and settings in one form, in the order in which they are made up: pages,
//! rotators, rules, defaults; and what in them can't work, at its place.

use crate::web::{
    Access, Failure, Form, conditions, format,
    markup::Markup,
    menus::menu,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab, field_words},
    plan_view,
    sheet::{Entry, Kind, Rows, Sheet},
    signal::Signal,
    status::statuses,
    views::CAMPAIGN,
};
use actix_web::{HttpRequest, http::Method};
use askama::Template;
use domain::{
    identity::{Level, Section},
    links::{Campaign, RotatorGoal},
    shared::{CampaignId, FieldError, Problems},
};
use std::{collections::BTreeSet, ops::Range};
use store::{
    links::Domain,
    offers::Named,
    shared::{Filter, Page, Stored},
};

/// Empty rows at the end of a list, and how many more "More" gives.
const SPARE: usize = 1;
const MORE: usize = 3;

const OFFERS: Rows = Rows {
    name: "to.offers",
    keys: &["offer_id"],
    entries: &[Entry("offer_id", Kind::Choice), Entry("weight", Kind::Number)],
    parts: &[],
};
const PAGES: Rows = Rows {
    name: "to.landing_pages",
    keys: &["landing_page_id"],
    entries: &[Entry("landing_page_id", Kind::Choice), Entry("weight", Kind::Number)],
    parts: &[],
};
const OPTIONS: Rows = Rows {
    name: "options",
    keys: &["offer_id"],
    entries: &[
        Entry("id", Kind::Choice),
        Entry("offer_id", Kind::Choice),
        Entry("landing_page_id", Kind::Choice),
    ],
    parts: &[],
};

#[derive(Template)]
#[template(path = "links/campaign.html")]
pub struct CampaignPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<Campaign>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    goals: Vec<Choice>,
    windows: Vec<Choice>,
    domains: Vec<Choice>,
    offers: Vec<Choice>,
    /// The campaign's own pages and rotators, as the form has them.
    pages: Vec<Choice>,
    rotators: Vec<Choice>,
    flaws: Vec<FieldError>,
    /// What helps to write conditions.
    picker: Markup,
    may_change: bool,
}

/// Where a rule or the defaults lead, as a part of the form.
#[derive(Template)]
#[template(path = "links/campaign_branch.html")]
struct BranchPart<'a> {
    form: &'a Form,
    problems: &'a Problems,
    /// Such as `rules[2].to` or `defaults`.
    at: &'a str,
    /// The rule's name, for those who hear the page.
    of: &'a str,
    offers: &'a [Choice],
    pages: &'a [Choice],
    rotators: &'a [Choice],
    offer_places: Range<usize>,
    page_places: Range<usize>,
}

impl BranchPart<'_> {
    fn rotator_name(&self) -> String {
        format!("{}.rotator_id", self.at)
    }

    fn name(&self, rows: &str, place: &usize, field: &str) -> String {
        format!("{}.{rows}[{place}].{field}", self.at)
    }

    /// What a field holds; a spare row weighs one.
    fn held(&self, rows: &str, place: &usize, field: &str) -> &str {
        match (self.form.get(&self.name(rows, place, field)), field) {
            ("", "weight") => "1",
            (text, _) => text,
        }
    }
}

impl CampaignPage {
    fn spare(&self, rows: &str) -> usize {
        match (self.form.get("add") == rows, self.may_change) {
            (true, _) => SPARE + MORE,
            (false, true) => SPARE,
            (false, false) => 0,
        }
    }

    fn places(&self, rows: &str) -> Range<usize> {
        Campaign::SHEET.places(&self.form, rows, self.spare(rows))
    }

    fn options_path(&self, rotator: &usize) -> String {
        format!("rotators[{rotator}].options")
    }

    /// The places of a rotator's options.
    fn options(&self, rotator: &usize) -> Range<usize> {
        let rows = self.options_path(rotator);
        let spare = if self.may_change { SPARE + 1 } else { 0 };
        Campaign::SHEET.places(&self.form, &rows, spare)
    }

    /// How many rules are filled: those can be moved.
    fn filled(&self) -> usize {
        Campaign::SHEET.places(&self.form, "rules", 0).end
    }

    /// What a hidden field of an id holds: a new row gets one at once, so that rules can name it.
    fn id(&self, rows: &str, place: &usize) -> String {
        match self.form.held(rows, place, "id") {
            "" => (rand::random::<u32>() >> 1).to_string(),
            id => id.to_owned(),
        }
    }

    fn branch_of_rule(&self, place: &usize) -> Result<Markup, askama::Error> {
        self.branch(&format!("rules[{place}].to"), &self.rule_title(place))
    }

    fn branch(&self, path: &str, of: &str) -> Result<Markup, askama::Error> {
        let spare = if self.may_change { SPARE } else { 0 };
        let places = |rows: &str| Campaign::SHEET.places(&self.form, &format!("{path}.{rows}"), spare);
        let part = BranchPart {
            form: &self.form,
            problems: &self.problems,
            at: path,
            of,
            offers: &self.offers,
            pages: &self.pages,
            rotators: &self.rotators,
            offer_places: places("offers"),
            page_places: places("landing_pages"),
        };
        Ok(Markup::trusted(part.render()?))
    }

    /// What a rule is called while it is made up.
    fn rule_title(&self, place: &usize) -> String {
        match self.form.held("rules", place, "name") {
            "" => format!("Rule {}", place + 1),
            name => format!("Rule {}: {name}", place + 1),
        }
    }

    fn conditions(&self, place: &usize) -> usize {
        let text = self.form.held("rules", place, "conditions");
        text.lines().filter(|line| !line.trim().is_empty()).count()
    }

    /// When a rule is asked, and by how many conditions, in words.
    fn rule_note(&self, place: &usize) -> String {
        let own = self.conditions(place);
        let before = (0..self.filled())
            .filter(|other| {
                let count = self.conditions(other);
                count > own || (count == own && other < place)
            })
            .count();
        format!("asked {}, {}", ordinal(before + 1), format::counted(own, "condition"))
    }

    /// Whether a rule stands open: a new one, and one where something is wrong.
    fn is_open(&self, place: &usize) -> bool {
        let path = format!("rules[{place}]");
        let is_its = |error: &FieldError| is_within(&error.field, &path);
        *place >= self.filled()
            || self.filled() <= 3
            || self.form.get("add") == "rules"
            || self.problems.0.iter().chain(&self.flaws).any(is_its)
    }

    /// Whether a rotator stands open: one that there is, and a new one that was asked for or is typed in.
    fn is_rotator_open(&self, place: &usize) -> bool {
        let is_new = self.form.held("rotators", place, "name").is_empty();
        !is_new || self.form.get("add") == "rotators"
    }

    /// What can't work at a place, as it is stored.
    fn flaws_at(&self, path: &str) -> Vec<&FieldError> {
        self.flaws.iter().filter(|flaw| is_within(&flaw.field, path)).collect()
    }

    /// A flaw of a row in words: which part of it, where it is one, and what is wrong.
    fn flaw_words(&self, flaw: &FieldError, rows: &str, place: &usize) -> String {
        let part = flaw.field.strip_prefix(&format!("{rows}[{place}]")).unwrap_or(&flaw.field);
        let part = field_words(part.trim_start_matches(".to").trim_start_matches('.'));
        if part.is_empty() { format!("It {}.", flaw.message) } else { format!("{part}: {}.", flaw.message) }
    }

    fn flaws_of_row(&self, rows: &str, place: &usize) -> Vec<&FieldError> {
        self.flaws_at(&format!("{rows}[{place}]"))
    }
}

/// Whether a field is a part of the document or lies within it.
fn is_within(field: &str, part: &str) -> bool {
    field.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

impl Paged for Campaign {
    const SHEET: Sheet = Sheet {
        entries: &[
            Entry("name", Kind::Text),
            Entry("status", Kind::Choice),
            Entry("domain_id", Kind::Choice),
            Entry("visible_to_partners", Kind::Tick),
            Entry("labels", Kind::List),
            Entry("defaults.rotator_id", Kind::Choice),
        ],
        rows: &[
            Rows {
                name: "landing_pages",
                keys: &["name", "url"],
                entries: &[Entry("id", Kind::Choice), Entry("name", Kind::Text), Entry("url", Kind::Text)],
                parts: &[],
            },
            Rows {
                name: "rotators",
                keys: &["name"],
                entries: &[
                    Entry("id", Kind::Choice),
                    Entry("name", Kind::Text),
                    Entry("goal", Kind::Choice),
                    Entry("min_impressions", Kind::Number),
                    Entry("exploration", Kind::Amount),
                    Entry("window_hours", Kind::Number),
                ],
                parts: &[OPTIONS],
            },
            Rows {
                name: "rules",
                keys: &["name", "conditions", "to.rotator_id"],
                entries: &[
                    Entry("id", Kind::Choice),
                    Entry("name", Kind::Text),
                    Entry("conditions", Kind::Conditions),
                    Entry("to.rotator_id", Kind::Choice),
                ],
                parts: &[PAGES, OFFERS],
            },
            Rows { name: "defaults.landing_pages", ..PAGES },
            Rows { name: "defaults.offers", ..OFFERS },
        ],
    };
    const LIST: &'static str = "/campaigns";
    const BLANK: &'static str = "/campaigns/new";

    type Page = CampaignPage;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<CampaignPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let scope = access.scope();
        let id = stored.as_ref().map(|stored| stored.id);
        let title = stored.as_ref().map_or("New campaign", |stored| stored.body.name.as_str());
        let domains = scope.list::<Domain>(&Filter::default(), Page::default()).await?;
        Ok(CampaignPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: vec![Link::new("Campaigns", "/campaigns")],
            tabs: id.map(|id| CAMPAIGN.tabs(access, id, request.path())).unwrap_or_default(),
            // A form that was sent may hold other rules than those that are stored.
            flaws: match id.filter(|_| request.method() == Method::GET) {
                Some(id) => {
                    plan_view::flaws_of(access, plan_view::FlawedObject::Campaign(CampaignId(id))).await?
                }
                None => Vec::new(),
            },
            statuses: statuses(),
            goals: goals(),
            windows: windows(&form),
            domains: domains.into_iter().map(|row| Choice::new(row.id.to_string(), row.body.host)).collect(),
            offers: offers(access, &form).await?,
            pages: named_rows(&form, "landing_pages", ".landing_page_id"),
            rotators: named_rows(&form, "rotators", ".rotator_id"),
            stored,
            form,
            problems,
            picker: conditions::picker_of_flows(access).await?,
            may_change: access.may(Section::Links, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is made. Its links are built under Links.", stored.body.name)
    }
}

fn goals() -> Vec<Choice> {
    RotatorGoal::ALL
        .map(|goal| {
            let words = match goal {
                RotatorGoal::Epc => "EPC: what a view earns",
                RotatorGoal::Cr => "CR: conversions a view",
            };
            Choice::new(goal.name(), words)
        })
        .to_vec()
}

/// The usual windows, and those that the form holds.
fn windows(form: &Form) -> Vec<Choice> {
    let held = form.fields().iter().filter(|(name, _)| name.ends_with(".window_hours"));
    let held = held.filter_map(|(_, hours)| hours.trim().parse::<u32>().ok());
    let hours: BTreeSet<u32> = [24, 72, 168, 336, 720].into_iter().chain(held).collect();
    let words = |hours: u32| match hours % 24 {
        0 => format::counted(i64::from(hours / 24), "day"),
        _ => format::counted(i64::from(hours), "hour"),
    };
    hours.into_iter().map(|hours| Choice::new(hours.to_string(), words(hours))).collect()
}

/// Most that is offered to choose from though it is gone: each stands in every menu.
const MOST_MISSING: usize = 20;

/// The rows of a form that have a name, by their ids. One that is there no more stays where a field such as
/// `landing_page_id` names it, so that what is wrong is shown where it can be mended.
fn named_rows(form: &Form, rows: &str, field: &str) -> Vec<Choice> {
    let places = Campaign::SHEET.places(form, rows, 0);
    let named = places.filter_map(|place| {
        let (id, name) = (form.held(rows, &place, "id"), form.held(rows, &place, "name"));
        (!id.is_empty() && !name.is_empty()).then(|| Choice::new(id, name))
    });
    let found: Vec<Choice> = named.collect();
    let named: BTreeSet<&str> = named_in(form, field).collect();
    let is_missing = |id: &&&str| !found.iter().any(|known| known.value == **id);
    let missing = named.iter().filter(is_missing).take(MOST_MISSING).map(|id| {
        let is_there =
            Campaign::SHEET.places(form, rows, 0).any(|place| form.held(rows, &place, "id") == *id);
        Choice::new(*id, if is_there { "(without a name)" } else { "(taken out)" })
    });
    let missing: Vec<Choice> = missing.collect();
    found.into_iter().chain(missing).collect()
}

/// What the fields of this name hold.
fn named_in<'f>(form: &'f Form, field: &str) -> impl Iterator<Item = &'f str> {
    let named = form.fields().iter().filter(move |(name, id)| {
        name.ends_with(field) && !id.trim().is_empty() && Campaign::SHEET.has(name)
    });
    named.map(|(_, id)| id.trim())
}

/// The offers to choose from; one that is deleted stays where the form names it.
async fn offers(access: &Access, form: &Form) -> Result<Vec<Choice>, Failure> {
    let named = named_in(form, "].offer_id").filter_map(|id| id.parse().ok());
    menu(access, Named::Offer, named, MOST_MISSING).await
}
