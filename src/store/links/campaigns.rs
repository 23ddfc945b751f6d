//! Campaigns, as managed objects.

use crate::shared::{Managed, folded};
use domain::{
    links::{Campaign, FlowTest, flow_test},
    shared::Condition,
};
use sea_orm::Value;
use std::borrow::Cow;

/// A place in the document, the table that it refers to, and the id there.
type Reference = (Cow<'static, str>, &'static str, i64);

impl Managed for Campaign {
    const TABLE: &'static str = "campaigns";
    const OBJECT: &'static str = "campaign";
    const CODED: bool = true;
    const SEARCHED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&[self.name.as_str(), &self.labels.join(" ")].join(" ")).into()),
            ("status", self.status.name().into()),
            ("rotators", i64::try_from(self.rotators.len()).unwrap_or(i64::MAX).into()),
        ]
    }

    fn references(&self) -> Vec<Reference> {
        let domain = self.domain_id.map(|domain| ("domain_id".into(), "domains", domain.0));
        let splits = self.branches().flat_map(|(path, branch)| {
            let place = move |at| Cow::from(format!("{path}.offers[{at}].offer_id"));
            branch.offers.iter().enumerate().map(move |(at, share)| (place(at), "offers", share.offer_id.0))
        });
        let options = self.rotators.iter().enumerate().flat_map(|(rotator, document)| {
            let place = move |at| Cow::from(format!("rotators[{rotator}].options[{at}].offer_id"));
            document
                .options
                .iter()
                .enumerate()
                .map(move |(at, option)| (place(at), "offers", option.offer_id.0))
        });
        let conditions = self.rules.iter().enumerate().flat_map(|(rule, document)| {
            let conditions = document.conditions.iter().enumerate();
            conditions.filter_map(move |(at, condition)| of_condition(rule, at, condition))
        });
        domain.into_iter().chain(splits).chain(options).chain(conditions).collect()
    }
}

/// The offer or monitor that a condition asks about.
fn of_condition(rule: usize, at: usize, condition: &Condition) -> Option<Reference> {
    let place = |of: &str| Cow::from(format!("rules[{rule}].conditions[{at}].of.{of}"));
    match flow_test(condition)?.ok()? {
        FlowTest::Cap { offer, .. } => Some((place("offer"), "offers", offer.0)),
        FlowTest::Site { monitor, .. } => Some((place("monitor"), "monitors", monitor.0)),
    }
}
