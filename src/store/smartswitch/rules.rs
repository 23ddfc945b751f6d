//! SmartSwitch rules as they are stored.

use crate::shared::{Managed, folded};
use domain::smartswitch::SmartSwitchRule;
use sea_orm::Value;
use std::borrow::Cow;

impl Managed for SmartSwitchRule {
    const TABLE: &'static str = "smart_switch_rules";
    const OBJECT: &'static str = "smart_switch_rule";
    const SEARCHED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&self.name).into()),
            ("status", self.status.name().into()),
            ("variable", self.variable.name().into()),
            ("action", self.action.name().into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        let numbered = |field: &str, at: usize| Cow::from(format!("{field}[{at}]"));
        let offers = self.offer_ids.iter().enumerate();
        let offers = offers.map(|(at, id)| (numbered("offer_ids", at), "offers", id.0));
        let advertisers = self.advertiser_ids.iter().enumerate();
        let advertisers = advertisers.map(|(at, id)| (numbered("advertiser_ids", at), "advertisers", id.0));
        let partners = self.exclusions.iter().enumerate().filter_map(|(at, exclusion)| {
            Some((format!("exclusions[{at}].partner_id").into(), "partners", exclusion.partner_id?.0))
        });
        offers.chain(advertisers).chain(partners).collect()
    }
}
