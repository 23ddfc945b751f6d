//! What a SmartSwitch rule says in plain words: each action, each kind of term, for employees and for partners.

use chrono_tz::Europe::Berlin;
use domain::{
    shared::{Calendar, Currency},
    smartswitch::SmartSwitchRule,
};
use serde_json::{Value, json};
use switchyard::smartswitch::rules::words::{Around, Words, words, words_for_partner};

/// The source document's own example by advertiser, with these fields in place of its own.
fn rule(more: Value) -> SmartSwitchRule {
    let mut body = json!({
        "name": "sub4", "entity_type": "advertisers", "advertiser_ids": ["1"], "variable": "sub4",
        "run_every_hours": 1,
        "thresholds": [{ "data_point": "total_clicks", "value": "5001" }],
        "kpis": [{ "metric": "cvr", "value": "0.05" }],
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    serde_json::from_value(body).expect("a rule")
}

fn around<'a>(names: &[&'a str]) -> Around<'a> {
    let currency = "USD".parse::<Currency>().expect("a currency");
    Around { names: names.to_vec(), currency, calendar: Calendar::new(Berlin) }
}

fn told(more: Value) -> Words {
    spaced(words(&rule(more), &around(&["Acme"])))
}

/// With plain blanks between numbers and their units.
fn spaced(words: Words) -> Words {
    Words { sentence: words.sentence.replace('\u{a0}', " "), ..words }
}

#[test]
fn the_example_of_the_source_document_reads_as_people_say_it() {
    assert_eq!(
        told(json!({})),
        Words {
            sentence: "When sub4 of an offer by Acme reaches 5,001 clicks in 24 hours and its CVR is under 0.05 %, we \
                       tell employees and the partner, and block it an hour later (a blank page), until lifted."
                .to_owned(),
            notes: vec![
                "Checked every hour over the last 24 hours.".to_owned(),
                "What has recovered by the end of the delay is left alone.".to_owned(),
                "Traffic without sub4 is not judged.".to_owned(),
            ],
        }
    );
}

#[test]
fn each_action_says_what_it_does_and_when() {
    for (more, expected) in [
        (
            json!({ "action_delay_minutes": 0 }),
            "we block it at once (a blank page), until lifted, and tell employees and the partner.",
        ),
        (
            json!({ "action": "fail_traffic", "action_delay_minutes": 90, "notify_partners": false, "block_hours": 48 }),
            "we tell employees, and send it to the offer's fail traffic 90 minutes later, for 48 hours.",
        ),
        (
            json!({ "action_delay_minutes": 240, "notify_employees": false, "notify_partners": false, "block_hours": 168 }),
            "we block it 4 hours later (a blank page), for 7 days, and tell nobody.",
        ),
        (json!({ "action": "notify" }), "we tell employees and the partner, and do nothing else."),
        (
            json!({ "action": "notify", "notify_employees": false, "notify_partners": false }),
            "we note it and tell nobody.",
        ),
    ] {
        let sentence = told(more.clone()).sentence;
        assert!(sentence.ends_with(&format!("is under 0.05 %, {expected}")), "{more}: {sentence}");
    }
    assert!(told(json!({ "action": "notify" })).notes.iter().all(|note| !note.contains("recovered")));
}

#[test]
fn thresholds_are_joined_by_or_and_kpis_by_and() {
    for (more, expected) in [
        (
            json!({ "thresholds": [
                { "data_point": "total_clicks", "value": "5001" }, { "data_point": "revenue", "value": "100" },
                { "data_point": "all_conversions", "bound": "maximum", "value": "1" },
            ]}),
            "reaches 5,001 clicks or $ 100.00 of revenue, or has at most 1 conversion of any status in 24 hours, and its \
             CVR is under 0.05 %",
        ),
        (
            json!({ "thresholds": [{ "data_point": "payout", "bound": "maximum", "value": "0.5" }], "lookback_hours": 168 }),
            "has at most $ 0.50 of payout in 7 days and its CVR is under 0.05 %",
        ),
        (
            json!({ "kpis": [
                { "metric": "cvr", "operator": "range", "value": "1", "to": "2.5", "only_when_sure": true },
                { "metric": "epc", "operator": "greater_than", "value": "0.0125" },
                { "metric": "duplicate_clicks", "operator": "greater_than", "value": "1000" },
                { "metric": "delta", "value": "30" },
            ]}),
            "its CVR is from 1 % to 2.5 % for sure (95 %) and its EPC is over $ 0.0125 and its duplicate clicks are over \
             1,000 and its delta is under 30 s",
        ),
        (
            json!({ "kpis": [
                { "event": "any", "metric": "evr", "value": "5" },
                { "event": "named", "event_name": "deposit", "metric": "cvr", "value": "1" },
            ]}),
            "its EVR of any event is under 5 % and its CVR of “deposit” is under 1 %",
        ),
        (
            json!({ "kpis": [], "advanced_kpis": [
                { "metric": "wifi_traffic", "operator": "greater_than", "value": "60" },
                { "metric": "duplicate_ips", "operator": "range", "value": "20", "to": "100", "only_when_sure": true },
                { "event": "named", "event_name": "deposit", "metric": "without_device_ids", "operator": "greater_than", "value": "50" },
            ]}),
            "and over 60 % of its conversions come from WiFi traffic and from 20 % to 100 % of its conversions have \
             duplicate IPs for sure (95 %) and over 50 % of its “deposit” events have no device id",
        ),
    ] {
        let sentence = told(more).sentence;
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn offers_are_named_up_to_three_and_the_others_counted() {
    let of = |ids: &[&str], names: &[&str]| {
        let more = json!({ "entity_type": "offers", "offer_ids": ids, "advertiser_ids": [] });
        words(&rule(more), &around(names)).sentence
    };
    assert!(of(&["1"], &["Aurora VPN"]).starts_with("When sub4 of Aurora VPN reaches"));
    assert!(of(&["1", "2"], &["Aurora", "Beta"]).starts_with("When sub4 of Aurora or Beta reaches"));
    let many = of(&["1", "2", "3", "4", "5"], &["Aurora", "Beta", "Gamma"]);
    assert!(many.starts_with("When sub4 of Aurora, Beta, Gamma or 2 more offers reaches"), "{many}");
    let none =
        words(&rule(json!({ "thresholds": [], "kpis": [], "advertiser_ids": [] })), &around(&[])).sentence;
    assert!(none.starts_with("When sub4 of an offer by … reaches … in 24 hours and …, we tell"), "{none}");
}

#[test]
fn notes_tell_dates_by_the_networks_clock_and_what_is_left_alone() {
    let more = json!({
        "start_date": "2026-11-21T13:00:00Z", "end_date": "2026-12-01T00:00:00Z", "run_every_hours": 6,
        "lookback_hours": 1, "recover": false, "judge_empty": true,
        "exclusions": [{ "partner_id": "1", "value": "good" }, { "value": "house" }],
    });
    let expected = [
        "Checked every 6 hours over the last hour.",
        "What has recovered by the end of the delay is acted on all the same.",
        "Runs from 21 Nov 2026, 14:00 until 1 Dec 2026, 01:00.",
        "Leaves alone what its 2 exclusions name.",
        "Traffic without sub4 is judged too, as one source.",
    ];
    assert_eq!(told(more).notes, expected);
}

#[test]
fn a_partner_reads_its_own_offer_and_nothing_of_the_networks_money() {
    let told = |more: Value| spaced(words_for_partner(&rule(more), &around(&["Aurora VPN"]))).sentence;
    let open = told(json!({}));
    assert_eq!(
        open,
        "When sub4 of Aurora VPN reaches 5,001 clicks in 24 hours and its CVR is under 0.05 %, we tell you, and block it \
         an hour later (a blank page), until lifted."
    );
    for metric in ["revenue", "profit", "margin", "rpc", "rpa", "rpm", "pending_revenue"] {
        let kept =
            told(json!({ "kpis": [{ "metric": "cvr", "value": "1" }, { "metric": metric, "value": "7" }] }));
        assert_eq!(
            kept,
            "Quality target not met by sub4 of Aurora VPN: we tell you, and block it an hour later (a blank page), until \
             lifted.",
            "{metric}"
        );
    }
    let kept = told(json!({ "thresholds": [{ "data_point": "revenue", "value": "777" }] }));
    assert!(kept.starts_with("Quality target not met") && !kept.contains("777"), "{kept}");
    assert!(told(json!({ "kpis": [{ "metric": "epc", "value": "0.01" }] })).contains("its EPC is under"));
}
