//! The network's rules as pages of sources and runs name them, those too that are deleted; and what they said when a
//! source was judged.

use crate::web::{
    Access, Failure,
    parts::{Cell, Choice, Link},
};
use domain::{
    shared::{SmartSwitchRuleId, Status},
    smartswitch::SmartSwitchRule,
};
use std::{borrow::Cow, collections::BTreeMap};
use store::{
    shared::{Filter, Page, Stored},
    smartswitch::rule_at,
};

/// The rules by their ids.
pub struct KnownRules(BTreeMap<SmartSwitchRuleId, Stored<SmartSwitchRule>>);

impl KnownRules {
    /// Reads all of the network.
    pub async fn read(access: &Access) -> Result<Self, Failure> {
        let found = access.scope().list::<SmartSwitchRule>(&Filter::default(), Page::ALL).await?;
        Ok(Self(found.into_iter().map(|rule| (SmartSwitchRuleId(rule.id), rule)).collect()))
    }

    /// What a rule is called.
    pub fn name(&self, id: SmartSwitchRuleId) -> &str {
        self.0.get(&id).map_or("", |rule| rule.body.name.as_str())
    }

    /// The rule as it is now.
    pub fn get(&self, id: SmartSwitchRuleId) -> Option<&SmartSwitchRule> {
        self.0.get(&id).map(|rule| &rule.body)
    }

    /// The name in a table, and the rule's page for whoever may open it.
    pub fn cell(&self, access: &Access, id: SmartSwitchRuleId) -> Cell {
        let name = self.name(id).to_owned();
        page(access, id)
            .map_or_else(|| Cell::Words(name.clone()), |href| Cell::Object(Link::new(&name, href)))
    }

    /// The rules to choose from: the deleted ones only where they are chosen already.
    pub fn choices(&self, chosen: Option<SmartSwitchRuleId>) -> Vec<Choice> {
        let is_shown = |id: SmartSwitchRuleId, rule: &Stored<SmartSwitchRule>| {
            rule.body.status != Status::Deleted || chosen == Some(id)
        };
        let mut shown: Vec<_> = self.0.iter().filter(|(id, rule)| is_shown(**id, rule)).collect();
        shown.sort_by_key(|(_, rule)| rule.body.name.to_lowercase());
        shown.into_iter().map(|(id, rule)| Choice::new(id.to_string(), rule.body.name.as_str())).collect()
    }

    /// What a rule said at a moment in milliseconds since 1970 UTC.
    pub async fn said(
        &self,
        access: &Access,
        id: SmartSwitchRuleId,
        at: i64,
    ) -> Result<Option<Cow<'_, SmartSwitchRule>>, Failure> {
        let Some(now) = self.0.get(&id) else { return Ok(None) };
        if now.updated_at <= at {
            return Ok(Some(Cow::Borrowed(&now.body)));
        }
        let then = rule_at(access.scope(), id, at).await?;
        Ok(Some(then.map_or(Cow::Borrowed(&now.body), Cow::Owned)))
    }
}

/// The page of a rule; a rule judges all partners, so who sees only some may not open it.
pub fn page(access: &Access, id: SmartSwitchRuleId) -> Option<String> {
    access.own().is_none().then(|| format!("/smart-switch/rules/{id}"))
}
