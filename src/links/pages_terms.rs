//! A partner's own terms on one offer: its state, its payout, and the caps of its share.

use super::{approvals, urls};
use crate::{
    accounts,
    offers::{payout_text, payout_types, periods_and_measures},
    web::{
        Access, Answer, Failure, Form, answer, flash, navigation,
        page::Shell,
        parts::{Choice, Link, Tab},
        plan_view::{self, CapUse},
        sheet::{Entry, Kind, Rows, Sheet},
        signal::Signal,
    },
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::{Partner, PartnerOffer},
    identity::{Level, Section},
    offers::Offer,
    shared::{Currency, Problems},
};
use serde_json::{Value, json};
use store::{
    offers::EventOf,
    shared::{Filter, Page, Stored},
};

const SHEET: Sheet = Sheet {
    entries: &[
        Entry("state", Kind::Choice),
        Entry("payout.type", Kind::Choice),
        Entry("payout.amount", Kind::Amount),
        Entry("payout.percent", Kind::Amount),
    ],
    rows: &[
        Rows {
            name: "event_payouts",
            keys: &["event_id"],
            entries: &[
                Entry("event_id", Kind::Choice),
                Entry("payout.type", Kind::Choice),
                Entry("payout.amount", Kind::Amount),
                Entry("payout.percent", Kind::Amount),
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
    fn places(&self, rows: &str) -> std::ops::Range<usize> {
        let known = SHEET.rows.iter().find(|known| known.name == rows);
        0..known.map_or(0, |known| known.count(&self.form)) + usize::from(self.may_change)
    }

    /// What a row's field holds.
    fn held(&self, rows: &str, index: &usize, field: &str) -> &str {
        self.form.get(&self.path(rows, index, field))
    }

    fn path(&self, rows: &str, index: &usize, field: &str) -> String {
        format!("{rows}[{index}].{field}")
    }
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    (partner, offer): (i64, i64),
    form: Option<Form>,
) -> Result<TermsPage, Failure> {
    let scope = access.scope();
    let partner = scope.get::<Partner>(partner).await?;
    let offer = scope.get::<Offer>(offer).await?;
    let stored = approvals::of(access, partner.id, offer.id).await?;
    let version = stored.as_ref().map(|stored| stored.version);
    let terms = stored.map_or_else(|| approvals::none(partner.id, offer.id), |stored| stored.body);
    let caps = plan_view::cap_uses(access, request, offer.id, Some(partner.id), &terms.caps);
    let document = serde_json::to_value(&terms).map_err(|error| Failure::Broken(error.to_string()))?;
    let form = form.unwrap_or_else(|| SHEET.show(&document, access.entrant().network.zone));
    let exact = vec![("offer_id", offer.id.into())];
    let events = scope.list::<EventOf>(&Filter { exact, ..Filter::default() }, Page::default()).await?;
    let events = events.into_iter().map(|row| Choice::new(row.id.to_string(), row.body.event.name));
    let of_conversions = |choice: &Choice| !["cpc", "cpm"].contains(&choice.value.as_str());
    let (periods, measures) = periods_and_measures();
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
        tabs: accounts::partner_tabs(partner.id, request.path()),
        version,
        url: urls::link(&urls::origin(access).await?, &partner.code, &offer.code, &[]),
        usual: payout_text(offer.body.payout, currency),
        states: approvals::choices(),
        own_payouts: std::iter::once(own).chain(payout_types()).collect(),
        event_payouts: payout_types().into_iter().filter(of_conversions).collect(),
        events: std::iter::once(Choice::new("", "No event")).chain(events).collect(),
        periods,
        measures,
        caps,
        form,
        problems: Problems::default(),
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
    match store_terms(&access, *ids, &form).await {
        Ok(_) => {
            let path = format!("/partners/{partner}/offers/{offer}");
            Ok(flash::with(answer::see_other(&path), Signal::Good, "Saved."))
        }
        Err(failure) => {
            let status = failure.status();
            let problems = SHEET.placed(failure.into_problems()?);
            let page = page(&access, &request, *ids, Some(form)).await?;
            answer::page_with(status, &TermsPage { problems, ..page })
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
    document.insert("partner_id".to_owned(), json!(partner));
    document.insert("offer_id".to_owned(), json!(offer));
    let terms: PartnerOffer = crate::web::json::document(document)?;
    approvals::save(access, form.get("version").parse().ok(), terms).await
}
