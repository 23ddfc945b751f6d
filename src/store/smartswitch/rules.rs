//! The rules of SmartSwitch, as managed objects.

use crate::shared::{Managed, folded};
use domain::smartswitch::{MOST_RULES, SmartSwitchRule};
use sea_orm::Value;
use std::borrow::Cow;

impl Managed for SmartSwitchRule {
    const TABLE: &'static str = "smart_switch_rules";
    const OBJECT: &'static str = "smart_switch_rule";
    const SEARCHED: bool = true;
    const MOST: Option<usize> = Some(MOST_RULES);

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
        let offers = self.offer_ids.iter().enumerate();
        let offers = offers.map(|(place, id)| (format!("offer_ids[{place}]").into(), "offers", id.0));
        let advertisers = self.advertiser_ids.iter().enumerate();
        let advertisers =
            advertisers.map(|(place, id)| (format!("advertiser_ids[{place}]").into(), "advertisers", id.0));
        let excluded = self.exclusions.iter().enumerate();
        let partners = excluded.filter_map(|(place, exclusion)| {
            let field = format!("exclusions[{place}].partner_id").into();
            exclusion.partner_id.map(|id| (field, "partners", id.0))
        });
        offers.chain(advertisers).chain(partners).collect()
    }
}
