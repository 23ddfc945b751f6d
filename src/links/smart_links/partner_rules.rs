//! How partners narrow a Smart Link for their own traffic: the list with one more, and one to change.

use super::words::{named_by, row_name};
use crate::web::{
    Access, Failure, Form, conditions,
    history::Viewed,
    markup::Markup,
    navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Rows, Sheet},
    signal::Signal,
    views::SMART_LINK,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    links::{PartnerRule, PartnerRules, SmartLink, SmartLinkRow},
    shared::{PartnerId, Problems},
};
use serde::{Deserialize, Serialize};
use store::{
    offers::{Named, Names, choices},
    shared::{Filter, Page, Stored},
};

/// The rules as they are written; the Smart Link stands in the address.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub partner_id: PartnerId,
    #[serde(default)]
    pub rows: Vec<PartnerRule>,
}

/// A row of the Smart Link in the form.
struct RuleRow {
    id: i64,
    name: String,
}

#[derive(Template)]
#[template(path = "links/partner_rules.html")]
pub struct PartnerRulesPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    link: i64,
    is_allowed: bool,
    columns: Vec<Column>,
    stored: Vec<Stored<PartnerRules>>,
    names: Names,
    /// What is changed; none where the form adds rules.
    changed: Option<Stored<PartnerRules>>,
    partners: Vec<Choice>,
    rows: Vec<RuleRow>,
    form: Form,
    problems: Problems,
    /// What helps to write conditions.
    picker: Markup,
    may_change: bool,
}

impl PartnerRulesPage {
    fn partner(&self, row: &Stored<PartnerRules>) -> &str {
        self.names.of(Named::Partner, row.body.partner_id.0)
    }

    /// What the rules of a partner do, in words.
    fn told(&self, row: &Stored<PartnerRules>) -> String {
        let left_out = row.body.rows.iter().filter(|rule| rule.left_out).count();
        let narrowed =
            row.body.rows.iter().filter(|rule| !rule.left_out && !rule.targeting.is_empty()).count();
        match (left_out, narrowed) {
            (0, 0) => "nothing".to_owned(),
            (out, 0) => format!("{out} left out"),
            (0, narrowed) => format!("{narrowed} narrowed"),
            (out, narrowed) => format!("{out} left out, {narrowed} narrowed"),
        }
    }

    /// The place of a row's rule in the form; behind the others where it has none.
    fn place(&self, row: &RuleRow) -> usize {
        let places = PartnerRules::SHEET.places(&self.form, "rows", 0);
        let id = row.id.to_string();
        let own = places.clone().find(|place| self.form.get(&self.form.path("rows", place, "row_id")) == id);
        let behind = self.rows.iter().position(|other| other.id == row.id).unwrap_or_default();
        own.unwrap_or(places.end + behind)
    }
}

impl Paged for PartnerRules {
    const SHEET: Sheet = Sheet {
        entries: &[Entry("partner_id", Kind::Choice)],
        rows: &[Rows {
            name: "rows",
            keys: &["left_out", "targeting"],
            entries: &[
                Entry("row_id", Kind::Choice),
                Entry("left_out", Kind::Tick),
                Entry("targeting", Kind::Conditions),
            ],
            parts: &[],
        }],
    };
    const LIST: &'static str = "/smart-links/{smart_link_id}/partners";
    const BLANK: &'static str = Self::LIST;
    const REMOVED: &'static str =
        "The rules are removed. The partner's clicks go by the link's own rows again.";

    type Page = PartnerRulesPage;

    async fn page(
        access: &Access,
        request: &HttpRequest,
        view: View<Self>,
    ) -> Result<PartnerRulesPage, Failure> {
        let View { parent: link, stored: changed, form, problems, .. } = view;
        let scope = access.scope();
        let body = scope.get::<SmartLink>(link).await?.body;
        let stored = scope.list::<Self>(&Filter::exactly([("smart_link_id", link)]), Page::ALL).await?;
        let partners = stored.iter().map(|row| (Named::Partner, row.body.partner_id.0));
        let names = Names::read(scope, partners.chain(named_by(&body))).await?;
        let entries = choices(scope, Named::Partner).await?;
        let row = |(place, row): (usize, &SmartLinkRow)| RuleRow {
            id: row.id.0,
            name: row_name(&names, place, row),
        };
        Ok(PartnerRulesPage {
            state: body.state(),
            shell: navigation::shell(access, request).titled(body.name.as_str()),
            crumbs: vec![Link::new("Smart Links", "/smart-links")],
            tabs: SMART_LINK.tabs(access, link, request.path()),
            link,
            is_allowed: body.partner_rules,
            columns: ["Partner", "Rows", ""].map(Column::text).to_vec(),
            rows: body.rows.iter().enumerate().map(row).collect(),
            stored,
            names,
            changed,
            partners: std::iter::once(Choice::new("", "Choose a partner"))
                .chain(entries.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)))
                .collect(),
            form,
            problems,
            picker: conditions::picker(access)?,
            may_change: access.may(Section::Links, Level::Full),
        })
    }

    fn made(_: &Stored<Self>) -> String {
        "The rules hold for this partner's clicks from now on.".to_owned()
    }
}
