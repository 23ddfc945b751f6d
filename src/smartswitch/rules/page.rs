//! The page of a rule: its state, what it does in plain words, and its settings in one form of four tabs.

use super::{
    choices::Choices,
    form::{self, CUSTOM, CUSTOM_DELAY, SHEET, Step, USES_ADVANCED, USUAL},
    preview,
};
use crate::web::{
    Access, Failure, Form,
    markup::Markup,
    menus::menu,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab, error_at},
    sheet::Sheet,
    views::SMART_SWITCH_RULE,
};
use actix_web::{HttpRequest, http::Method};
use askama::Template;
use chrono_tz::Tz;
use domain::{
    identity::{Level, Section},
    shared::{Currency, Problems, Status},
    smartswitch::{ActionDelay, MOST_RULES, SmartSwitchRule, SwitchOperator},
};
use std::ops::Range;
use store::{
    offers::{Named, event_names},
    shared::Stored,
};

/// Most that is offered to choose from though it is gone.
const MOST_MISSING: usize = 1_000;

#[derive(Template)]
#[template(path = "smartswitch/rule.html")]
pub struct RulePage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<SmartSwitchRule>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    open: Step,
    preview: Markup,
    uses_advanced: bool,
    menus: Choices,
    offers: Vec<Choice>,
    advertisers: Vec<Choice>,
    partners: Vec<Choice>,
    events: Vec<String>,
    currency: Currency,
    zone: Tz,
    may_change: bool,
}

impl RulePage {
    fn clock_hint(&self) -> String {
        format!("By the network's clock ({}).", self.zone)
    }

    /// How many fields of a tab need mending.
    fn wrong(&self, step: &Step) -> usize {
        self.problems.0.iter().filter(|error| Step::of(&error.field) == *step).count()
    }

    /// The places of a list's rows, with an empty one where it is asked for or the list needs one.
    fn places(&self, rows: &str) -> Range<usize> {
        let filled = SHEET.places(&self.form, rows, 0).end;
        let is_needed = filled == 0 && rows != "exclusions";
        let spare = self.may_change && (is_needed || self.form.get("add") == rows);
        SHEET.places(&self.form, rows, usize::from(spare))
    }

    /// What is wrong with a list as a whole.
    fn error_of(&self, rows: &str) -> &str {
        error_at(&self.problems, rows)
    }

    fn operator(&self, rows: &str, place: &usize) -> &str {
        match self.form.held(rows, place, "operator") {
            "" => SwitchOperator::default().name(),
            operator => operator,
        }
    }

    /// The entry of the menu of delays.
    fn delay(&self) -> &str {
        let held = self.form.get("action_delay_minutes");
        let is_offered = ActionDelay::OFFERED.iter().any(|minutes| minutes.to_string() == held);
        if is_offered { held } else { CUSTOM }
    }

    /// The delay that no entry of the menu is.
    fn custom_delay(&self) -> &str {
        match (self.form.get(CUSTOM_DELAY), self.form.get("action_delay_minutes")) {
            ("", held) if self.delay() == CUSTOM && held != CUSTOM => held,
            (typed, _) => typed,
        }
    }
}

impl Paged for SmartSwitchRule {
    const SHEET: Sheet = SHEET;
    const LIST: &'static str = "/smart-switch/rules";
    const BLANK: &'static str = "/smart-switch/rules/new";
    const USUAL: &'static [(&'static str, &'static str)] = &USUAL;

    type Page = RulePage;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<RulePage, Failure> {
        let View { stored, form, problems, .. } = view;
        let title = stored.as_ref().map_or("New rule", |stored| stored.body.name.as_str());
        let is_sent = request.method() != Method::GET;
        let preview = match stored.as_ref().filter(|_| !is_sent) {
            Some(stored) => preview::shown(access, &stored.body).await?,
            None => preview::shown(access, &preview::draft(access, &form)?).await?,
        };
        Ok(RulePage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: SMART_SWITCH_RULE.crumbs(),
            tabs: stored
                .as_ref()
                .map(|stored| SMART_SWITCH_RULE.tabs(access, stored.id, request.path()))
                .unwrap_or_default(),
            open: Step::open(&form, &problems),
            preview,
            uses_advanced: match is_sent {
                true => form.is_ticked(USES_ADVANCED),
                false => !SHEET.places(&form, "advanced_kpis", 0).is_empty(),
            },
            menus: Choices::all(),
            offers: entities(access, Named::Offer, &form, "offer_ids").await?,
            advertisers: entities(access, Named::Advertiser, &form, "advertiser_ids").await?,
            partners: partners(access, &form).await?,
            events: events(access, &form).await?,
            stored,
            form,
            problems,
            currency: access.entrant().network.currency,
            zone: access.entrant().network.zone,
            may_change: access.may(Section::SmartSwitch, Level::Full),
        })
    }

    fn meant(form: &Form) -> Form {
        form::meant(form)
    }

    fn made(stored: &Stored<Self>) -> String {
        match stored.body.status {
            Status::Active => format!("{} is made. It runs from now on.", stored.body.name),
            Status::Paused | Status::Deleted => {
                format!("{} is made. It does nothing until it is active.", stored.body.name)
            }
        }
    }
}

/// Those that the form names, then the others.
async fn entities(access: &Access, kind: Named, form: &Form, field: &str) -> Result<Vec<Choice>, Failure> {
    let named = form.all(field).filter_map(|id| id.parse().ok());
    let choices = menu(access, kind, named, MOST_MISSING).await?;
    let is_named = |choice: &Choice| form.all(field).any(|id| id == choice.value);
    let (named, others): (Vec<_>, Vec<_>) = choices.into_iter().partition(is_named);
    Ok(named.into_iter().chain(others).collect())
}

async fn partners(access: &Access, form: &Form) -> Result<Vec<Choice>, Failure> {
    let places = SHEET.places(form, "exclusions", 0);
    let named = places.filter_map(|place| form.held("exclusions", &place, "partner_id").parse().ok());
    menu(access, Named::Partner, named, MOST_MISSING).await
}

/// The events of what the form names.
async fn events(access: &Access, form: &Form) -> Result<Vec<String>, Failure> {
    let meant = form::meant(form);
    let ids = |field: &str| meant.all(field).filter_map(|id| id.parse().ok()).collect::<Vec<i64>>();
    Ok(event_names(access.scope(), &ids("offer_ids"), &ids("advertiser_ids")).await?)
}
