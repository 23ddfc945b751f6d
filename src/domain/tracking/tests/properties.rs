//! What holds for any visitor and any plan.

use super::{Known, PARTNER, network, now, visit};
use crate::{
    links::{Campaign, SmartLink},
    shared::{
        CampaignId, CapPeriod, ClickId, Condition, Field, Micros, MonitorId, Operator, RowId, SmartLinkId,
    },
    smartswitch::{Blocks, SwitchAction, Variable},
    tracking::{
        Answer, CampaignIndex, Code, Configuration, Decision, Destination, Device, Dice, Hop, MOST_HOPS,
        MacroValues, NotedFacts, Noting, OfferIndex, PlaceTold, Plan, Repeated, RowVerdict, RuleVerdict,
        SessionKeys, SmartLinkIndex, Target, Template, Verdict, Visit, WayTold, decide, explain,
        matching::{Branches, Signals, Targeting},
    },
};
use proptest::{
    prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest},
    sample::select,
};
use serde_json::{Value, json};

const FIELDS: &[&str] = &[
    "country",
    "region",
    "city",
    "language",
    "device",
    "os",
    "os_version",
    "browser",
    "isp",
    "connection",
    "carrier",
    "ip",
    "proxy",
    "is_bot",
    "source_id",
    "sub1",
    "sub30",
    "schedule",
    "offer_cap",
    "site_status",
];
const OPERATORS: &[&str] =
    &["is", "is_not", "contains", "starts_with", "ends_with", "matches", "is_empty", "at_least", "at_most"];
const VALUES: &[&str] = &[
    "DE",
    "us",
    "ios",
    "mobile",
    "1",
    "17.5",
    "192.0.2.0/24",
    "::1",
    "true",
    "false",
    "mon-fri 09:00-17:00",
    "*",
    "(",
    "[a-z]+",
    "",
    "münchen",
    "MÜNCHEN",
    "a",
    "\u{130}",
];
/// What a visitor may bring, in no form at all.
const WORDS: &[&str] = &[
    "",
    "DE",
    "US",
    "ios",
    "17.5.1",
    "..",
    "🦀",
    "a&b=c#d?e/f",
    "\r\nX: y",
    "https://evil.example/",
    "%00",
    "{clickid}",
    "münchen",
    "1e999",
    "-0",
    "@evil.example",
    "\\",
    "https://shop.example/x?y={sub1}",
];

fn condition() -> impl Strategy<Value = Value> {
    (select(FIELDS), select(OPERATORS), proptest::collection::vec(select(VALUES), 0..4))
        .prop_map(|(field, op, values)| json!({"field": field, "op": op, "values": values}))
}

fn conditions() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(condition(), 0..4)
}

fn row() -> impl Strategy<Value = Value> {
    let to = prop_oneof![
        4 => (1..9_i64).prop_map(|id| json!({"offer": id.to_string()})),
        1 => Just(json!({"url": "https://else.example/{sub1}"})),
        1 => Just(json!({"url": "https://{sub1}/"})),
        1 => Just(json!({"smart_link": "1"})),
    ];
    (to, conditions(), select(vec![json!([]), json!([9]), json!([2, 4, 202])]), any::<bool>(), 0..3_u32).prop_map(
        |(destination, targeting, codes, paid, weight)| {
            json!({"destination": destination, "targeting": targeting, "codes": codes, "paid": paid, "weight": weight})
        },
    )
}

fn forwarding() -> impl Strategy<Value = Value> {
    let to = (1..9_i64).prop_map(|id| json!({"offer": id.to_string()}));
    (to, conditions(), any::<bool>()).prop_map(|(to, targeting, paid)| {
        json!({"destination": to, "targeting": targeting, "paid": paid, "partners": if paid { vec!["7"] } else { vec![] }})
    })
}

fn offer() -> impl Strategy<Value = Value> {
    let words = |list: &'static [&'static str]| select(list);
    (
        conditions(),
        proptest::collection::vec(row(), 0..5),
        words(&["priority", "weight"]),
        words(&["active", "active", "active", "paused", "deleted"]),
        words(&["public", "public", "private"]),
        words(&["off", "block", "fail_traffic"]),
        any::<(bool, bool)>(),
        prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(forwarding(), 1..3)],
    )
        .prop_map(|(targeting, rows, mechanism, status, visibility, action, (bots, deep), forwarding)| {
            json!({
                "forwarding": forwarding,
                "targeting": targeting, "fail_traffic": {"rows": rows, "mechanism": mechanism}, "status": status,
                "visibility": visibility, "duplicate_filter": {"action": action}, "converted_filter": {"action": action},
                "block_bots": bots, "deep_links": {"allowed": deep, "hosts": ["shop.example"]}, "forward_query": deep,
                "payout": {"type": "cpc", "amount": "1"}, "revenue": {"type": "rpc", "amount": "2"},
            })
        })
}

/// Any visitor: words for every text, and the yes-or-no signals.
fn visitor() -> impl Strategy<Value = Visit<'static>> {
    (proptest::collection::vec(select(WORDS), 16), any::<(bool, Option<bool>, u64, [u8; 16])>()).prop_map(
        |(words, (is_bot, proxy, key, address))| {
            let mut visitor = visit();
            visitor.subs.fill(words[0]);
            (visitor.country, visitor.region, visitor.city) = (words[1], words[2], words[3]);
            (visitor.os, visitor.os_version, visitor.browser) = (words[4], words[5], words[6]);
            (visitor.isp, visitor.carrier, visitor.source_id) = (words[7], words[8], words[9]);
            (visitor.deep_link, visitor.ref_id, visitor.referrer) = (words[10], words[11], words[12]);
            (visitor.user_agent, visitor.language, visitor.connection) = (words[13], words[14], words[15]);
            (visitor.is_bot, visitor.proxy, visitor.session.ip_user_agent) = (is_bot, proxy, key % 3);
            visitor.ip = std::net::Ipv6Addr::from(address).into();
            visitor.device = if is_bot { Device::Bot } else { Device::Unknown };
            visitor
        },
    )
}

fn smart_link() -> impl Strategy<Value = SmartLink> {
    let row = (1..9_i64, conditions(), 0..3_u32).prop_map(
        |(offer, targeting, weight)| json!({"offer_id": offer.to_string(), "targeting": targeting, "weight": weight}),
    );
    let rows = proptest::collection::vec(row, 0..6);
    let of =
        (select(&["active", "active", "paused"][..]), select(&["priority", "weight"][..]), rows, 0..9_i64);
    of.prop_map(|(status, mechanism, rows, catch_all)| {
        let catch_all = (catch_all > 0).then(|| catch_all.to_string());
        let mut link: SmartLink = serde_json::from_value(json!({
            "name": "L", "status": status, "mechanism": mechanism, "rows": rows, "catch_all_id": catch_all,
        }))
        .expect("a Smart Link");
        let mut next = 0;
        link.number_rows(|| {
            next += 1;
            next
        });
        link
    })
}

/// Rules of any conditions to pages, offers and a rotator.
fn campaign() -> impl Strategy<Value = Campaign> {
    let split = || {
        let offers = proptest::collection::vec((1..9_i64, 0..3_u32), 0..4);
        (offers, any::<(bool, bool)>()).prop_map(|(offers, (shows, rotates))| {
            let offers: Vec<_> = offers
                .iter()
                .map(|(id, weight)| json!({"offer_id": id.to_string(), "weight": weight}))
                .collect();
            let pages = if shows { json!([{"landing_page_id": "1"}]) } else { json!([]) };
            json!({"offers": offers, "landing_pages": pages, "rotator_id": rotates.then_some("2")})
        })
    };
    let live = prop_oneof![
        3 => condition(),
        1 => Just(json!({"field": "offer_cap", "values": ["open"], "of": {"offer": "1"}})),
        1 => select(&["at_least", "at_most"][..]).prop_map(|op| {
            json!({"field": "offer_cap", "op": op, "values": ["2"], "of": {"offer": "2", "period": "day"}})
        }),
        1 => Just(json!({"field": "site_status", "values": ["down"], "of": {"monitor": "1"}})),
    ];
    let rule = (proptest::collection::vec(live, 0..4), split())
        .prop_map(|(conditions, to)| json!({"conditions": conditions, "to": to}));
    let options = proptest::collection::vec((1..9_i64, any::<bool>()), 0..4).prop_map(|options| {
        let option = |(offer, shows): (i64, bool)| {
            json!({"offer_id": offer.to_string(), "landing_page_id": shows.then_some("1")})
        };
        options.into_iter().map(option).collect::<Vec<_>>()
    });
    let rules = proptest::collection::vec(rule, 0..5);
    let of = (select(&["active", "active", "paused"][..]), rules, split(), options, 0..3_u32, 0..60_u32);
    of.prop_map(|(status, rules, defaults, options, cold, floor)| {
        let rotator = json!({
            "id": "2", "name": "R", "options": options, "min_impressions": cold, "exploration": floor.to_string(),
        });
        let mut campaign: Campaign = serde_json::from_value(json!({
            "name": "C", "status": status, "rules": rules, "defaults": defaults, "rotators": [rotator],
            "landing_pages": [{"id": "1", "name": "P", "url": "https://else.example/{sub1}"}],
        }))
        .expect("a campaign");
        let mut next = 2;
        campaign.number(|| {
            next += 1;
            next
        });
        campaign
    })
}

/// Sources that are kept out at some offers: some of the words that visitors bring.
fn blocks() -> impl Strategy<Value = Blocks> {
    let at = (1..9_i64, select(&[Variable::SourceId, Variable::Sub1][..]), any::<bool>(), 0..WORDS.len());
    proptest::collection::vec(at, 0..5).prop_map(|places| {
        let keep = |known: Known, (offer, variable, fails, from): (i64, Variable, bool, usize)| {
            let action = if fails { SwitchAction::FailTraffic } else { SwitchAction::Block };
            WORDS[from..].iter().fold(known, |known, word| known.keeping_out(offer, variable, word, action))
        };
        places.into_iter().fold(Known::default(), keep).blocks
    })
}

fn facts() -> impl Strategy<Value = Known> {
    let pairs = || proptest::collection::vec((0..8_u32, 0..3_u64), 0..6);
    let of_options = || proptest::collection::vec((3..12_i64, 0..4_u32), 0..6);
    let numbered = |mut pairs: Vec<(i64, u32)>| {
        pairs.sort_unstable();
        pairs.dedup_by_key(|(id, _)| *id);
        pairs.into_iter().map(|(id, number)| (RowId(id), number))
    };
    let counts = proptest::collection::vec((0..3_u32, 0..4_u32), 0..3);
    let of_options = (of_options(), of_options());
    let lists = (proptest::collection::vec(0..8_u32, 0..4), pairs(), pairs());
    (lists, any::<bool>(), of_options, counts, blocks()).prop_map(
        move |((capped, seen, converted), is_down, (weights, views), counts, blocks)| Known {
            capped,
            seen,
            converted,
            down: if is_down { vec![MonitorId(1)] } else { Vec::new() },
            conversions: counts
                .into_iter()
                .map(|(offer, count)| (offer, CapPeriod::Daily, u64::from(count)))
                .collect(),
            rotations: vec![(RowId(2), numbered(weights).collect())],
            views: numbered(views).map(|(id, views)| (id, u64::from(views))).collect(),
            blocks,
        },
    )
}

/// Offers, a Smart Link and a campaign over them, and where a click comes in.
fn web() -> impl Strategy<Value = (Configuration, Target)> {
    let target = select(vec![
        Target::Offer(OfferIndex(0)),
        Target::SmartLink(SmartLinkIndex(0)),
        Target::Campaign(CampaignIndex(0)),
    ]);
    (proptest::collection::vec(offer(), 1..8), smart_link(), campaign(), target).prop_map(
        |(offers, link, flow, target)| {
            let mut configuration = network(&offers);
            configuration.smart_links.push((SmartLinkId(1), "s".to_owned(), link));
            configuration.campaigns.push((CampaignId(1), "c".to_owned(), flow));
            (configuration, target)
        },
    )
}

/// Whether what a place told fits the stop that the click made there.
fn fits(place: &PlaceTold, hop: &Hop, next: Option<&Hop>) -> bool {
    let is_taken = hop.reserves || hop.verdict != Verdict::Invalid || hop.code == Some(Code::Bot);
    match place {
        PlaceTold::Offer(told) => {
            let rows = if told.forwarding.iter().any(|row| row.propensity > 0.0) {
                &told.forwarding
            } else {
                &told.fail_traffic
            };
            let is_drawn = |row: u16| rows.get(usize::from(row)).is_some_and(|row| row.propensity > 0.0);
            let refused = if hop.verdict == Verdict::Invalid { hop.code } else { None };
            let is_bot = hop.code == Some(Code::Bot);
            let way = next.and_then(|next| next.branch).filter(|_| next.is_some_and(|hop| hop.row.is_none()));
            (told.refused == refused || is_bot)
                && told.drawn.is_none_or(is_drawn)
                && (way.is_none() || way == told.drawn)
                && (next.is_none_or(|next| next.offer.is_none()) || told.drawn.is_some())
        }
        PlaceTold::SmartLink(told) => {
            let drawn = hop.branch.filter(|_| hop.row.is_some());
            match drawn.and_then(|row| told.rows.get(usize::from(row))) {
                Some(row) => row.verdict == RowVerdict::Takes && row.propensity > 0.0,
                None => told.rows.iter().all(|row| row.verdict != RowVerdict::Takes),
            }
        }
        PlaceTold::Campaign(told) => {
            let winner = told.rules.iter().find(|rule| rule.verdict == RuleVerdict::Wins);
            let taking = |ways: &[WayTold]| ways.iter().any(|way| way.propensity > 0.0);
            match (hop.row, winner) {
                (Some(_), winner) => winner.map(|rule| rule.place) == hop.branch.map(usize::from),
                (None, winner) => {
                    (winner.is_none() || !taking(&told.ways))
                        && (!is_taken || told.defaults.iter().any(|way| Some(way.offer) == hop.offer))
                }
            }
        }
    }
}

fn took(decision: &Decision) -> bool {
    match &decision.answer {
        Answer::Redirect {
            to:
                Destination::LandingPage { .. } | Destination::DeepLink { .. } | Destination::CampaignPage { .. },
            ..
        } => true,
        Answer::Redirect {
            to: Destination::FailUrl { .. } | Destination::ForwardUrl { .. } | Destination::Fallback,
            ..
        }
        | Answer::Page(_)
        | Answer::Blank => false,
    }
}

proptest! {
    #[test]
    fn every_click_on_every_plan_has_a_sound_decision(
        (configuration, target) in web(), visitor in visitor(), known in facts(), seed in any::<u64>(),
    ) {
        let (plan, _) = Plan::compile(configuration);
        let decided = || decide(&plan, Some(PARTNER), target, &visitor, &known, now(), Dice(seed));
        let decision = decided();
        prop_assert_eq!(&decision, &decided(), "the same input gives the same decision");
        prop_assert!((1..=MOST_HOPS).contains(&decision.hops.len()));
        let last = decision.hops.len() - 1;
        for (place, hop) in decision.hops.iter().enumerate() {
            let taken = place == last && took(&decision);
            prop_assert!(taken || hop.verdict == Verdict::Invalid, "only what is taken counts");
            prop_assert!(!hop.reserves || taken && !visitor.is_bot, "a cap is reserved only where the click is taken");
            prop_assert!(hop.remember.is_none() || hop.verdict == Verdict::Valid);
            prop_assert!(hop.payout == Micros::ZERO || hop.verdict == Verdict::Valid && hop.paid);
            prop_assert_eq!(hop.code.is_none(), hop.verdict == Verdict::Valid);
            prop_assert_eq!(hop.smart_switch_rule.is_some(), hop.code == Some(Code::SmartSwitch));
            let is_through = hop.smart_link.is_some() || hop.campaign.is_some();
            prop_assert!(hop.smart_link.is_none() || hop.campaign.is_none());
            prop_assert!(is_through || hop.branch.is_none() == (place == 0));
            prop_assert!(hop.row.is_none() || is_through && place == last);
            prop_assert!(hop.campaign_page.is_some() == (taken && decision.onward.is_some()));
            prop_assert!(hop.rotator_option.is_none() || hop.campaign.is_some() && taken);
            prop_assert_eq!(is_through && hop.index.is_none(), hop.code == Some(Code::NoMatchingOffer)
                || hop.code == Some(Code::OfferNotActive) && hop.offer.is_none());
            prop_assert!(hop.propensity > 0.0 && hop.propensity <= 1.0);
            prop_assert!(decision.hops[..place].iter().all(|before| before.index != hop.index), "no offer twice");
        }
        let is_switched = decision.hops.iter().any(|hop| hop.code == Some(Code::SmartSwitch));
        prop_assert!(is_switched || decision.answer != Answer::Blank, "nothing is shown only by SmartSwitch");
        let urls = [decision.url(&plan, &visitor, ClickId(1)), decision.onward_url(&plan, &visitor, ClickId(1))];
        for url in urls.into_iter().flatten() {
            prop_assert!(url.bytes().all(|b| b.is_ascii_graphic()), "{} fits into a header", url);
            let host = url::Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
            let named = host.strip_prefix("shop").and_then(|rest| rest.strip_suffix(".example"));
            prop_assert!(host == "else.example" || named.is_some_and(|n| n.len() <= 1), "{} is no host of ours", host);
        }
    }

    /// What is kept of a click is enough to decide it again, and what is told of it is what happened.
    #[test]
    fn what_was_noted_makes_the_same_decision_and_explains_it(
        (configuration, target) in web(), visitor in visitor(), known in facts(), seed in any::<u64>(),
    ) {
        let (plan, _) = Plan::compile(configuration.clone());
        let noting = Noting::new(&plan, &known);
        let mut decision = decide(&plan, Some(PARTNER), target, &visitor, &noting, now(), Dice(seed));
        let kept = noting.into_noted().to_json();
        let noted = NotedFacts::of_json(&kept);
        prop_assert_eq!(&NotedFacts::of_json(&noted.to_json()), &noted);
        let mut stored = visitor.clone();
        stored.session = SessionKeys::default();
        stored.deep_link = decision.followed_deep_link(&visitor).unwrap_or_default();
        let (plan, _) = Plan::compile(configuration);
        let facts = Repeated { plan: &plan, noted: &noted };
        let mut again = explain(&plan, Some(PARTNER), target, &stored, &facts, now(), Dice(seed));
        decision.hops.iter_mut().chain(&mut again.decision.hops).for_each(|hop| hop.remember = None);
        prop_assert_eq!(&again.decision, &decision);
        let hops = &decision.hops;
        let blocked = noted.met.iter().filter(|noted| noted.met.action == SwitchAction::Block);
        let blocked: Vec<_> = blocked.map(|noted| Some(noted.offer_id)).collect();
        let ends = hops.iter().position(|hop| hop.code == Some(Code::SmartSwitch) && blocked.contains(&hop.offer));
        prop_assert!(ends.is_none_or(|at| at + 1 == hops.len() && decision.answer == Answer::Blank), "a block ends it");
        prop_assert!(!again.places.is_empty() && again.places.len() <= hops.len());
        for (at, place) in again.places.iter().enumerate() {
            prop_assert!(fits(place, &hops[at], hops.get(at + 1)), "{:?} is not {:?}", place, hops[at]);
        }
    }

    #[test]
    fn masking_the_taken_offer_keeps_the_way_to_it(
        offers in proptest::collection::vec(offer(), 2..8), visitor in visitor(), seed in any::<u64>(),
    ) {
        let (plan, _) = Plan::compile(network(&offers));
        let decided =
            |known: &Known| decide(&plan, Some(PARTNER), Target::Offer(OfferIndex(0)), &visitor, known, now(), Dice(seed));
        let decision = decided(&Known::default());
        if let (true, Some(last)) = (took(&decision), decision.hops.last()) {
            let masked = decided(&Known { capped: vec![last.index.expect("an offer").0], ..Known::default() });
            let before = decision.hops.len() - 1;
            prop_assert_eq!(&masked.hops[..before], &decision.hops[..before]);
            prop_assert_eq!(masked.hops[before].code.map(|code| code.number()), Some(2));
        }
    }

    #[test]
    fn an_exclude_beats_an_include(
        field in select(&["region", "city", "os", "browser", "isp", "carrier", "source_id", "sub7"][..]),
        word in "[a-zA-Zäöü0-9 ]{0,12}[a-zA-Zäöü0-9]", others in proptest::collection::vec("[a-z]{1,5}", 0..12),
    ) {
        let field: Field = field.parse().expect("a field");
        let word = word.trim().to_owned();
        let upper = word.to_uppercase().to_lowercase() == word.to_lowercase();
        let entry = |operator, values: Vec<String>| Condition { field, operator, values, of: None };
        let included: Vec<String> = others.iter().cloned().chain([word.clone()]).collect();
        let excluded = if upper { word.to_lowercase() } else { word.clone() };
        let include = entry(Operator::Is, included);
        let exclude = entry(Operator::IsNot, vec![excluded]);
        let lowered = word.to_lowercase();
        let mut visitor = visit();
        visitor.subs[6] = &word;
        (visitor.region, visitor.city, visitor.isp, visitor.carrier, visitor.source_id) = (&word, &word, &word, &word, &word);
        (visitor.os, visitor.browser) = (&lowered, &lowered);
        let lets_in = |conditions: &[Condition]| {
            Targeting::compile(conditions).0.check(&Signals::new(&visitor, now())).is_ok()
        };
        prop_assert!(lets_in(std::slice::from_ref(&include)));
        prop_assert!(!lets_in(&[include.clone(), exclude.clone()]));
        prop_assert!(!lets_in(&[exclude, include]));
    }

    #[test]
    fn rows_asked_together_let_in_whom_each_lets_in_alone(
        rows in proptest::collection::vec(proptest::collection::vec(condition(), 0..4), 0..140), visitor in visitor(),
        each in any::<bool>(),
    ) {
        let targetings = || rows.iter().map(|row| {
            let conditions: Vec<Condition> = serde_json::from_value(Value::Array(row.clone())).expect("conditions");
            if each { Targeting::each(&conditions).0 } else { Targeting::compile(&conditions).0 }
        });
        let signals = Signals::new(&visitor, now());
        let alone = targetings().enumerate().filter(|(_, row)| row.check(&signals).is_ok()).map(|(at, _)| at);
        let branches = Branches::compile(targetings().collect());
        prop_assert_eq!(branches.letting_in(&signals).collect::<Vec<_>>(), alone.collect::<Vec<_>>());
    }

    #[test]
    fn no_value_changes_scheme_or_host(
        template in "(https?:/{0,3})?[a-z{}@:./\\\\?#\t é]{0,12}(\\{sub1\\}|\\{os\\}|[a-z./:@?#]){0,8}", values in proptest::collection::vec(select(WORDS), 2),
    ) {
        let parsed = Template::parse(&template);
        let destination = |first: &'static str, second: &'static str| {
            let mut visitor = Visit { os: second, ..visit() };
            visitor.subs[0] = first;
            let values = MacroValues {
                click: ClickId(1), timestamp: 0, visit: &visitor, offer: None, offer_name: "", partner: None,
                advertiser: None, smart_link: None,
            };
            let mut out = String::new();
            parsed.expand(&values, &mut out);
            url::Url::parse(&out).ok().map(|url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port()))
        };
        let plain = destination("a", "b");
        prop_assert_eq!(destination(values[0], values[1]), plain.clone(), "{}", template);
        prop_assert!(!parsed.is_sound() || plain.is_some(), "a sound template leads somewhere: {}", template);
    }

    #[test]
    fn any_text_can_be_a_template(text in "\\PC{0,80}") {
        let parsed = Template::parse(&text);
        let visitor = visit();
        let values = MacroValues {
            click: ClickId(1), timestamp: 0, visit: &visitor, offer: None, offer_name: "", partner: None, advertiser: None,
            smart_link: None,
        };
        let mut out = String::new();
        parsed.expand(&values, &mut out);
        prop_assert!(out.bytes().all(|b| b.is_ascii_graphic()));
    }
}
