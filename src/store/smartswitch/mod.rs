//! SmartSwitch and its neighbours: what it keeps out, source blocks and traffic controls.

mod blocks;

pub use blocks::{BlockChange, blocks_since, blocks_versions};

use crate::shared::{Managed, folded};
use domain::{
    shared::PartnerId,
    smartswitch::{SourceBlock, TrafficControl},
};
use sea_orm::Value;
use std::borrow::Cow;

impl Managed for SourceBlock {
    const TABLE: &'static str = "source_blocks";
    const OBJECT: &'static str = "source_block";
    const SEARCHED: bool = true;
    const PARTNER: Option<&'static str> = Some("partner_id");

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&self.name).into()),
            ("status", self.status.name().into()),
            ("partner_id", self.partner_id.map(|id| id.0).into()),
            ("offer_id", self.offer_id.map(|id| id.0).into()),
            ("variable", self.variable.name().into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        let partner = self.partner_id.map(|id| ("partner_id".into(), "partners", id.0));
        let offer = self.offer_id.map(|id| ("offer_id".into(), "offers", id.0));
        partner.into_iter().chain(offer).collect()
    }

    fn partner(&self) -> Option<PartnerId> {
        self.partner_id
    }
}

impl Managed for TrafficControl {
    const TABLE: &'static str = "traffic_controls";
    const OBJECT: &'static str = "traffic_control";
    const SEARCHED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&self.name).into()),
            ("status", self.status.name().into()),
            ("list", self.list.name().into()),
            ("field", self.field.to_string().into()),
        ]
    }
}
