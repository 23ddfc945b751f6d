//! What uses an offer, a partner, an advertiser, a Smart Link or a monitor: what would be touched if it went. By page and API.

use super::approvals;
use crate::{
    offers::{payout_text, status_signal},
    web::{
        Access, Answer, Failure, Route, answer,
        describe::{About, Fields, Gives, Schemas, list, named_or_null, text, whole},
        format,
        history::Viewed,
        navigation,
        objects::path_id,
        page::Shell,
        parts::{Cell, Link, Tab},
        signal::Signal,
        status::status_cell,
        traffic::{self, Side, Traffic},
    },
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    accounts::{Advertiser, Partner, PartnerOffer},
    identity::{Level, Section},
    links::{Campaign, Monitor, PartnerRules, SmartLink},
    offers::{Destination, Offer, OfferStatus},
    shared::{AdvertiserId, MonitorId, OfferId, PartnerId, SmartLinkId, Status},
};
use serde_json::json;
use std::future::Future;
use store::{
    identity::{UserFilter, users},
    offers::{CouponOf, EventOf, LandingPageOf, Named, Names},
    shared::{Filter, Managed, Page, Stored, all},
};

/// The most rows of one kind that are shown.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "links/uses.html")]
struct UsesPage {
    shell: Shell,
    one: &'static str,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    lead: String,
    uses: Vec<Use>,
}

/// One way in which it is used.
struct Use {
    /// The word in the API.
    kind: &'static str,
    title: &'static str,
    /// What it means.
    text: String,
    count: usize,
    rows: Vec<Vec<Cell>>,
    /// How many more rows there are.
    left: usize,
    all: Option<Link>,
}

impl Use {
    /// By these rows.
    fn by(
        (kind, title): (&'static str, &'static str),
        text: impl Into<String>,
        mut rows: Vec<Vec<Cell>>,
    ) -> Self {
        let (count, left) = (rows.len(), rows.len().saturating_sub(MOST));
        rows.truncate(MOST);
        Self { kind, title, text: text.into(), count, rows, left, all: None }
    }

    /// By so many, which a page of their own shows.
    fn counted((kind, title): (&'static str, &'static str), count: usize, text: String) -> Self {
        Self { kind, title, text, count, rows: Vec::new(), left: 0, all: None }
    }

    fn all(self, label: &str, href: String) -> Self {
        Self { all: Some(Link::new(label, href)), ..self }
    }
}

/// Whose uses they are, with what is said above them.
struct Used<T> {
    stored: Stored<T>,
    /// Of what is theirs; none for whoever may not see figures.
    traffic: Option<Traffic>,
    uses: Vec<Use>,
}

/// A kind of object of which one can ask what uses it.
trait Usable: Viewed {
    /// What uses one.
    ///
    /// # Errors
    /// There is no such one; what the database said.
    fn used(access: &Access, id: i64) -> impl Future<Output = Result<Used<Self>, Failure>>;
}

/// The page and the call of each kind.
pub fn routes() -> Vec<Route> {
    [of::<Offer>(), of::<Partner>(), of::<Advertiser>(), of::<SmartLink>(), of::<Campaign>(), of::<Monitor>()]
        .into_iter()
        .flatten()
        .collect()
}

fn of<T: Usable>() -> [Route; 2] {
    let about = About::new(format!("See what uses: {}", T::SCHEMA), Gives::One("Uses"));
    [
        Route::get(T::SUBJECT.pattern("/uses"), T::SECTION, page::<T>),
        Route::get(format!("{}/{{{}}}/uses", T::COLLECTION, T::ID), T::SECTION, show::<T>).about(about),
    ]
}

pub fn schemas() -> Schemas {
    let one = Fields::of("One way in which it is used.")
        .shown("kind", text("By what."))
        .shown("count", whole("By how many."))
        .shown("text", text("What it means."));
    let uses = Fields::of("What would be touched if it went.")
        .shown("traffic", named_or_null("Traffic"))
        .shown("uses", list("Each way.", one.done()));
    vec![("Uses", uses.done())]
}

async fn show<T: Usable>(access: Access, request: HttpRequest) -> Answer {
    let used = T::used(&access, path_id(&request, T::ID)?).await?;
    let one = |one: &Use| json!({ "kind": one.kind, "count": one.count, "text": one.text });
    let traffic = used.traffic.map(Traffic::shown);
    Ok(answer::json(&json!({ "traffic": traffic, "uses": used.uses.iter().map(one).collect::<Vec<_>>() })))
}

async fn page<T: Usable>(access: Access, request: HttpRequest) -> Answer {
    let Used { stored, traffic, uses } = T::used(&access, path_id(&request, T::ID)?).await?;
    let lead = traffic.map_or_else(String::new, |Traffic { today, week }| {
        let (today, week) = (format::counted(today, "click"), format::counted(week, "click"));
        format!("{today} today, {week} in the last 7 days.")
    });
    let (access, request) = (&access, &request);
    answer::page(&UsesPage {
        shell: navigation::shell(access, request).titled(stored.body.called()),
        one: T::SUBJECT.one,
        crumbs: T::SUBJECT.crumbs(),
        tabs: T::SUBJECT.tabs(access, stored.id, request.path()),
        state: stored.body.state(),
        lead,
        uses,
    })
}

async fn traffic_of(access: &Access, side: Side, ids: &[i64]) -> Result<Option<Traffic>, Failure> {
    let all = traffic::by(access, side).await?;
    Ok(all.map(|all| ids.iter().filter_map(|id| all.get(id)).copied().sum()))
}

impl Usable for Offer {
    async fn used(access: &Access, id: i64) -> Result<Used<Self>, Failure> {
        let offer = access.scope().get::<Offer>(id).await?;
        let own = format!("/offers/{id}");
        let parts = Filter::exactly([("offer_id", id)]);
        let pages = access.scope().list::<LandingPageOf>(&parts, Page::ALL).await?;
        let events = access.scope().list::<EventOf>(&parts, Page::ALL).await?;
        let coupons = access.scope().list::<CouponOf>(&parts, Page::ALL).await?;
        let active = pages.iter().filter(|page| page.body.page.active).count();
        let said = access.scope().list::<PartnerOffer>(&parts, Page::ALL).await?;
        let leading = leading_to(access, &Destination::Offer(OfferId(id))).await?;
        let uses = vec![
            Use::by(
                ("fail_traffic", "Fail traffic and forwarding of other offers"),
                "Clicks that these offers do not take, or forward, are sent here.",
                leading,
            ),
            Use::by(
                ("smart_links", "Smart Links"),
                "The offer stands in their rows, or takes what no row takes.",
                smart_links_over(access, OfferId(id)).await?,
            ),
            Use::by(
                ("campaigns", "Campaigns"),
                "The offer stands in their flow, or a rule asks for its cap.",
                campaigns_naming(access, "offers", id).await?,
            ),
            Use::by(
                ("partner_offers", "Approvals and terms"),
                "What was said of a partner on this offer; on a public offer the others may run it too.",
                partner_rows(access, &offer, said).await?,
            )
            .all("Partners and links", format!("{own}/partners")),
            Use::counted(
                ("landing_pages", "Landing pages"),
                pages.len(),
                format!("{}, of which {} on.", format::counted(pages.len(), "landing page"), are(active)),
            )
            .all("Landing pages", format!("{own}/landing-pages")),
            Use::counted(
                ("events", "Events"),
                events.len(),
                format!("{} beside the base conversion.", format::counted(events.len(), "named event")),
            )
            .all("Events", format!("{own}/events")),
            Use::counted(
                ("coupons", "Coupons"),
                coupons.len(),
                format!("{} of partners.", format::counted(coupons.len(), "coupon code")),
            )
            .all("Coupons", format!("{own}/coupons")),
        ];
        Ok(Used { traffic: traffic_of(access, Side::Offer, &[id]).await?, stored: offer, uses })
    }
}

fn are(count: usize) -> String {
    format!("{} {}", format::count(count), if count == 1 { "is" } else { "are" })
}

/// The Smart Links that may lead to an offer.
async fn smart_links_over(access: &Access, offer: OfferId) -> Result<Vec<Vec<Cell>>, Failure> {
    let links = all::<SmartLink>(access.state().database.read(), access.network()).await?;
    let leads = |link: &SmartLink| {
        link.status != Status::Deleted
            && (link.catch_all_id == Some(offer) || link.rows.iter().any(|row| row.offer_id == offer))
    };
    let row = |link: &Stored<SmartLink>| {
        let status = link.body.status;
        vec![Cell::way(link.body.name.clone(), format!("/smart-links/{}", link.id)), status_cell(status)]
    };
    Ok(links.iter().filter(|link| leads(&link.body)).map(row).collect())
}

/// The campaigns whose flow names a row of a table.
async fn campaigns_naming(access: &Access, table: &str, id: i64) -> Result<Vec<Vec<Cell>>, Failure> {
    let campaigns = all::<Campaign>(access.state().database.read(), access.network()).await?;
    let names = |campaign: &Campaign| {
        campaign.status != Status::Deleted
            && campaign.references().iter().any(|(_, of, named)| *of == table && *named == id)
    };
    let row = |campaign: &Stored<Campaign>| {
        let status = campaign.body.status;
        vec![
            Cell::way(campaign.body.name.clone(), format!("/campaigns/{}", campaign.id)),
            status_cell(status),
        ]
    };
    Ok(campaigns.iter().filter(|campaign| names(&campaign.body)).map(row).collect())
}

/// Links alone lead to a campaign.
impl Usable for Campaign {
    async fn used(access: &Access, id: i64) -> Result<Used<Self>, Failure> {
        let campaign = access.scope().get::<Self>(id).await?;
        Ok(Used {
            traffic: traffic_of(access, Side::Campaign, &[id]).await?,
            stored: campaign,
            uses: Vec::new(),
        })
    }
}

impl Usable for SmartLink {
    async fn used(access: &Access, id: i64) -> Result<Used<Self>, Failure> {
        let link = access.scope().get::<Self>(id).await?;
        let rules = Filter::exactly([("smart_link_id", id)]);
        let rules = access.scope().list::<PartnerRules>(&rules, Page::ALL).await?;
        let uses = vec![
            Use::by(
                ("fail_traffic", "Fail traffic and forwarding of offers"),
                "Clicks that these offers do not take, or forward, are sent here.",
                leading_to(access, &Destination::SmartLink(SmartLinkId(id))).await?,
            ),
            Use::counted(
                ("partner_rules", "Partners' rules"),
                rules.len(),
                format!("Rules of {} for their own traffic alone.", format::counted(rules.len(), "partner")),
            )
            .all("Partners' rules", format!("/smart-links/{id}/partners")),
        ];
        Ok(Used { traffic: traffic_of(access, Side::SmartLink, &[id]).await?, stored: link, uses })
    }
}

impl Usable for Monitor {
    async fn used(access: &Access, id: i64) -> Result<Used<Self>, Failure> {
        let monitor = access.scope().get::<Self>(id).await?;
        let offers = all::<Offer>(access.state().database.read(), access.network()).await?;
        let names_it = |offer: &&Stored<Offer>| {
            offer.body.status != OfferStatus::Deleted && offer.body.monitor_id == Some(MonitorId(id))
        };
        let named: Vec<_> = offers.iter().filter(names_it).collect();
        let ids: Vec<i64> = named.iter().map(|offer| offer.id).collect();
        let uses = vec![
            Use::by(
                ("offers", "Offers"),
                "They take no click while the site is down (code 206).",
                named.into_iter().map(offer_row).collect(),
            ),
            Use::by(
                ("campaigns", "Campaigns"),
                "A rule of their flow asks whether the site is up.",
                campaigns_naming(access, "monitors", id).await?,
            ),
        ];
        Ok(Used { traffic: traffic_of(access, Side::Offer, &ids).await?, stored: monitor, uses })
    }
}

/// The offers whose fail traffic or forwarding may go there.
async fn leading_to(access: &Access, to: &Destination) -> Result<Vec<Vec<Cell>>, Failure> {
    let offers = all::<Offer>(access.state().database.read(), access.network()).await?;
    let leads = |other: &Stored<Offer>| other.body.next_stops().iter().any(|stop| Some(*stop) == to.stop());
    let there = offers.iter().filter(|other| other.body.status != OfferStatus::Deleted && leads(other));
    Ok(there.map(offer_row).collect())
}

fn offer_row(offer: &Stored<Offer>) -> Vec<Cell> {
    let status = offer.body.status;
    vec![
        Cell::way(offer.body.name.clone(), format!("/offers/{}", offer.id)),
        Cell::State(status_signal(&status), status.name().to_owned()),
    ]
}

async fn partner_rows(
    access: &Access,
    offer: &Stored<Offer>,
    said: Vec<Stored<PartnerOffer>>,
) -> Result<Vec<Vec<Cell>>, Failure> {
    let wanted = said.iter().map(|row| (Named::Partner, row.body.partner_id.0));
    let names = Names::read(access.scope(), wanted).await?;
    let may_see = access.may(Section::Partners, Level::Read);
    let row = |row: Stored<PartnerOffer>| {
        let partner = row.body.partner_id.0;
        let name = names.of(Named::Partner, partner).to_owned();
        let href = format!("/partners/{partner}/offers/{}", offer.id);
        let (signal, words) = approvals::state_badge(row.body.state, offer.body.visibility);
        vec![
            if may_see { Cell::way(name, href) } else { Cell::Words(name) },
            Cell::State(signal, words.to_owned()),
            Cell::Words(terms_words(access, &row.body)),
        ]
    };
    Ok(said.into_iter().map(row).collect())
}

/// The terms of its own, in words; nothing where there are none.
fn terms_words(access: &Access, terms: &PartnerOffer) -> String {
    let currency = access.entrant().network.currency;
    let payout = terms.payout.map(|payout| payout_text(payout, currency));
    let events = (!terms.event_payouts.is_empty())
        .then(|| format::counted(terms.event_payouts.len(), "own event payout"));
    let caps = (!terms.caps.is_empty()).then(|| format::counted(terms.caps.len(), "cap"));
    [payout, events, caps].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Usable for Partner {
    async fn used(access: &Access, id: i64) -> Result<Used<Self>, Failure> {
        let partner = access.scope().get::<Partner>(id).await?;
        let said =
            access.scope().list::<PartnerOffer>(&Filter::exactly([("partner_id", id)]), Page::ALL).await?;
        let names =
            Names::read(access.scope(), said.iter().map(|row| (Named::Offer, row.body.offer_id.0))).await?;
        let row = |row: &Stored<PartnerOffer>| {
            let offer = row.body.offer_id.0;
            vec![
                Cell::way(names.of(Named::Offer, offer), format!("/partners/{id}/offers/{offer}")),
                Cell::Words(row.body.state.name().to_owned()),
                Cell::Words(terms_words(access, &row.body)),
            ]
        };
        let of_partner = UserFilter { partner_id: Some(PartnerId(id)), ..UserFilter::default() };
        let uses = vec![
            Use::by(
                ("partner_offers", "Approvals and terms"),
                "What was said of this partner; it may run every public offer beside.",
                said.iter().map(row).collect(),
            )
            .all("Offers and links", format!("/partners/{id}/offers")),
            people(access, &of_partner, format!("/partners/{id}/users")).await?,
        ];
        Ok(Used { traffic: traffic_of(access, Side::Partner, &[id]).await?, stored: partner, uses })
    }
}

impl Usable for Advertiser {
    async fn used(access: &Access, id: i64) -> Result<Used<Self>, Failure> {
        let advertiser = access.scope().get::<Advertiser>(id).await?;
        let offers =
            access.scope().list::<Offer>(&Filter::exactly([("advertiser_id", id)]), Page::ALL).await?;
        let of_advertiser = UserFilter { advertiser_id: Some(AdvertiserId(id)), ..UserFilter::default() };
        let ids: Vec<i64> = offers.iter().map(|offer| offer.id).collect();
        let there = offers.iter().filter(|offer| offer.body.status != OfferStatus::Deleted);
        let uses = vec![
            Use::by(
                ("offers", "Offers"),
                "They run on in every state of the advertiser.",
                there.map(offer_row).collect(),
            ),
            people(access, &of_advertiser, format!("/advertisers/{id}/users")).await?,
        ];
        Ok(Used { traffic: traffic_of(access, Side::Offer, &ids).await?, stored: advertiser, uses })
    }
}

/// Those who sign in for it.
async fn people(access: &Access, filter: &UserFilter, href: String) -> Result<Use, Failure> {
    let found = users(access.scope(), filter, Page::default()).await?;
    let text = format!("{} may sign in.", format::counted(found.len(), "user"));
    Ok(Use::counted(("users", "Users"), found.len(), text).all("Users", href))
}
