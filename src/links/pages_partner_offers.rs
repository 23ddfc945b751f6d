//! A partner's offers: the state of each, the terms of its own, and its link ready to copy.

use super::{approvals, link};
use crate::{
    offers::payout_text,
    web::{
        Access, Answer, Failure, Form, Listing, answer, flash, navigation,
        page::Shell,
        paging::{self, Paging},
        parts::{Column, Link, Tab},
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
};
use std::collections::BTreeMap;
use store::shared::{Filter, Page, Stored};

#[derive(Template)]
#[template(path = "links/partner_offers.html")]
struct OffersPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    partner: Stored<Partner>,
    /// What the names must hold.
    search: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
    may_change: bool,
}

impl OffersPage {
    fn link_id(&self, row: &i64) -> String {
        format!("link-{row}")
    }
}

/// An offer with the partner's state on it, its payout and its link.
struct Row {
    offer: Stored<Offer>,
    state: &'static str,
    signal: Signal,
    words: &'static str,
    payout: String,
    has_own_terms: bool,
    url: String,
}

/// The offers.
pub async fn list(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let partner = access.scope().get::<Partner>(*id).await?;
    let listing = Listing::read(request.query_string(), &["search"])?;
    let name = listing.text("search").map(str::to_owned);
    let present = Filter { hide_deleted: true, name: name.clone(), ..Filter::default() };
    let found = access.scope().list::<Offer>(&present, listing.page()?).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |row| row.id);
    let said: Vec<Stored<PartnerOffer>> =
        access.scope().list(&Filter::exactly([("partner_id", *id)]), Page::ALL).await?;
    let said: BTreeMap<i64, PartnerOffer> =
        said.into_iter().map(|row| (row.body.offer_id.0, row.body)).collect();
    let origin = link::origin(&access, None).await?;
    let currency = access.entrant().network.currency;
    let row = |offer: Stored<Offer>| {
        let terms = said.get(&offer.id);
        let state = terms.map(|terms| terms.state).unwrap_or_default();
        let (signal, words) = approvals::state_badge(state, offer.body.visibility);
        let payout = terms.and_then(|terms| terms.payout).unwrap_or(offer.body.payout);
        let own = |terms: &PartnerOffer| {
            terms.payout.is_some() || !terms.caps.is_empty() || !terms.event_payouts.is_empty()
        };
        Row {
            state: state.name(),
            signal,
            words,
            payout: payout_text(payout, currency),
            has_own_terms: terms.is_some_and(own),
            url: click_url(&origin, &partner.code, &offer.code),
            offer,
        }
    };
    let rows = found.into_iter().map(row).collect();
    let may_change = access.may(Section::Partners, Level::Full);
    answer::page(&OffersPage {
        shell: navigation::shell(&access, &request).titled(partner.body.name.clone()),
        crumbs: vec![Link::new("Partners", "/partners")],
        tabs: PARTNER.tabs(&access, *id, request.path()),
        search: name.unwrap_or_default(),
        columns: approvals::columns(&["Offer", "State", "Payout", "Tracking link"], may_change),
        rows,
        partner,
        paging,
        may_change,
    })
}

/// Sets the state on one offer.
pub async fn set(access: Access, id: Path<i64>, form: Form) -> Answer {
    let offer = form.get("offer_id").parse().map_err(|_| Failure::NotFound)?;
    let name = access.scope().get::<Offer>(offer).await?.body.name;
    access.scope().get::<Partner>(*id).await?;
    let state = approvals::set(&access, *id, offer, &form).await?;
    let text = format!("{name}: {}.", state.name());
    Ok(flash::see_other(&format!("/partners/{id}/offers"), Signal::Good, &text))
}
