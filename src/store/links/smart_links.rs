//! Smart Links and partners' rules on them, as managed objects.

use crate::shared::{Managed, folded};
use domain::{
    links::{PartnerRules, SmartLink},
    shared::PartnerId,
};
use sea_orm::Value;
use std::borrow::Cow;

impl Managed for SmartLink {
    const TABLE: &'static str = "smart_links";
    const OBJECT: &'static str = "smart_link";
    const CODED: bool = true;
    const SEARCHED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&[self.name.as_str(), &self.labels.join(" ")].join(" ")).into()),
            ("status", self.status.name().into()),
            ("mechanism", self.mechanism.name().into()),
            ("catch_all_id", self.catch_all_id.map_or(0, |offer| offer.0).into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        let catch_all = self.catch_all_id.map(|offer| ("catch_all_id".into(), "offers", offer.0));
        let domain = self.domain_id.map(|domain| ("domain_id".into(), "domains", domain.0));
        let offers = self
            .rows
            .iter()
            .enumerate()
            .map(|(place, row)| (Cow::from(format!("rows[{place}].offer_id")), "offers", row.offer_id.0));
        let pages = self.rows.iter().enumerate().filter_map(|(place, row)| {
            Some((format!("rows[{place}].landing_page_id").into(), "landing_pages", row.landing_page_id?.0))
        });
        catch_all.into_iter().chain(domain).chain(offers).chain(pages).collect()
    }
}

impl Managed for PartnerRules {
    const TABLE: &'static str = "partner_rules";
    const OBJECT: &'static str = "partner_rules";
    const PARTNER: Option<&'static str> = Some("partner_id");

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("partner_id", self.partner_id.0.into()), ("smart_link_id", self.smart_link_id.0.into())]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        vec![
            ("partner_id".into(), "partners", self.partner_id.0),
            ("smart_link_id".into(), "smart_links", self.smart_link_id.0),
        ]
    }

    fn partner(&self) -> Option<PartnerId> {
        Some(self.partner_id)
    }
}
