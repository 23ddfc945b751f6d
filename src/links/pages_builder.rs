//! The link builder: partner × offer, Smart Link or campaign, a landing page, subs, a deep link → the address to copy and its
//! QR code. All of it stands in the page's own address, so that it can be kept and sent on.

use super::{
    parameters::{self, Built, SUBS, Target},
    qr,
};
use crate::{
    offers::terms,
    web::{Access, Answer, Failure, Form, answer, navigation, page::Shell, parts::Choice, signal::Signal},
};
use actix_web::{HttpRequest, HttpResponse, http::header, web::Path};
use askama::Template;
use domain::{
    accounts::{ApprovalState, Partner},
    identity::{Level, Section},
    links::{Campaign, SmartLink},
    offers::{Offer, OfferStatus, Visibility},
    shared::{OfferId, PartnerId, Problems, Status},
};
use std::ops::RangeInclusive;
use store::{
    links::Domain,
    offers::{LandingPageOf, Named, choices},
    shared::{Filter, Page, Stored},
};
use url::form_urlencoded::Serializer;

/// How many subs are shown before "More".
const USUAL_SUBS: usize = 5;

#[derive(Template)]
#[template(path = "links/builder.html")]
struct BuilderPage {
    shell: Shell,
    form: Form,
    problems: Problems,
    partners: Vec<Choice>,
    offers: Vec<Choice>,
    smart_links: Vec<Choice>,
    campaigns: Vec<Choice>,
    landing_pages: Vec<Choice>,
    domains: Vec<Choice>,
    deep_link_hint: String,
    shown: Option<Shown>,
    may_see_offers: bool,
    may_see_partners: bool,
}

/// A link that was built, as the page shows it.
struct Shown {
    built: Built,
    /// The drawing of the QR code; none where the link is too long for one.
    qr_href: Option<String>,
    qr_name: String,
    /// What keeps its clicks from the offer, though the link is fine.
    warnings: Vec<&'static str>,
    /// None where the link leads to a Smart Link or a campaign.
    offer_id: Option<i64>,
    smart_link_id: Option<i64>,
    campaign_id: Option<i64>,
    partner_id: i64,
}

impl BuilderPage {
    fn usual_subs(&self) -> RangeInclusive<usize> {
        1..=USUAL_SUBS
    }

    fn more_subs(&self) -> RangeInclusive<usize> {
        USUAL_SUBS + 1..=SUBS
    }

    /// Whether one of the fields that are folded away is filled or wrong.
    fn is_unfolded(&self) -> bool {
        let names = self.more_subs().map(|number| format!("sub{number}"));
        names.chain(["ref_id".to_owned()]).any(|name| {
            !self.form.get(&name).is_empty() || self.problems.0.iter().any(|error| error.field == name)
        })
    }
}

/// A partner and a target that were chosen.
type Pair = (Stored<Partner>, Target);

/// The builder, and the link of what the address says.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let scope = access.scope();
    let present = Filter { hide_deleted: true, ..Filter::default() };
    let partners = scope.list::<Partner>(&present, Page::default()).await?;
    let offers = scope.list::<Offer>(&present, Page::default()).await?;
    let domains = scope.list::<Domain>(&Filter::default(), Page::default()).await?;
    let smart_links = choices(scope, Named::SmartLink).await?;
    let campaigns = choices(scope, Named::Campaign).await?;
    let (pair, problems) = match chosen(&access, &form).await? {
        Ok(pair) => (pair, Problems::default()),
        Err(problems) => (None, problems),
    };
    let pages = match &pair {
        Some((_, Target::Offer(offer))) => pages_of(&access, offer).await?,
        Some((_, Target::SmartLink(_) | Target::Campaign(_))) | None => Vec::new(),
    };
    let (shown, problems) = match &pair {
        Some(pair) => told(shown(&access, &form, pair, &pages).await)?,
        None => (None, problems),
    };
    answer::page(&BuilderPage {
        shell: navigation::shell(&access, &request).titled("Links"),
        partners: named("Choose a partner", partners.into_iter().map(|row| (row.id, row.body.name))),
        offers: named("Choose an offer", offers.into_iter().map(|row| (row.id, row.body.name))),
        smart_links: named("None", smart_links.into_iter()),
        campaigns: named("None", campaigns.into_iter()),
        domains: domain_choices(&access, domains),
        deep_link_hint: deep_link_hint(pair.as_ref()),
        landing_pages: named(
            "By weight",
            pages.into_iter().filter(|row| row.body.page.active).map(page_name),
        ),
        form,
        problems,
        shown,
        may_see_offers: access.may(Section::Offers, Level::Read),
        may_see_partners: access.may(Section::Partners, Level::Read),
    })
}

/// What is wrong with the fields belongs to the page; anything else is a failure of its own.
fn told(built: Result<Shown, Failure>) -> Result<(Option<Shown>, Problems), Failure> {
    match built {
        Ok(shown) => Ok((Some(shown), Problems::default())),
        Err(failure) => Ok((None, failure.into_problems()?)),
    }
}

async fn shown(
    access: &Access,
    form: &Form,
    (partner, target): &Pair,
    pages: &[Stored<LandingPageOf>],
) -> Result<Shown, Failure> {
    let built = parameters::build(access, form, partner, target).await?;
    let warnings = match target {
        Target::Offer(offer) => {
            let state = terms::find(access, PartnerId(partner.id), OfferId(offer.id)).await?;
            let state = state.map_or(ApprovalState::None, |row| row.body.state);
            warnings(state, partner, offer, pages)
        }
        Target::SmartLink(link) => smart_link_warnings(partner, link),
        Target::Campaign(campaign) => campaign_warnings(partner, campaign),
    };
    let (offer_id, smart_link_id, campaign_id) = match target {
        Target::Offer(offer) => (Some(offer.id), None, None),
        Target::SmartLink(link) => (None, Some(link.id), None),
        Target::Campaign(campaign) => (None, None, Some(campaign.id)),
    };
    Ok(Shown {
        qr_href: qr::drawn(&built.url).ok().map(|_| qr_href(form, partner.id, target)),
        qr_name: format!("qr-{}-{}.svg", partner.code, target.code()),
        warnings,
        built,
        offer_id,
        smart_link_id,
        campaign_id,
        partner_id: partner.id,
    })
}

/// Where the same link is drawn.
fn qr_href(form: &Form, partner: i64, target: &Target) -> String {
    let mut query = Serializer::new(String::new());
    for name in parameters::names().chain(["domain_id".to_owned()]) {
        if !form.get(&name).is_empty() {
            query.append_pair(&name, form.get(&name));
        }
    }
    let query = query.finish();
    let sign = if query.is_empty() { "" } else { "?" };
    let place = match target {
        Target::Offer(offer) => offer.id.to_string(),
        Target::SmartLink(link) => format!("smart-links/{}", link.id),
        Target::Campaign(campaign) => format!("campaigns/{}", campaign.id),
    };
    format!("/links/{partner}/{place}/qr.svg{sign}{query}")
}

/// The link of a partner for an offer, with what the address says, as a QR code.
pub async fn draw(access: Access, request: HttpRequest, ids: Path<(i64, i64)>) -> Answer {
    let offer = Target::Offer(access.scope().get(ids.1).await?);
    drawn(&access, &request, ids.0, &offer).await
}

/// The same of a Smart Link.
pub async fn draw_smart_link(access: Access, request: HttpRequest, ids: Path<(i64, i64)>) -> Answer {
    let link = Target::SmartLink(access.scope().get(ids.1).await?);
    drawn(&access, &request, ids.0, &link).await
}

/// The same of a campaign.
pub async fn draw_campaign(access: Access, request: HttpRequest, ids: Path<(i64, i64)>) -> Answer {
    let campaign = Target::Campaign(access.scope().get(ids.1).await?);
    drawn(&access, &request, ids.0, &campaign).await
}

async fn drawn(access: &Access, request: &HttpRequest, partner: i64, target: &Target) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let partner = access.scope().get::<Partner>(partner).await?;
    let built = parameters::build(access, &form, &partner, target).await?;
    let drawing = qr::drawn(&built.url)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "image/svg+xml")).body(drawing))
}

async fn pages_of(access: &Access, offer: &Stored<Offer>) -> Result<Vec<Stored<LandingPageOf>>, Failure> {
    Ok(access.scope().list(&Filter::exactly([("offer_id", offer.id)]), Page::default()).await?)
}

/// A landing page in a menu.
pub(super) fn page_name(row: Stored<LandingPageOf>) -> (i64, String) {
    let name = if row.body.page.name.is_empty() { row.body.page.url } else { row.body.page.name };
    (row.id, name)
}

fn named(none: &str, rows: impl Iterator<Item = (i64, String)>) -> Vec<Choice> {
    std::iter::once(Choice::new("", none))
        .chain(rows.map(|(id, name)| Choice::new(id.to_string(), name)))
        .collect()
}

/// The network's hosts; the first choice is the one that links are shown with anyway.
fn domain_choices(access: &Access, domains: Vec<Stored<Domain>>) -> Vec<Choice> {
    let usual = domains.iter().find(|row| row.body.is_default).map(|row| row.body.host.as_str());
    let usual = format!("The usual one: {}", usual.unwrap_or(&access.state().public_url));
    named(&usual, domains.into_iter().filter(|row| !row.body.is_default).map(|row| (row.id, row.body.host)))
}

fn deep_link_hint(pair: Option<&Pair>) -> String {
    match pair.map(|(_, target)| target) {
        None => "A page of its own, where the offer allows it.".to_owned(),
        Some(Target::SmartLink(_)) => "A Smart Link chooses where its visitors go.".to_owned(),
        Some(Target::Campaign(_)) => "A campaign chooses where its visitors go.".to_owned(),
        Some(Target::Offer(offer)) if offer.body.deep_links.allowed => {
            format!("A page on {}.", offer.body.deep_links.hosts.join(", "))
        }
        Some(Target::Offer(_)) => "This offer does not allow deep links.".to_owned(),
    }
}

/// Partner and target, where both are chosen; what is wrong where two targets are.
async fn chosen(access: &Access, form: &Form) -> Result<Result<Option<Pair>, Problems>, Failure> {
    let id = |name: &str| form.get(name).parse::<i64>().ok();
    let scope = access.scope();
    let target = match (id("offer_id"), id("smart_link_id"), id("campaign_id")) {
        (Some(offer), None, None) => Target::Offer(scope.get(offer).await?),
        (None, Some(link), None) => Target::SmartLink(scope.get(link).await?),
        (None, None, Some(campaign)) => Target::Campaign(scope.get(campaign).await?),
        (None, None, None) => return Ok(Ok(None)),
        (_, _, campaign) => {
            let mut problems = Problems::default();
            let field = if campaign.is_some() { "campaign_id" } else { "smart_link_id" };
            problems.push(
                field,
                "a link leads to an offer, a Smart Link or a campaign: choose one of them and leave the others empty",
            );
            return Ok(Err(problems));
        }
    };
    let Some(partner) = id("partner_id") else { return Ok(Ok(None)) };
    Ok(Ok(Some((scope.get(partner).await?, target))))
}

fn smart_link_warnings(partner: &Stored<Partner>, link: &Stored<SmartLink>) -> Vec<&'static str> {
    let known = [
        (
            link.body.status != Status::Active,
            "The Smart Link is not active: its clicks are refused with code 202.",
        ),
        (
            partner.body.status != Status::Active,
            "The partner is not active: its clicks are refused with code 203.",
        ),
        (
            link.body.rows.is_empty() && link.body.catch_all_id.is_none(),
            "The Smart Link has no row and no catch-all: its clicks are refused with code 20.",
        ),
    ];
    known.into_iter().filter(|(is_so, _)| *is_so).map(|(_, text)| text).collect()
}

fn campaign_warnings(partner: &Stored<Partner>, campaign: &Stored<Campaign>) -> Vec<&'static str> {
    let leads_nowhere =
        campaign.body.branches().all(|(_, branch)| branch.offers.is_empty() && branch.rotator_id.is_none());
    let known = [
        (
            campaign.body.status != Status::Active,
            "The campaign is not active: its clicks are refused with code 202.",
        ),
        (
            partner.body.status != Status::Active,
            "The partner is not active: its clicks are refused with code 203.",
        ),
        (leads_nowhere, "The campaign leads to no offer: its clicks are refused with code 20."),
    ];
    known.into_iter().filter(|(is_so, _)| *is_so).map(|(_, text)| text).collect()
}

fn warnings(
    state: ApprovalState,
    partner: &Stored<Partner>,
    offer: &Stored<Offer>,
    pages: &[Stored<LandingPageOf>],
) -> Vec<&'static str> {
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
            partner.body.status != Status::Active,
            "The partner is not active: its clicks are refused with code 203.",
        ),
        (!pages.iter().any(|page| page.body.page.active), "The offer has no landing page that is on."),
    ];
    known.into_iter().filter(|(is_so, _)| *is_so).map(|(_, text)| text).collect()
}
