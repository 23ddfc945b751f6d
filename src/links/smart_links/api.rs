//! Smart Links and partners' rules on them in the API, and what must hold beyond their documents.

use super::schemas::MECHANISMS;
use crate::web::{
    Access, Failure,
    objects::{Compared, Object},
    plan_view::FlawedObject,
    status::STATUSES,
};
use domain::{
    identity::Section,
    links::{PartnerRules, SmartLink},
    offers::{Stop, find_loop},
    shared::{OfferId, Problems, RowId, SmartLinkId, Status},
};
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use store::{
    offers::{LandingPageOf, ways},
    shared::{Filter, Page},
};

impl Object for SmartLink {
    type Input = Self;
    const SECTION: Section = Section::Links;
    const SCHEMA: &'static str = "SmartLink";
    const COLLECTION: &'static str = "/api/v1/smart-links";
    const ID: &'static str = "smart_link_id";
    const STATUS: bool = true;
    const FLAWED: Option<fn(i64) -> FlawedObject> = Some(|id| FlawedObject::SmartLink(SmartLinkId(id)));
    const FILTERS: &'static [(&'static str, Compared)] = &[
        ("name", Compared::Text),
        ("status", Compared::Word(&STATUSES)),
        ("code", Compared::Text),
        ("mechanism", Compared::Word(&MECHANISMS)),
    ];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        let labels = input.labels.iter().map(|label| label.trim().to_owned()).collect();
        let mut link = Self { labels, ..input };
        link.number_rows(|| rand::random::<u32>() >> 1);
        link
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }

    async fn check(&self, access: &Access, id: Option<i64>) -> Result<(), Failure> {
        check_pages(self, access).await?;
        check_rows_are_own(self, access, id).await?;
        // Nothing leads to a new one yet, so it closes no circle.
        let Some(id) = id.filter(|_| self.catch_all_id.is_some()) else { return Ok(()) };
        let stop = Stop::SmartLink(SmartLinkId(id));
        let Some(round) = find_loop(ways(access.scope(), (stop, self.next_stops())).await?) else {
            return Ok(());
        };
        let round: Vec<_> = round.iter().map(ToString::to_string).collect();
        Err(Failure::field("catch_all_id", format!("leads round in a circle: {}", round.join(", "))))
    }
}

/// No row has the id of another link's: figures by row would mix.
async fn check_rows_are_own(link: &SmartLink, access: &Access, id: Option<i64>) -> Result<(), Failure> {
    let links = access.scope().list::<SmartLink>(&Filter::default(), Page::ALL).await?;
    let others = links.iter().filter(|other| Some(other.id) != id).flat_map(|other| &other.body.rows);
    let taken: BTreeSet<RowId> = others.map(|row| row.id).collect();
    let mut problems = Problems::default();
    for (place, row) in link.rows.iter().enumerate() {
        let message = "names a row of another Smart Link; leave it out for a new one";
        problems.check(!taken.contains(&row.id), &format!("rows[{place}].id"), message);
    }
    Ok(problems.into_result(())?)
}

/// A row's landing page is one of its offer's.
async fn check_pages(link: &SmartLink, access: &Access) -> Result<(), Failure> {
    let mut pages: BTreeMap<OfferId, BTreeSet<i64>> = BTreeMap::new();
    for row in link.rows.iter().filter(|row| row.landing_page_id.is_some()) {
        let Entry::Vacant(unread) = pages.entry(row.offer_id) else { continue };
        let of_offer = Filter::exactly([("offer_id", row.offer_id.0)]);
        let found = access.scope().list::<LandingPageOf>(&of_offer, Page::ALL).await?;
        unread.insert(found.into_iter().map(|page| page.id).collect());
    }
    let mut problems = Problems::default();
    for (place, row) in link.rows.iter().enumerate() {
        let Some(page) = row.landing_page_id else { continue };
        let is_own = pages.get(&row.offer_id).is_some_and(|own| own.contains(&page.0));
        let field = format!("rows[{place}].landing_page_id");
        problems.check(is_own, &field, "is no landing page of the row's offer");
    }
    Ok(problems.into_result(())?)
}

impl Object for PartnerRules {
    type Input = super::partner_rules::Input;
    const SECTION: Section = Section::Links;
    const SCHEMA: &'static str = "PartnerRules";
    const COLLECTION: &'static str = "/api/v1/smart-links/{smart_link_id}/partner-rules";
    const ID: &'static str = "partner_rules_id";
    const PARENT: Option<&'static str> = Some("smart_link_id");
    const FILTERS: &'static [(&'static str, Compared)] = &[("partner_id", Compared::Id)];

    fn input(&self) -> Self::Input {
        Self::Input { partner_id: self.partner_id, rows: self.rows.clone() }
    }

    fn of_input(input: Self::Input, link: i64) -> Self {
        Self { smart_link_id: SmartLinkId(link), partner_id: input.partner_id, rows: input.rows }
    }

    fn parent(&self) -> Option<i64> {
        Some(self.smart_link_id.0)
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    async fn find_parent(access: &Access, link: i64) -> Result<(), Failure> {
        access.scope().get::<SmartLink>(link).await?;
        Ok(())
    }

    /// The network allows it on this link, and each rule is for a row that the link has.
    async fn check(&self, access: &Access, _: Option<i64>) -> Result<(), Failure> {
        let link = access.scope().get::<SmartLink>(self.smart_link_id.0).await?.body;
        let mut problems = Problems::default();
        let message = "this Smart Link lets no partner have rules; switch partner_rules on first";
        problems.check(link.partner_rules, "partner_id", message);
        for (place, rule) in self.rows.iter().enumerate() {
            let is_there = link.row(rule.row_id).is_some();
            problems.check(is_there, &format!("rows[{place}].row_id"), "is no row of this Smart Link");
        }
        Ok(problems.into_result(())?)
    }
}
