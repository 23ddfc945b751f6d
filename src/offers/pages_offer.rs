//! The page of an offer: its state, its caps as they fill, its settings in one form, and what in
//! them can never match.

use super::words::{CAPS, Choices, PAYOUT, REVENUE};
use crate::web::{
    Access, Failure, Form, conditions,
    markup::Markup,
    menus::menu,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab},
    plan_view::{self, CapUse},
    sheet::{Entry, Kind, Rows, SMART_LINK_PREFIX, Sheet, joined},
    signal::Signal,
    views::OFFER,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    accounts::Advertiser,
    identity::{Level, Section},
    offers::Offer,
    shared::{Currency, FieldError, OfferId, Problems},
};
use std::ops::Range;
use store::{
    offers::{LandingPageOf, Named, choices as named_choices},
    shared::{Filter, Page, Stored},
};

/// Empty rows at the end of a list, and how many more "Another row" gives.
const SPARE: usize = 1;
const MORE: usize = 3;

/// What the form says of the offer itself; its lists follow.
const ENTRIES: [Entry; 30] = joined(&[
    &[
        Entry("name", Kind::Text),
        Entry("advertiser_id", Kind::Choice),
        Entry("status", Kind::Choice),
        Entry("visibility", Kind::Choice),
        Entry("end_date", Kind::Moment),
    ],
    &PAYOUT,
    &REVENUE,
    &[
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
        Entry("monitor_id", Kind::Choice),
        Entry("referrer_policy", Kind::Choice),
        Entry("forward_query", Kind::Tick),
        Entry("deep_links.allowed", Kind::Tick),
        Entry("deep_links.hosts", Kind::List),
        Entry("allow_payout_override", Kind::Tick),
        Entry("allow_revenue_override", Kind::Tick),
        Entry("allow_pixel", Kind::Tick),
        Entry("view_through", Kind::Tick),
    ],
]);

#[derive(Template)]
#[template(path = "offers/offer.html")]
pub struct OfferPage {
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
    monitors: Vec<Choice>,
    flaws: Vec<FieldError>,
    caps: Vec<CapUse>,
    has_landing_page: bool,
    /// What the advertiser puts on the page after a conversion; empty where the offer takes none.
    pixel: String,
    zone: &'static str,
    currency: Currency,
    /// What helps to write conditions.
    picker: Markup,
    may_change: bool,
}

impl OfferPage {
    /// The places of a list's rows, spare ones included.
    fn places(&self, rows: &str) -> Range<usize> {
        let spare = match self.form.get("add") == rows {
            true => SPARE + MORE,
            false if self.may_change => SPARE,
            false => 0,
        };
        Offer::SHEET.places(&self.form, rows, spare)
    }

    fn end_hint(&self) -> String {
        format!("By the network's clock ({}). From then on its links answer 410 (code 1).", self.zone)
    }

    /// Whether a row's box is ticked; those of a spare row are.
    fn is_paid(&self, rows: &str, index: &usize) -> bool {
        let path = |field: &str| self.form.path(rows, index, field);
        self.form.is_ticked(&path("paid")) || self.form.get(&path("destination")).is_empty()
    }
}

impl Paged for Offer {
    const SHEET: Sheet = Sheet {
        entries: &ENTRIES,
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
                parts: &[],
            },
            CAPS,
            Rows {
                name: "forwarding",
                keys: &["destination", "destination_url"],
                entries: &[
                    Entry("destination", Kind::Destination),
                    Entry("partners", Kind::List),
                    Entry("targeting", Kind::Conditions),
                    Entry("paid", Kind::Tick),
                ],
                parts: &[],
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
                parts: &[],
            },
        ],
    };
    const LIST: &'static str = "/offers";
    const BLANK: &'static str = "/offers/new";
    const USUAL: &'static [(&'static str, &'static str)] = &[
        ("duplicate_filter.hours", "24"),
        ("min_conversion_seconds", "0"),
        ("max_conversion_seconds", "7776000"),
    ];

    type Page = OfferPage;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<OfferPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let scope = access.scope();
        let id = stored.as_ref().map(|stored| stored.id);
        let present = Filter { hide_deleted: true, ..Filter::default() };
        let advertisers = scope.list::<Advertiser>(&present, Page::default()).await?;
        let others = scope.list::<Self>(&present, Page::default()).await?;
        let others = others.into_iter().filter(|other| Some(other.id) != id);
        let smart_links = named_choices(scope, Named::SmartLink).await?;
        let monitors = menu(access, Named::Monitor, form.get("monitor_id").parse().ok(), 1).await?;
        let title = stored.as_ref().map_or("New offer", |stored| stored.body.name.as_str());
        let has_landing_page = match id {
            Some(id) => {
                let one = Page { before: None, limit: 1 };
                !scope.list::<LandingPageOf>(&Filter::exactly([("offer_id", id)]), one).await?.is_empty()
            }
            None => true,
        };
        Ok(OfferPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: vec![Link::new("Offers", "/offers")],
            tabs: id.map(|id| OFFER.tabs(access, id, request.path())).unwrap_or_default(),
            flaws: match id {
                Some(id) => plan_view::flaws_of(access, plan_view::FlawedObject::Offer(OfferId(id))).await?,
                None => Vec::new(),
            },
            caps: stored.as_ref().map_or_else(Vec::new, |stored| {
                plan_view::cap_uses(access, request, stored.id, None, &stored.body.caps)
            }),
            pixel: stored.as_ref().map_or_else(String::new, |stored| pixel(access, stored)),
            stored,
            form,
            problems,
            choices: Choices::all(),
            advertisers: std::iter::once(Choice::new("", "Choose one"))
                .chain(advertisers.into_iter().map(|row| Choice::new(row.id.to_string(), row.body.name)))
                .collect(),
            destinations: [Choice::new("", "No row"), Choice::new("url", "An address")]
                .into_iter()
                .chain(others.map(|row| {
                    Choice::new(row.id.to_string(), format!("Offer {}: {}", row.id, row.body.name))
                }))
                .chain(smart_links.into_iter().map(|(id, name)| {
                    Choice::new(format!("{SMART_LINK_PREFIX}{id}"), format!("Smart Link {id}: {name}"))
                }))
                .collect(),
            monitors,
            has_landing_page,
            zone: access.entrant().network.zone.name(),
            currency: access.entrant().network.currency,
            picker: conditions::picker(access)?,
            may_change: access.may(Section::Offers, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is made. Add the landing page that its visitors are sent to.", stored.body.name)
    }

    fn next(stored: &Stored<Self>) -> String {
        format!("/offers/{}/landing-pages", stored.id)
    }
}

/// The cookie pixel of an offer that takes it.
fn pixel(access: &Access, stored: &Stored<Offer>) -> String {
    if !stored.body.allow_pixel {
        return String::new();
    }
    let (origin, network, offer) = (&access.state().public_url, access.network(), stored.id);
    format!(
        "<img src=\"{origin}/pixel?network={network}&amp;offer={offer}&amp;txn_id=ORDER&amp;amount=AMOUNT\" alt=\"\" width=\"1\" height=\"1\">"
    )
}
