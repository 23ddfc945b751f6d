//! Advertisers, partners and approvals, as managed objects.

use crate::shared::Managed;
use domain::accounts::{Advertiser, Partner, PartnerOffer};
use sea_orm::Value;

impl Managed for Advertiser {
    const TABLE: &'static str = "advertisers";
    const OBJECT: &'static str = "advertiser";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("name", self.name.as_str().into()), ("status", self.status.name().into())]
    }
}

impl Managed for Partner {
    const TABLE: &'static str = "partners";
    const OBJECT: &'static str = "partner";
    const CODED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("name", self.name.as_str().into()), ("status", self.status.name().into())]
    }
}

impl Managed for PartnerOffer {
    const TABLE: &'static str = "partner_offers";
    const OBJECT: &'static str = "partner_offer";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("partner_id", self.partner_id.0.into()),
            ("offer_id", self.offer_id.0.into()),
            ("state", self.state.name().into()),
        ]
    }

    fn references(&self) -> Vec<(&'static str, &'static str, i64)> {
        vec![("partner_id", "partners", self.partner_id.0), ("offer_id", "offers", self.offer_id.0)]
    }
}
