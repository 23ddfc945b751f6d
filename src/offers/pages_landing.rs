//! The pages of an offer's landing pages: the list with one more, and one to change.

use crate::web::{
    Access, Failure, Form, format,
    history::Viewed,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
    views::OFFER,
};
use actix_web::HttpRequest;
use domain::{
    identity::{Level, Section},
    offers::{Offer, unknown_macros},
    shared::Problems,
};
use store::{
    offers::LandingPageOf,
    shared::{Filter, Page, Stored},
};

#[derive(askama::Template)]
#[template(path = "offers/landing_pages.html")]
pub struct LandingPages {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    offer: i64,
    columns: Vec<Column>,
    rows: Vec<Stored<LandingPageOf>>,
    /// The page that is changed; none where the form adds one.
    changed: Option<Stored<LandingPageOf>>,
    form: Form,
    problems: Problems,
    may_change: bool,
}

impl LandingPages {
    const ONE: &str = "landing page";
    const A_NEW: &str = "a landing page";
    const MANY: &str = "Landing pages";
    const PATH: &str = "landing-pages";

    /// A page's share of the offer's visitors, as long as all of them pass.
    fn share(&self, row: &Stored<LandingPageOf>) -> String {
        let active = self.rows.iter().filter(|row| row.body.page.active);
        let sum: u64 = active.map(|row| u64::from(row.body.page.weight)).sum();
        let weight = if row.body.page.active { u64::from(row.body.page.weight) } else { 0 };
        format::percent(format::ratio(weight, sum))
    }
}

impl Paged for LandingPageOf {
    const SHEET: Sheet = Sheet {
        entries: &[
            Entry("name", Kind::Text),
            Entry("url", Kind::Text),
            Entry("weight", Kind::Number),
            Entry("active", Kind::Tick),
        ],
        rows: &[],
    };
    const LIST: &'static str = "/offers/{offer_id}/landing-pages";
    const BLANK: &'static str = Self::LIST;
    const USUAL: &'static [(&'static str, &'static str)] = &[("weight", "1"), ("active", "true")];

    type Page = LandingPages;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<LandingPages, Failure> {
        let View { parent: offer, stored: changed, form, problems, .. } = view;
        let stored = access.scope().get::<Offer>(offer).await?;
        Ok(LandingPages {
            state: stored.body.state(),
            shell: navigation::shell(access, request).titled(stored.body.name),
            crumbs: vec![Link::new("Offers", "/offers")],
            tabs: OFFER.tabs(access, offer, request.path()),
            offer,
            columns: vec![
                Column::text("Landing page"),
                Column::text("Address"),
                Column::number("Weight"),
                Column::number("Share")
                    .hint("Of the offer's visitors, by weight among the pages that are on"),
                Column::text("State"),
            ],
            rows: access.scope().list(&Filter::exactly([("offer_id", offer)]), Page::ALL).await?,
            changed,
            form,
            problems,
            may_change: access.may(Section::Offers, Level::Full),
        })
    }

    fn made(row: &Stored<Self>) -> String {
        let unknown = unknown_macros(&row.body.page.url);
        if unknown.is_empty() {
            return "The landing page is added.".to_owned();
        }
        format!("The landing page is added. No macro, and sent as typed: {}.", unknown.join(" "))
    }
}
