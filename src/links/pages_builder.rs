//! The link builder: partner × offer, a landing page, subs, a deep link → the address to copy. All of
//! it stands in the page's own address, so that it can be kept and sent on.

use super::link;
use crate::{
    offers::terms,
    web::{Access, Answer, Failure, Form, answer, navigation, page::Shell, parts::Choice, signal::Signal},
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    accounts::{ApprovalState, Partner},
    links::{click_url, impression_url},
    offers::{Offer, Visibility},
    shared::{OfferId, PartnerId, Problems},
};
use store::{
    offers::LandingPageOf,
    shared::{Filter, Page, Stored},
};

/// What a link carries beside partner and target, as the form names it.
const PARAMETERS: [&str; 8] = ["lp", "source_id", "sub1", "sub2", "sub3", "sub4", "sub5", "url"];

#[derive(Template)]
#[template(path = "links/builder.html")]
struct BuilderPage {
    shell: Shell,
    form: Form,
    problems: Problems,
    partners: Vec<Choice>,
    offers: Vec<Choice>,
    landing_pages: Vec<Choice>,
    built: Option<Built>,
}

/// A link that was built.
struct Built {
    url: String,
    impression: String,
    /// What keeps its clicks from the offer, though the link is fine.
    warnings: Vec<String>,
}

/// The builder, and the link of what the address says.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let scope = access.scope();
    let present = Filter { hide_deleted: true, ..Filter::default() };
    let partners = scope.list::<Partner>(&present, Page::default()).await?;
    let offers = scope.list::<Offer>(&present, Page::default()).await?;
    let (mut problems, mut built, mut pages) = (Problems::default(), None, Vec::new());
    if let Some((partner, offer)) = chosen(&access, &form).await? {
        pages = scope.list(&Filter::exactly([("offer_id", offer.id)]), Page::default()).await?;
        check_deep_link(&mut problems, &form, &offer);
        if problems.0.is_empty() {
            built = Some(build(&access, &form, &partner, &offer, &pages).await?);
        }
    }
    answer::page(&BuilderPage {
        shell: navigation::shell(&access, &request).titled("Links"),
        form,
        problems,
        partners: named("Choose a partner", partners.into_iter().map(|row| (row.id, row.body.name))),
        offers: named("Choose an offer", offers.into_iter().map(|row| (row.id, row.body.name))),
        landing_pages: named(
            "By weight",
            pages.into_iter().filter(|row| row.body.page.active).map(page_name),
        ),
        built,
    })
}

fn page_name(row: Stored<LandingPageOf>) -> (i64, String) {
    let name = if row.body.page.name.is_empty() { row.body.page.url } else { row.body.page.name };
    (row.id, name)
}

fn named(none: &str, rows: impl Iterator<Item = (i64, String)>) -> Vec<Choice> {
    std::iter::once(Choice::new("", none))
        .chain(rows.map(|(id, name)| Choice::new(id.to_string(), name)))
        .collect()
}

/// Partner and offer, where both are chosen.
async fn chosen(access: &Access, form: &Form) -> Result<Option<(Stored<Partner>, Stored<Offer>)>, Failure> {
    let id = |name: &str| form.get(name).parse::<i64>().ok();
    let (Some(partner), Some(offer)) = (id("partner_id"), id("offer_id")) else { return Ok(None) };
    Ok(Some((access.scope().get(partner).await?, access.scope().get(offer).await?)))
}

fn check_deep_link(problems: &mut Problems, form: &Form, offer: &Stored<Offer>) {
    if form.get("url").is_empty() {
        return;
    }
    problems.check(
        offer.body.deep_links.allowed,
        "url",
        "this offer does not allow deep links; leave it empty",
    );
    if let Some(wrong) = domain::offers::destination_problem(form.get("url")) {
        problems.push("url", wrong);
    } else if offer.body.deep_links.allowed && offer.body.deep_links.followed(form.get("url")).is_none() {
        let hosts = offer.body.deep_links.hosts.join(", ");
        problems.push(
            "url",
            format!("this offer leads to {hosts} alone; anything else ends at its landing page"),
        );
    }
}

async fn build(
    access: &Access,
    form: &Form,
    partner: &Stored<Partner>,
    offer: &Stored<Offer>,
    pages: &[Stored<LandingPageOf>],
) -> Result<Built, Failure> {
    let origin = link::origin(access, None).await?;
    let own_page = pages.iter().any(|page| page.id.to_string() == form.get("lp"));
    let value = |name: &'static str| if name == "lp" && !own_page { "" } else { form.get(name) };
    let parameters = PARAMETERS.map(|name| (name, value(name)));
    let state = terms::find(access, PartnerId(partner.id), OfferId(offer.id)).await?;
    let state = state.map_or(ApprovalState::None, |row| row.body.state);
    Ok(Built {
        url: link::with_parameters(click_url(&origin, &partner.code, &offer.code), &parameters),
        impression: impression_url(&origin, &partner.code, &offer.code),
        warnings: warnings(state, partner, offer, pages),
    })
}

fn warnings(
    state: ApprovalState,
    partner: &Stored<Partner>,
    offer: &Stored<Offer>,
    pages: &[Stored<LandingPageOf>],
) -> Vec<String> {
    use domain::{accounts::AccountStatus, offers::OfferStatus};
    let may_run = match (state, offer.body.visibility) {
        (ApprovalState::Approved, _) | (ApprovalState::None, Visibility::Public) => true,
        (ApprovalState::Pending, visibility) => visibility == Visibility::Public,
        (ApprovalState::None, Visibility::RequireApproval | Visibility::Private)
        | (ApprovalState::Rejected | ApprovalState::Blocked, _) => false,
    };
    let known = [
        (!may_run, "The partner is not approved for this offer: its clicks are refused with code 201."),
        (
            offer.body.status != OfferStatus::Active,
            "The offer is not active: its clicks are refused with code 202.",
        ),
        (
            partner.body.status != AccountStatus::Active,
            "The partner is not active: its clicks are refused with code 203.",
        ),
        (!pages.iter().any(|page| page.body.page.active), "The offer has no landing page that is on."),
    ];
    known.into_iter().filter(|(is_so, _)| *is_so).map(|(_, text)| text.to_owned()).collect()
}
