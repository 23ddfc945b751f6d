//! A partner's own terms on one offer: its state, its payout, and the caps of its share.

use super::{approvals, link};
use crate::{
    offers::{CAPS, PAYOUT, measures, payout_text, payout_types, periods, terms},
    web::{
        Access, Answer, Failure, Form, answer, flash, json, navigation,
        page::Shell,
        parts::{Choice, Link, Tab},
        plan_view::{self, CapUse},
        sheet::{Entry, Kind, Rows, Sheet, joined},
        signal::Signal,
        views::PARTNER,
    },
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::{Partner, PartnerOffer},
    identity::{Level, Section},
    links::click_url,
    offers::Offer,
    shared::{Currency, OfferId, PartnerId, Problems},
};
use serde_json::{Value, json};
use std::ops::Range;
use store::{
    offers::EventOf,
    shared::{Filter, Page, Stored},
};

const SHEET: Sheet = Sheet {
    entries: &joined::<4>(&[&[Entry("state", Kind::Choice)], &PAYOUT]),
    rows: &[
        Rows {
            name: "event_payouts",
            keys: &["event_id"],
            entries: &joined::<4>(&[&[Entry("event_id", Kind::Choice)], &PAYOUT]),
            parts: &[],
        },
        CAPS,
    ],
};

#[derive(Template)]
#[template(path = "links/terms.html")]
struct TermsPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    version: Option<i64>,
    url: String,
    usual: String,
    states: Vec<Choice>,
    own_payouts: Vec<Choice>,
    event_payouts: Vec<Choice>,
    events: Vec<Choice>,
    periods: Vec<Choice>,
    measures: Vec<Choice>,
    caps: Vec<CapUse>,
    form: Form,
    problems: Problems,
    currency: Currency,
    may_change: bool,
}

impl TermsPage {
    /// The places of a list's rows, with one to spare for whoever may fill it.
    fn places(&self, rows: &str) -> Range<usize> {
        SHEET.places(&self.form, rows, usize::from(self.may_change))
    }
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    (partner, offer): (i64, i64),
    typed: Option<(Form, Problems)>,
) -> Result<TermsPage, Failure> {
    let scope = access.scope();
    let partner = scope.get::<Partner>(partner).await?;
    let offer = scope.get::<Offer>(offer).await?;
    let stored = terms::find(access, PartnerId(partner.id), OfferId(offer.id)).await?;
    let version = stored.as_ref().map(|stored| stored.version);
    let nothing = || terms::none(PartnerId(partner.id), OfferId(offer.id));
    let terms = stored.map_or_else(nothing, |stored| stored.body);
    let caps = plan_view::cap_uses(access, request, offer.id, Some(partner.id), &terms.caps);
    let document = serde_json::to_value(&terms).map_err(|error| Failure::Broken(error.to_string()))?;
    let as_stored = || (SHEET.show(&document, access.entrant().network.zone), Problems::default());
    let (form, problems) = typed.unwrap_or_else(as_stored);
    let events = scope.list::<EventOf>(&Filter::exactly([("offer_id", offer.id)]), Page::default()).await?;
    let events = events.into_iter().map(|row| Choice::new(row.id.to_string(), row.body.event.name));
    let of_conversions = |choice: &Choice| !["cpc", "cpm"].contains(&choice.value.as_str());
    let currency = access.entrant().network.currency;
    let own = Choice::new("", "As the offer says");
    Ok(TermsPage {
        shell: navigation::shell(access, request)
            .titled(format!("{} on {}", partner.body.name, offer.body.name)),
        crumbs: vec![
            Link::new("Partners", "/partners"),
            Link::new(partner.body.name.clone(), format!("/partners/{}", partner.id)),
            Link::new("Offers and links", format!("/partners/{}/offers", partner.id)),
        ],
        tabs: PARTNER.tabs(access, partner.id, request.path()),
        version,
        url: click_url(&link::origin(access, None).await?, &partner.code, &offer.code),
        usual: payout_text(offer.body.payout, currency),
        states: approvals::choices(),
        own_payouts: std::iter::once(own).chain(payout_types()).collect(),
        event_payouts: payout_types().into_iter().filter(of_conversions).collect(),
        events: std::iter::once(Choice::new("", "No event")).chain(events).collect(),
        periods: periods(),
        measures: measures(),
        caps,
        form,
        problems,
        currency,
        may_change: access.may(Section::Partners, Level::Full),
    })
}

/// The terms.
pub async fn show(access: Access, request: HttpRequest, ids: Path<(i64, i64)>) -> Answer {
    answer::page(&page(&access, &request, *ids, None).await?)
}

/// Saves them.
pub async fn save(access: Access, request: HttpRequest, ids: Path<(i64, i64)>, form: Form) -> Answer {
    let form = SHEET.tidy(&form);
    let (partner, offer) = *ids;
    access.scope().get::<Partner>(partner).await?;
    access.scope().get::<Offer>(offer).await?;
    match store_terms(&access, *ids, &form).await {
        Ok(_) => Ok(flash::see_other(&format!("/partners/{partner}/offers/{offer}"), Signal::Good, "Saved.")),
        Err(failure) => {
            let again =
                async |problems| page(&access, &request, *ids, Some((form, SHEET.placed(problems)))).await;
            answer::again(failure, again).await
        }
    }
}

async fn store_terms(
    access: &Access,
    (partner, offer): (i64, i64),
    form: &Form,
) -> Result<Stored<PartnerOffer>, Failure> {
    let (mut document, problems) = SHEET.read(form, access.entrant().network.zone);
    problems.into_result(())?;
    if form.get("payout.type").is_empty() {
        document.insert("payout".to_owned(), Value::Null);
    }
    document.insert("partner_id".to_owned(), json!(PartnerId(partner)));
    document.insert("offer_id".to_owned(), json!(OfferId(offer)));
    terms::set(access, form.version(), json::document(document)?).await
}
