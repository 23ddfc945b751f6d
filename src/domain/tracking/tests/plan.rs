//! What compiling keeps, and what it reports.

use super::{PARTNER, network};
use crate::{
    shared::{Calendar, CampaignId, LandingPageId, OfferId},
    tracking::{FlawedObject, OfferIndex, Plan, Target},
};
use chrono_tz::Tz;
use serde_json::json;

#[test]
fn codes_and_ids_lead_to_the_same_offer() {
    let mut configuration = network(&[json!({}), json!({"status": "deleted"})]);
    configuration.zone = Tz::Asia__Kolkata;
    configuration
        .partner_offers
        .push(serde_json::from_value(json!({"partner_id": "7", "offer_id": "2"})).expect("terms"));
    configuration
        .partner_offers
        .push(serde_json::from_value(json!({"partner_id": "7", "offer_id": "9"})).expect("terms"));
    let (plan, flaws) = Plan::compile(configuration);
    assert_eq!(flaws, vec![]);
    let index = plan.offer_index(OfferId(2)).expect("known");
    assert_eq!(plan.target_by_code("o2"), Some(Target::Offer(index)));
    assert_eq!((plan.offer_index(OfferId(2)), index), (Some(index), OfferIndex(1)));
    assert_eq!(plan.offer(index).map(|offer| (offer.id(), offer.code())), Some((OfferId(2), "o2")));
    assert_eq!(
        (plan.partner_by_code("p"), plan.partner_by_code("x"), plan.target_by_code("x")),
        (Some(PARTNER), None, None)
    );
    let share = plan.share_index(PARTNER, index).expect("terms");
    assert_eq!(plan.share(share).map(|share| (share.partner(), share.offer())), Some((PARTNER, index)));
    assert_eq!((plan.shares().len(), plan.share_index(PARTNER, OfferIndex(0))), (1, None));
    assert_eq!(plan.calendar(), Calendar::new(Tz::Asia__Kolkata));
}

#[test]
fn a_configuration_reads_back_from_json() {
    let configuration = network(&[json!({"targeting": [{"field": "os", "values": ["ios"]}]})]);
    let text = serde_json::to_string(&configuration).expect("JSON");
    assert_eq!(
        serde_json::from_str::<crate::tracking::Configuration>(&text).expect("reads back"),
        configuration
    );
}

#[test]
fn addresses_that_lead_back_to_a_link_of_the_network_are_told() {
    let mut configuration = network(&[json!({}), json!({}), json!({}), json!({})]);
    let back = "https://any.example/c/p/o2?x={clickid}";
    for (place, url) in
        [back, "https://any.example/c/p/o9", "https://any.example/c/other/o2"].iter().enumerate()
    {
        configuration.landing_pages[place].2.url = (*url).to_owned();
    }
    let campaign = json!({"name": "C", "landing_pages": [{"id": "5", "name": "Page", "url": back}]});
    configuration.campaigns =
        vec![(CampaignId(3), "s".to_owned(), serde_json::from_value(campaign).expect("a campaign"))];
    let (_, flaws) = Plan::compile(configuration);
    let of_loops = flaws.into_iter().filter(|flaw| flaw.message.contains("loop"));
    assert_eq!(
        of_loops.map(|flaw| (flaw.object, flaw.field)).collect::<Vec<_>>(),
        [
            (FlawedObject::Offer(OfferId(1)), "landing_pages".to_owned()),
            (FlawedObject::Campaign(CampaignId(3)), "landing_pages[0].url".to_owned()),
        ]
    );
}

#[test]
fn flaws_name_the_object_and_the_place() {
    let rows = json!([{"destination": {"url": "nowhere"}}, {"destination": {"offer": "77"}},
        {"destination": {"url": "https://a.example"}, "targeting": [{"field": "ip", "values": ["x"]}]}]);
    let mut configuration = network(&[json!({
        "targeting": [{"field": "os", "values": ["ios"]}, {"field": "sub1", "op": "matches", "values": ["("]}],
        "fail_traffic": {"rows": rows},
    })]);
    configuration.landing_pages[0].2.url = "ftp://a.example".to_owned();
    let (_, flaws) = Plan::compile(configuration);
    let offer = FlawedObject::Offer(OfferId(1));
    for (object, field) in [
        (FlawedObject::LandingPage(LandingPageId(10)), "url"),
        (offer, "landing_pages"),
        (offer, "targeting[1]"),
        (offer, "fail_traffic.rows[0].destination"),
        (offer, "fail_traffic.rows[1].destination"),
        (offer, "fail_traffic.rows[2].targeting[0]"),
    ] {
        assert!(
            flaws.iter().any(|flaw| flaw.object == object && flaw.field == field),
            "{field} in {flaws:?}"
        );
    }
}

#[test]
fn every_reason_that_fail_traffic_can_be_for_is_a_code() {
    for reason in crate::offers::FAIL_REASONS {
        assert!(crate::tracking::Code::of_number(reason).is_some(), "{reason}");
    }
}

#[test]
fn the_cookie_is_wanted_where_fail_traffic_can_end_at_an_offer_that_asks_for_it() {
    let to = |offers: &[&str]| {
        let rows: Vec<_> = offers.iter().map(|offer| json!({"destination": {"offer": offer}})).collect();
        json!({"fail_traffic": {"rows": rows}})
    };
    let asks = json!({"duplicate_filter": {"session": "cookie"}});
    // 1 → 2 → 3, which asks; 4 leads to 5, which does not; 6 and 7 lead to each other and to 3.
    let offers = [to(&["2"]), to(&["3"]), asks, to(&["5"]), json!({}), to(&["7", "3"]), to(&["6"])];
    let (plan, _) = Plan::compile(network(&offers));
    let wants: Vec<bool> = plan.offers().iter().map(|offer| offer.wants_cookie()).collect();
    assert_eq!(wants, [true, true, true, false, false, true, true]);
}
