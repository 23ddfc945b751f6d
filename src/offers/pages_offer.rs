//! The page of an offer: its state, its caps as they fill, its settings in one form, and what in
//! them can never match.

use super::{editing, tabs, words::Choices};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, navigation,
    page::Shell,
    parts::{Choice, Link, Tab},
    plan_view::{self, CapUse},
    sheet::{Entry, Kind, Rows, Sheet},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::Advertiser,
    identity::{Level, Section},
    offers::Offer,
    shared::{Currency, FieldError, OfferId, Problems},
};
use store::shared::{Filter, Page, Stored};

/// Empty rows at the end of a list, and how many more "Another row" gives.
const SPARE: usize = 1;
const MORE: usize = 3;

const SHEET: Sheet = Sheet {
    entries: &[
        Entry("name", Kind::Text),
        Entry("advertiser_id", Kind::Choice),
        Entry("status", Kind::Choice),
        Entry("visibility", Kind::Choice),
        Entry("end_date", Kind::Moment),
        Entry("payout.type", Kind::Choice),
        Entry("payout.amount", Kind::Amount),
        Entry("payout.percent", Kind::Amount),
        Entry("revenue.type", Kind::Choice),
        Entry("revenue.amount", Kind::Amount),
        Entry("revenue.percent", Kind::Amount),
        Entry("over_cap", Kind::Choice),
        Entry("fail_traffic.mechanism", Kind::Choice),
        Entry("duplicate_filter.session", Kind::Choice),
        Entry("duplicate_filter.hours", Kind::Number),
        Entry("duplicate_filter.action", Kind::Choice),
        Entry("converted_filter.action", Kind::Choice),
        Entry("block_bots", Kind::Tick),
        Entry("min_conversion_seconds", Kind::Number),
        Entry("max_conversion_seconds", Kind::Number),
        Entry("redirect", Kind::Choice),
        Entry("referrer_policy", Kind::Choice),
        Entry("forward_query", Kind::Tick),
        Entry("deep_links.allowed", Kind::Tick),
        Entry("deep_links.hosts", Kind::List),
        Entry("allow_payout_override", Kind::Tick),
        Entry("allow_revenue_override", Kind::Tick),
    ],
    rows: &[
        Rows {
            name: "targeting",
            keys: &["field"],
            entries: &[
                Entry("field", Kind::Choice),
                Entry("op", Kind::Choice),
                Entry("values", Kind::Values),
                Entry("of.zone", Kind::Choice),
            ],
        },
        Rows {
            name: "caps",
            keys: &["measure"],
            entries: &[
                Entry("measure", Kind::Choice),
                Entry("period", Kind::Choice),
                Entry("limit", Kind::Amount),
            ],
        },
        Rows {
            name: "fail_traffic.rows",
            keys: &["destination", "destination_url"],
            entries: &[
                Entry("destination", Kind::Destination),
                Entry("weight", Kind::Number),
                Entry("codes", Kind::Numbers),
                Entry("targeting", Kind::Conditions),
                Entry("paid", Kind::Tick),
            ],
        },
    ],
};

#[derive(Template)]
#[template(path = "offers/offer.html")]
struct OfferPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<Offer>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    choices: Choices,
    advertisers: Vec<Choice>,
    destinations: Vec<Choice>,
    flaws: Vec<FieldError>,
    caps: Vec<CapUse>,
    has_landing_page: bool,
    zone: &'static str,
    currency: Currency,
    may_change: bool,
}

impl OfferPage {
    /// The places of a list's rows, spare ones included.
    fn places(&self, rows: &str) -> std::ops::Range<usize> {
        let known = SHEET.rows.iter().find(|known| known.name == rows);
        let spare = match self.form.get("add") == rows {
            true => SPARE + MORE,
            false if self.may_change => SPARE,
            false => 0,
        };
        0..known.map_or(0, |known| known.count(&self.form)) + spare
    }

    fn end_hint(&self) -> String {
        format!("By the network's clock ({}). From then on its links answer 410 (code 1).", self.zone)
    }

    /// What a row's field holds.
    fn held(&self, rows: &str, index: &usize, field: &str) -> &str {
        self.form.get(&self.path(rows, index, field))
    }

    /// The name of a row's field.
    fn path(&self, rows: &str, index: &usize, field: &str) -> String {
        format!("{rows}[{index}].{field}")
    }

    /// Whether a row's box is ticked; those of a spare row are.
    fn is_paid(&self, index: &usize) -> bool {
        let path = |field: &str| self.path("fail_traffic.rows", index, field);
        self.form.is_ticked(&path("paid")) || self.form.get(&path("destination")).is_empty()
    }
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    stored: Option<Stored<Offer>>,
    form: Form,
) -> Result<OfferPage, Failure> {
    let scope = access.scope();
    let id = stored.as_ref().map(|stored| stored.id);
    let present = Filter { hide_deleted: true, ..Filter::default() };
    let advertisers = scope.list::<Advertiser>(&present, Page::default()).await?;
    let others = scope.list::<Offer>(&present, Page::default()).await?;
    let others = others.into_iter().filter(|other| Some(other.id) != id);
    let title = stored.as_ref().map_or("New offer", |stored| stored.body.name.as_str());
    let has_landing_page = match id {
        Some(id) => !editing::landing_pages(access, id).await?.is_empty(),
        None => true,
    };
    Ok(OfferPage {
        shell: navigation::shell(access, request).titled(title),
        crumbs: vec![Link::new("Offers", "/offers")],
        tabs: id.map(|id| tabs(id, request.path())).unwrap_or_default(),
        flaws: match id {
            Some(id) => plan_view::flaws_of_offer(access, OfferId(id)).await?,
            None => Vec::new(),
        },
        caps: stored.as_ref().map_or_else(Vec::new, |stored| {
            plan_view::cap_uses(access, request, stored.id, None, &stored.body.caps)
        }),
        stored,
        form,
        problems: Problems::default(),
        choices: Choices::all(),
        advertisers: std::iter::once(Choice::new("", "Choose one"))
            .chain(advertisers.into_iter().map(|row| Choice::new(row.id.to_string(), row.body.name)))
            .collect(),
        destinations: [Choice::new("", "No row"), Choice::new("url", "An address")]
            .into_iter()
            .chain(
                others.map(|row| {
                    Choice::new(row.id.to_string(), format!("Offer {}: {}", row.id, row.body.name))
                }),
            )
            .collect(),
        has_landing_page,
        zone: access.entrant().network.zone.name(),
        currency: access.entrant().network.currency,
        may_change: access.may(Section::Offers, Level::Full),
    })
}

/// The form of a new one.
pub async fn blank(access: Access, request: HttpRequest) -> Answer {
    let usual = [
        ("duplicate_filter.hours", "24"),
        ("min_conversion_seconds", "0"),
        ("max_conversion_seconds", "7776000"),
    ];
    let form = Form::of(usual.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    answer::page(&page(&access, &request, None, form).await?)
}

/// Makes one, or shows the form with more rows.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    let form = SHEET.tidy(&form);
    if !form.get("add").is_empty() {
        return answer::page(&page(&access, &request, None, form).await?);
    }
    let made = match SHEET.document::<Offer>(&form, access.entrant().network.zone) {
        Ok(offer) => editing::create(&access, offer).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(stored) => {
            let text =
                format!("{} is made. Add the landing page that its visitors are sent to.", stored.body.name);
            let path = format!("/offers/{}/landing-pages", stored.id);
            Ok(flash::with(answer::see_other(&path), Signal::Good, &text))
        }
        Err(failure) => again(&access, &request, None, form, failure).await,
    }
}

/// One with its settings.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let stored = access.scope().get::<Offer>(*id).await?;
    let document = serde_json::to_value(&stored.body).map_err(|error| Failure::Broken(error.to_string()))?;
    let form = SHEET.show(&document, access.entrant().network.zone);
    answer::page(&page(&access, &request, Some(stored), form).await?)
}

/// Saves the settings, or shows the form with more rows.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = access.scope().get::<Offer>(*id).await?;
    let form = SHEET.tidy(&form);
    if !form.get("add").is_empty() {
        return answer::page(&page(&access, &request, Some(before), form).await?);
    }
    let saved = match SHEET.document::<Offer>(&form, access.entrant().network.zone) {
        Ok(offer) => editing::save(&access, *id, form.get("version").parse().ok(), offer).await,
        Err(failure) => Err(failure),
    };
    match saved {
        Ok(_) => Ok(flash::with(answer::see_other(&format!("/offers/{id}")), Signal::Good, "Saved.")),
        Err(failure) => again(&access, &request, Some(before), form, failure).await,
    }
}

async fn again(
    access: &Access,
    request: &HttpRequest,
    stored: Option<Stored<Offer>>,
    form: Form,
    failure: Failure,
) -> Answer {
    let status = failure.status();
    let problems = SHEET.placed(failure.into_problems()?);
    let page = page(access, request, stored, form).await?;
    answer::page_with(status, &OfferPage { problems, ..page })
}
