//! What a conversion adds to the roll-ups, at its own hour and at its click's. A change of status
//! takes the old figures out and puts the new ones in: it never counts twice.

use super::Conversion;
use crate::tracking::{Basis, Deltas, RollupKey};
use chrono::DateTime;
use domain::{
    conversions::ConversionStatus,
    reports::{Dimension, Measures},
    shared::{Calendar, Micros, NetworkId},
    tracking::Device,
};

/// Figures on their way into (or out of) the roll-ups.
#[derive(Clone, Debug)]
pub struct Moved {
    conversion: Conversion,
    measures: Measures,
}

impl Moved {
    /// The conversion's figures come in.
    #[must_use]
    pub fn into(conversion: &Conversion) -> Self {
        Self { conversion: conversion.clone(), measures: measures(conversion) }
    }

    /// They go out.
    #[must_use]
    pub fn out(conversion: &Conversion) -> Self {
        Self { conversion: conversion.clone(), measures: -measures(conversion) }
    }

    /// What it was or is.
    #[must_use]
    pub fn conversion(&self) -> &Conversion {
        &self.conversion
    }

    /// The figures.
    #[must_use]
    pub fn measures(&self) -> &Measures {
        &self.measures
    }

    /// Adds the figures by the conversion's time and by its click's.
    pub fn add_to<'a>(&'a self, deltas: &mut Deltas<'a>, calendar: Calendar) {
        let conversion = &self.conversion;
        for (basis, at) in
            [(Basis::Conversion, conversion.at), (Basis::ConversionByClick, conversion.click_at)]
        {
            let base = RollupKey {
                network: NetworkId(conversion.network_id),
                dimension: Dimension::None,
                hour: calendar.hour(DateTime::from_timestamp_millis(at).unwrap_or_default()),
                partner: conversion.partner_id,
                offer: conversion.offer_id,
                smart_link: conversion.smart_link_id,
                campaign: conversion.campaign_id,
                landing_page: conversion.landing_page_id,
                basis,
                value: "",
            };
            deltas.add(base, &dimensions(conversion), &self.measures);
        }
    }
}

fn measures(conversion: &Conversion) -> Measures {
    let (payout, revenue) = (Micros(conversion.payout), Micros(conversion.revenue));
    let is_base = conversion.event_id == 0;
    let base = i64::from(is_base);
    let mut measures = Measures { fraud: base * conversion.fraud, ..Measures::default() };
    match conversion.status() {
        ConversionStatus::Approved => {
            measures.approved = base;
            measures.events = 1 - base;
            measures.payout = payout;
            measures.revenue = revenue;
            measures.sale_amount = Micros(base * conversion.amount);
            measures.delta_seconds = base * (conversion.at - conversion.click_at).div_euclid(1_000);
        }
        ConversionStatus::Pending => {
            measures.pending = base;
            measures.pending_payout = payout;
            measures.pending_revenue = revenue;
        }
        ConversionStatus::Rejected => measures.rejected = base,
    }
    measures
}

fn dimensions(conversion: &Conversion) -> [(Dimension, &str); 11] {
    [
        (Dimension::Country, &conversion.country),
        (Dimension::Device, Device::of_number(conversion.device).name()),
        (Dimension::Os, &conversion.os),
        (Dimension::Browser, &conversion.browser),
        (Dimension::SourceId, &conversion.source_id),
        (Dimension::Sub1, &conversion.sub1),
        (Dimension::Sub2, &conversion.sub2),
        (Dimension::Sub3, &conversion.sub3),
        (Dimension::Sub4, &conversion.sub4),
        (Dimension::Sub5, &conversion.sub5),
        (Dimension::Event, &conversion.event),
    ]
}
