//! Coupons of an offer: the calls of the API, and the page with one more and the end of one.

use crate::web::{
    Access, Failure, Form, Route,
    describe::{Fields, Schemas, bounded, id_of},
    history::Viewed,
    navigation,
    objects::{
        Compared, Object, calls,
        pages::{Paged, View},
    },
    page::Shell,
    parts::{Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
    views::OFFER,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    offers::{Coupon, Offer},
    shared::{OfferId, Problems},
};
use store::{
    offers::{CouponOf, Named, Names, choices},
    shared::{Filter, Page, Stored},
};

/// The calls of the API; the pages are listed with the others of an offer.
pub fn routes() -> Vec<Route> {
    let mut routes = calls::routes::<CouponOf>();
    routes.push(calls::removal_route::<CouponOf>());
    routes
}

/// The schema.
pub fn schemas() -> Schemas {
    let coupon = Fields::of("A code of a partner, which credits a postback that names no click.")
        .kept()
        .shown("offer_id", id_of("The offer."))
        .required("code", bounded("What a postback's `coupon_code` says; case is ignored.", 64))
        .required("partner_id", id_of("Who is credited."));
    vec![("Coupon", coupon.done())]
}

impl Object for CouponOf {
    type Input = Coupon;
    const SECTION: Section = Section::Offers;
    const SCHEMA: &'static str = "Coupon";
    const COLLECTION: &'static str = "/api/v1/offers/{offer_id}/coupons";
    const ID: &'static str = "coupon_id";
    const PARENT: Option<&'static str> = Some("offer_id");
    const FILTERS: &'static [(&'static str, Compared)] = &[("partner_id", Compared::Id)];

    fn input(&self) -> Coupon {
        self.coupon.clone()
    }

    fn of_input(coupon: Coupon, offer: i64) -> Self {
        let code = coupon.code.trim().to_owned();
        Self { offer_id: OfferId(offer), coupon: Coupon { code, ..coupon } }
    }

    fn parent(&self) -> Option<i64> {
        Some(self.offer_id.0)
    }

    fn problems(&self) -> Problems {
        self.coupon.problems()
    }

    async fn find_parent(access: &Access, offer: i64) -> Result<(), Failure> {
        access.scope().get::<Offer>(offer).await?;
        Ok(())
    }
}

#[derive(Template)]
#[template(path = "offers/coupons.html")]
pub struct Coupons {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    offer: i64,
    columns: Vec<Column>,
    rows: Vec<Stored<CouponOf>>,
    names: Names,
    /// The coupon that is changed; none where the form adds one.
    changed: Option<Stored<CouponOf>>,
    partners: Vec<Choice>,
    form: Form,
    problems: Problems,
    may_change: bool,
}

impl Coupons {
    const ONE: &str = "coupon";
    const A_NEW: &str = "a coupon";
    const MANY: &str = "Coupons";
    const PATH: &str = "coupons";

    fn partner(&self, row: &Stored<CouponOf>) -> &str {
        self.names.of(Named::Partner, row.body.coupon.partner_id.0)
    }
}

impl Paged for CouponOf {
    const SHEET: Sheet =
        Sheet { entries: &[Entry("code", Kind::Text), Entry("partner_id", Kind::Choice)], rows: &[] };
    const LIST: &'static str = "/offers/{offer_id}/coupons";
    const BLANK: &'static str = Self::LIST;
    const REMOVED: &'static str =
        "The coupon is removed. Postbacks that name it alone are refused from now on.";

    type Page = Coupons;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<Coupons, Failure> {
        let View { parent: offer, stored: changed, form, problems, .. } = view;
        let stored = access.scope().get::<Offer>(offer).await?;
        let rows = access.scope().list::<Self>(&Filter::exactly([("offer_id", offer)]), Page::ALL).await?;
        let partners = rows.iter().map(|row| (Named::Partner, row.body.coupon.partner_id.0));
        let names = Names::read(access.scope(), partners).await?;
        let entries = choices(access.scope(), Named::Partner).await?;
        Ok(Coupons {
            state: stored.body.state(),
            shell: navigation::shell(access, request).titled(stored.body.name),
            crumbs: vec![Link::new("Offers", "/offers")],
            tabs: OFFER.tabs(access, offer, request.path()),
            offer,
            columns: ["Code", "Partner", ""].map(Column::text).to_vec(),
            rows,
            names,
            changed,
            partners: entries.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
            form,
            problems,
            may_change: access.may(Section::Offers, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("A postback with coupon_code={} and a txn_id credits the partner.", stored.body.coupon.code)
    }
}
