//! Coupons: a code of a partner and an offer, which credits a call that names no click.

use crate::shared::Managed;
use domain::{
    offers::Coupon,
    shared::{OfferId, PartnerId},
};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A coupon with its offer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CouponOf {
    pub offer_id: OfferId,
    #[serde(flatten)]
    pub coupon: Coupon,
}

impl Managed for CouponOf {
    const TABLE: &'static str = "coupons";
    const OBJECT: &'static str = "coupon";
    const PARTNER: Option<&'static str> = Some("partner_id");

    fn partner(&self) -> Option<PartnerId> {
        Some(self.coupon.partner_id)
    }

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("offer_id", self.offer_id.0.into()),
            ("partner_id", self.coupon.partner_id.0.into()),
            ("code", self.coupon.code.to_uppercase().into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        vec![
            ("offer_id".into(), "offers", self.offer_id.0),
            ("partner_id".into(), "partners", self.coupon.partner_id.0),
        ]
    }
}
