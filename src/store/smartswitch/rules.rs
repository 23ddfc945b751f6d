//! The rules of SmartSwitch, as managed objects.

use crate::{
    Error,
    shared::{Managed, Scope, folded, rows},
};
use domain::{
    shared::SmartSwitchRuleId,
    smartswitch::{MOST_RULES, SmartSwitchRule},
};
use sea_orm::{FromQueryResult, Value};
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

#[derive(FromQueryResult)]
struct Kept {
    body: String,
}

/// A rule as it was at a moment in milliseconds since 1970 UTC: what a source was judged by. None where it was not
/// there yet.
///
/// # Errors
/// What the database said.
pub async fn rule_at(
    scope: Scope<'_>,
    id: SmartSwitchRuleId,
    at: i64,
) -> Result<Option<SmartSwitchRule>, Error> {
    let sql = "SELECT body FROM config_versions WHERE network_id = $1 AND object = $2 AND object_id = $3 \
               AND at <= $4 ORDER BY version DESC LIMIT 1";
    let values = vec![scope.network().0.into(), SmartSwitchRule::OBJECT.into(), id.0.into(), at.into()];
    let found: Vec<Kept> = rows(scope.database().read(), sql, values).await?;
    Ok(found.first().map(|kept| serde_json::from_str(&kept.body)).transpose()?)
}
