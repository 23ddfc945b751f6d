//! What a conversion adds to the roll-ups, at its own hour and at its click's. A change of status
//! takes the old figures out and puts the new ones in: it never counts twice.

use super::Conversion;
use crate::tracking::{Basis, Contribution};
use domain::{
    conversions::ConversionStatus,
    links::kpi::row_segment,
    shared::{Dimension, Measures, Micros, NetworkId},
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

    /// The figures by the conversion's time and by its click's.
    #[must_use]
    pub fn contributions(&self) -> [Contribution; 2] {
        let at = |basis, at| {
            let conversion = &self.conversion;
            Contribution {
                network: NetworkId(conversion.network_id),
                at,
                basis,
                partner: conversion.partner_id,
                offer: conversion.offer_id,
                smart_link: conversion.smart_link_id,
                campaign: conversion.campaign_id,
                landing_page: conversion.landing_page_id,
                values: dimensions(conversion),
                measures: self.measures,
            }
        };
        [at(Basis::Conversion, self.conversion.at), at(Basis::ConversionByClick, self.conversion.click_at)]
    }
}

fn measures(conversion: &Conversion) -> Measures {
    let (payout, revenue) = (Micros(conversion.payout), Micros(conversion.revenue));
    // Views are counted apart; only their money joins the others'.
    let is_view = conversion.event_id == 0 && conversion.view_through != 0;
    let event = i64::from(conversion.event_id != 0);
    let base = i64::from(event == 0 && !is_view);
    let mut measures = Measures { fraud: base * conversion.fraud, ..Measures::default() };
    match conversion.status() {
        ConversionStatus::Approved => {
            measures.approved = base;
            measures.events = event;
            measures.view_through = i64::from(is_view);
            measures.payout = payout;
            measures.revenue = revenue;
            measures.sale_amount = Micros(base * conversion.amount);
            measures.untimed = base * i64::from(conversion.click_id.is_nil());
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

/// An id as roll-ups keep it; empty for none.
fn digits(id: i64) -> String {
    if id == 0 { String::new() } else { id.to_string() }
}

fn dimensions(conversion: &Conversion) -> Vec<(Dimension, String)> {
    let device = Device::of_number(conversion.device).name();
    let row = digits(conversion.row_id);
    let row_segment = match conversion.smart_link_id == 0 || row.is_empty() {
        true => String::new(),
        false => row_segment(&row, &conversion.country, device, &conversion.os),
    };
    let (page, option) = (digits(conversion.campaign_page_id), digits(conversion.rotator_option_id));
    let values: [(Dimension, &str); 16] = [
        (Dimension::Country, &conversion.country),
        (Dimension::Device, device),
        (Dimension::Os, &conversion.os),
        (Dimension::Browser, &conversion.browser),
        (Dimension::SourceId, &conversion.source_id),
        (Dimension::Sub1, &conversion.sub1),
        (Dimension::Sub2, &conversion.sub2),
        (Dimension::Sub3, &conversion.sub3),
        (Dimension::Sub4, &conversion.sub4),
        (Dimension::Sub5, &conversion.sub5),
        (Dimension::Event, &conversion.event),
        (Dimension::Domain, &conversion.domain),
        (Dimension::Row, &row),
        (Dimension::RowSegment, &row_segment),
        (Dimension::CampaignPage, &page),
        (Dimension::RotatorOption, &option),
    ];
    let given = values.into_iter().filter(|(_, value)| !value.is_empty());
    given.map(|(dimension, value)| (dimension, value.to_owned())).collect()
}
