//! An offer's partners: each one's state, and its link ready to copy.

use super::{approvals, link};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, flash, navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Column, Link, Tab},
    signal::Signal,
    views::OFFER,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::{ApprovalState, Partner, PartnerOffer},
    identity::{Level, Section},
    links::click_url,
    offers::Offer,
};
use std::collections::BTreeMap;
use store::shared::{Filter, Page, Stored};

#[derive(Template)]
#[template(path = "links/offer_partners.html")]
struct PartnersPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    offer: Stored<Offer>,
    /// What the names must hold.
    search: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Paging,
    may_change: bool,
    may_see_partners: bool,
}

impl PartnersPage {
    fn link_id(&self, row: &i64) -> String {
        format!("link-{row}")
    }
}

/// A partner with its state on the offer and its link.
struct Row {
    partner: Stored<Partner>,
    state: &'static str,
    signal: Signal,
    words: &'static str,
    url: String,
}

/// The partners.
pub async fn list(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    answer::page(&page(&access, &request, *id).await?)
}

async fn page(access: &Access, request: &HttpRequest, id: i64) -> Result<PartnersPage, Failure> {
    let offer = access.scope().get::<Offer>(id).await?;
    let listing = Listing::read(request.query_string(), &["search"])?;
    let name = listing.text("search").map(str::to_owned);
    let present = Filter { hide_deleted: true, name: name.clone(), ..Filter::default() };
    let found = access.scope().list::<Partner>(&present, listing.page()?).await?;
    let (found, paging) = paging::cut(request, &listing, found, |row| row.id);
    let said: Vec<Stored<PartnerOffer>> =
        access.scope().list(&Filter::exactly([("offer_id", id)]), Page::ALL).await?;
    let said: BTreeMap<i64, ApprovalState> =
        said.into_iter().map(|row| (row.body.partner_id.0, row.body.state)).collect();
    let origin = link::origin(access, None).await?;
    let row = |partner: Stored<Partner>| {
        let state = said.get(&partner.id).copied().unwrap_or_default();
        let (signal, words) = approvals::state_badge(state, offer.body.visibility);
        let url = click_url(&origin, &partner.code, &offer.code);
        Row { partner, state: state.name(), signal, words, url }
    };
    let may_change = access.may(Section::Offers, Level::Full);
    Ok(PartnersPage {
        shell: navigation::shell(access, request).titled(offer.body.name.clone()),
        crumbs: vec![Link::new("Offers", "/offers")],
        tabs: OFFER.tabs(access, id, request.path()),
        search: name.unwrap_or_default(),
        columns: approvals::columns(&["Partner", "State", "Tracking link"], may_change),
        rows: found.into_iter().map(row).collect(),
        offer,
        paging,
        may_change,
        may_see_partners: access.may(Section::Partners, Level::Read),
    })
}

/// Sets one partner's state.
pub async fn set(access: Access, id: Path<i64>, form: Form) -> Answer {
    let partner = form.get("partner_id").parse().map_err(|_| Failure::NotFound)?;
    let name = access.scope().get::<Partner>(partner).await?.body.name;
    access.scope().get::<Offer>(*id).await?;
    let state = approvals::set(&access, partner, *id, &form).await?;
    let text = format!("{name}: {}.", state.name());
    Ok(flash::see_other(&format!("/offers/{id}/partners"), Signal::Good, &text))
}
