//! The page of a source block: whom it is about, and its values, in one form.

use super::words::{operators, variables};
use crate::web::{
    Access, Failure, Form,
    menus::menu,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    status::statuses,
    views::SOURCE_BLOCK,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::{Problems, Status},
    smartswitch::SourceBlock,
};
use store::{offers::Named, shared::Stored};

const ENTRIES: [Entry; 8] = [
    Entry("name", Kind::Text),
    Entry("status", Kind::Choice),
    Entry("partner_id", Kind::Choice),
    Entry("offer_id", Kind::Choice),
    Entry("variable", Kind::Choice),
    Entry("operator", Kind::Choice),
    Entry("values", Kind::Lines),
    Entry("note", Kind::Text),
];

#[derive(Template)]
#[template(path = "smartswitch/source_block.html")]
pub struct SourceBlockPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<SourceBlock>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    partners: Vec<Choice>,
    offers: Vec<Choice>,
    variables: Vec<Choice>,
    operators: Vec<Choice>,
    may_change: bool,
}

impl Paged for SourceBlock {
    const SHEET: Sheet = Sheet { entries: &ENTRIES, rows: &[] };
    const LIST: &'static str = "/source-blocks";
    const BLANK: &'static str = "/source-blocks/new";

    type Page = SourceBlockPage;

    async fn page(
        access: &Access,
        request: &HttpRequest,
        view: View<Self>,
    ) -> Result<SourceBlockPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let title = stored.as_ref().map_or("New source block", |stored| stored.body.name.as_str());
        Ok(SourceBlockPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: SOURCE_BLOCK.crumbs(),
            tabs: stored
                .as_ref()
                .map(|stored| SOURCE_BLOCK.tabs(access, stored.id, request.path()))
                .unwrap_or_default(),
            partners: any_or(access, "Every partner", Named::Partner, form.get("partner_id")).await?,
            offers: any_or(access, "Every offer", Named::Offer, form.get("offer_id")).await?,
            stored,
            form,
            problems,
            statuses: statuses(),
            variables: variables(),
            operators: operators(),
            may_change: access.may(Section::SmartSwitch, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        match stored.body.status {
            Status::Active => format!("{} is made. It holds from the next click on.", stored.body.name),
            Status::Paused | Status::Deleted => {
                format!("{} is made. It refuses nobody until it is active.", stored.body.name)
            }
        }
    }
}

/// The field's menu, behind a choice for all.
async fn any_or(access: &Access, every: &str, kind: Named, chosen: &str) -> Result<Vec<Choice>, Failure> {
    let named = menu(access, kind, chosen.parse().ok(), 1).await?;
    Ok([Choice::new("", every)].into_iter().chain(named).collect())
}
