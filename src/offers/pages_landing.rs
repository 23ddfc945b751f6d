//! The pages of an offer's landing pages: the list with one more, and one to change.

use super::{editing, tabs};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format, navigation,
    page::Shell,
    parts::{Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    identity::{Level, Section},
    offers::{LandingPage, Offer},
    shared::Problems,
};
use store::{offers::LandingPageOf, shared::Stored};

const SHEET: Sheet = Sheet {
    entries: &[
        Entry("name", Kind::Text),
        Entry("url", Kind::Text),
        Entry("weight", Kind::Number),
        Entry("active", Kind::Tick),
    ],
    rows: &[],
};

#[derive(Template)]
#[template(path = "offers/landing_pages.html")]
struct LandingPages {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
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
    /// A page's share of the offer's visitors, as long as all of them pass.
    fn share(&self, row: &Stored<LandingPageOf>) -> String {
        let active = self.rows.iter().filter(|row| row.body.page.active);
        let sum: u64 = active.map(|row| u64::from(row.body.page.weight)).sum();
        let weight = if row.body.page.active { u64::from(row.body.page.weight) } else { 0 };
        format::percent(format::ratio(weight, sum))
    }
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    offer: i64,
    changed: Option<Stored<LandingPageOf>>,
    form: Form,
) -> Result<LandingPages, Failure> {
    let stored = access.scope().get::<Offer>(offer).await?;
    Ok(LandingPages {
        shell: navigation::shell(access, request).titled(stored.body.name),
        crumbs: vec![Link::new("Offers", "/offers")],
        tabs: tabs(offer, request.path()),
        offer,
        columns: vec![
            Column::text("Landing page"),
            Column::text("Address"),
            Column::number("Weight"),
            Column::number("Share").hint("Of the offer's visitors, by weight among the pages that are on"),
            Column::text("State"),
        ],
        rows: editing::landing_pages(access, offer).await?,
        changed,
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Offers, Level::Full),
    })
}

fn fresh() -> Form {
    Form::of(
        [("weight", "1"), ("active", "true")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    )
}

/// The list, with the form of one more.
pub async fn list(access: Access, request: HttpRequest, offer: Path<i64>) -> Answer {
    answer::page(&page(&access, &request, *offer, None, fresh()).await?)
}

/// Adds one.
pub async fn create(access: Access, request: HttpRequest, offer: Path<i64>, form: Form) -> Answer {
    let made = match SHEET.document::<LandingPage>(&form, access.entrant().network.zone) {
        Ok(page) => editing::create_landing_page(&access, *offer, page).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(_) => Ok(done(*offer, "The landing page is added.")),
        Err(failure) => again(page(&access, &request, *offer, None, form).await?, failure),
    }
}

/// One, to be changed.
pub async fn show(access: Access, request: HttpRequest, ids: Path<(i64, i64)>) -> Answer {
    let (offer, id) = *ids;
    let stored = editing::landing_page(&access, offer, id).await?;
    let document =
        serde_json::to_value(&stored.body.page).map_err(|error| Failure::Broken(error.to_string()))?;
    let form = SHEET.show(&document, access.entrant().network.zone);
    answer::page(&page(&access, &request, offer, Some(stored), form).await?)
}

/// Saves one.
pub async fn save(access: Access, request: HttpRequest, ids: Path<(i64, i64)>, form: Form) -> Answer {
    let (offer, id) = *ids;
    let before = editing::landing_page(&access, offer, id).await?;
    let expected = form.get("version").parse().ok();
    let saved = match SHEET.document::<LandingPage>(&form, access.entrant().network.zone) {
        Ok(page) => editing::save_landing_page(&access, &before, expected, page).await,
        Err(failure) => Err(failure),
    };
    match saved {
        Ok(_) => Ok(done(offer, "Saved.")),
        Err(failure) => again(page(&access, &request, offer, Some(before), form).await?, failure),
    }
}

fn done(offer: i64, text: &str) -> actix_web::HttpResponse {
    flash::with(answer::see_other(&format!("/offers/{offer}/landing-pages")), Signal::Good, text)
}

fn again(page: LandingPages, failure: Failure) -> Answer {
    let status = failure.status();
    let problems = SHEET.placed(failure.into_problems()?);
    answer::page_with(status, &LandingPages { problems, ..page })
}
