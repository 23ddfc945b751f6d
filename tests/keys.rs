//! What is known of visitors: in memory as far as some filter asks, in files for as long as one could.

use crate::support::{
    folder::Folder,
    machine::eventually,
    server::Server,
    visitor::{IPHONE, Visitor},
};
use serde_json::json;
use std::{fs, path::PathBuf, time::Duration};
use store::tracking::{Demand, KeyKind, Keys, SeenKey};

both_databases!(
    a_filter_that_is_made_longer_knows_earlier_visitors_again,
    a_filter_that_is_set_late_knows_who_has_converted
);

const NOW: u32 = 1_800_000_000;
const HOUR: u32 = 3_600;

fn seen(offer: i64, key: u64, hours_ago: u32) -> SeenKey {
    SeenKey { kind: KeyKind::Seen, offer, key: key << 56 | 9, at: NOW - hours_ago * HOUR }
}

fn demand(offers: &[(i64, u32, bool)]) -> Demand {
    let mut demand = Demand::default();
    offers.iter().for_each(|(offer, hours, converted)| demand.ask(*offer, *hours, *converted));
    demand
}

/// A folder in which two offers have each seen a visitor 1, 30, 100, 700 and 800 hours ago, and one converted.
fn kept() -> Folder {
    let folder = Folder::new();
    let keys = Keys::open(folder.path(), NOW).expect("the disk takes it");
    let ages = [1, 30, 100, 700, 800];
    let all: Vec<_> =
        (1..=2).flat_map(|offer| ages.map(|age| seen(offer, u64::from(age % 251), age))).collect();
    keys.write(&all).expect("the disk takes it");
    let converted = SeenKey { kind: KeyKind::Converted, offer: 1, key: 5, at: NOW - 900 * HOUR };
    keys.write(&[converted]).expect("the disk takes it");
    folder
}

#[test]
fn only_what_a_filter_asks_for_is_in_memory_and_the_rest_is_read_when_it_asks() {
    let folder = kept();
    let keys = Keys::open(folder.path(), NOW).expect("opens");
    assert_eq!(keys.len(), 0, "nothing is read before it is asked for");
    keys.recall(&demand(&[(1, 24, false), (2, 48, false)]), NOW).expect("reads");
    assert_eq!(keys.len(), 3, "1 hour of the first offer; 1 and 30 of the second");
    keys.recall(&demand(&[(1, 720, true), (2, 48, false)]), NOW).expect("reads");
    assert_eq!(keys.len(), 3 + 3 + 1, "30, 100 and 700 hours of the first offer, and who has converted");
    assert_eq!(keys.at(KeyKind::Seen, 1, seen(1, 100, 100).key), Some(NOW - 100 * HOUR));
    assert_eq!(keys.at(KeyKind::Seen, 2, seen(2, 100, 100).key), None);
    let less = demand(&[(1, 24, false), (2, 24, false)]);
    keys.forget_beyond(&less, NOW);
    assert_eq!(keys.len(), 2, "what nobody asks for any more is forgotten");
    keys.recall(&demand(&[(1, 24, true), (2, 200, false)]), NOW).expect("reads");
    assert_eq!(keys.len(), 2 + 1 + 2, "and read again when somebody does");
    keys.forget_beyond(&demand(&[(1, 0, false), (2, 0, false)]), NOW);
    assert!(keys.is_empty(), "deleted offers know nobody");
}

#[test]
fn files_are_kept_for_720_hours_and_a_torn_record_spoils_nothing() {
    let folder = kept();
    let files = || fs::read_dir(folder.path().join("keys")).expect("a folder").count();
    assert_eq!(files(), 6);
    let torn = folder.path().join(format!("keys/{}.keys", (NOW - HOUR) / HOUR));
    let mut bytes = fs::read(&torn).expect("a file");
    bytes.truncate(bytes.len() - 7);
    fs::write(&torn, bytes).expect("written");
    let keys = Keys::open(folder.path(), NOW).expect("opens");
    assert_eq!(files(), 5, "what was seen 800 hours ago is past keeping");
    keys.write(&[seen(3, 77, 1)]).expect("the disk takes it");
    keys.recall(&demand(&[(1, 24, false), (2, 24, false), (3, 24, false)]), NOW).expect("reads");
    assert_eq!(keys.len(), 2, "the torn one is lost, the one behind it is not");
    assert!(keys.at(KeyKind::Seen, 3, seen(3, 77, 1).key).is_some());
}

/// Makes every visitor of the server's files an hour of `age` hours ago.
fn age(server: &Server, age: u32) {
    let files: Vec<PathBuf> = fs::read_dir(server.data().join("keys"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("converted.keys"))
        .collect();
    for path in files {
        let mut bytes = fs::read(&path).expect("a file");
        for record in bytes.chunks_exact_mut(20) {
            let at = u32::from_le_bytes(record[4..8].try_into().expect("four bytes")) - age * HOUR;
            record[4..8].copy_from_slice(&at.to_le_bytes());
        }
        let hour: u32 = path.file_stem().and_then(|name| name.to_str()?.parse().ok()).expect("an hour");
        fs::write(path.with_file_name(format!("{}.keys", hour - age)), bytes).expect("written");
        fs::remove_file(path).expect("removed");
    }
}

async fn a_filter_that_is_made_longer_knows_earlier_visitors_again(mut server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let filter =
        |hours: u32| json!({"duplicate_filter": {"session": "ip", "hours": hours, "action": "block"}});
    let offer = server.api.create_offer(&advertiser, filter(24)).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let visitor = Visitor::new(IPHONE, "DE");
    for number in 1..=40 {
        assert_eq!(visitor.number(number).follow(&link).await.status, 302);
    }
    server.stop().await;
    age(&server, 30);
    server.restart().await;
    assert_eq!(visitor.number(1).follow(&link).await.status, 302, "30 hours are more than 24");
    server.api.patch(&format!("offers/{}", offer.id), filter(48)).await;
    let mut number = 1;
    eventually("earlier visitors are known", Duration::from_secs(10), async || {
        number += 1;
        (visitor.number(number).follow(&link).await.status == 403).then_some(())
    })
    .await;
    assert_eq!(visitor.number(40).follow(&link).await.status, 403);
    assert_eq!(visitor.number(41).follow(&link).await.status, 302, "others are not");
}

async fn a_filter_that_is_set_late_knows_who_has_converted(mut server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let offer = server.api.create_offer(&advertiser, json!({"converted_filter": {"action": "off"}})).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let visitor = Visitor::new(IPHONE, "DE");
    let converts = async |server: &Server, number: u16| {
        let click = visitor.number(number).follow(&link).await.click_id();
        let told = [("transaction_id", click.as_str()), ("verification_token", &advertiser.token)];
        assert_eq!(server.postback(&told).await.status, 200);
    };
    converts(&server, 1).await;
    server.stop().await;
    server.restart().await;
    converts(&server, 2).await;
    assert_eq!(visitor.number(1).follow(&link).await.status, 302, "nobody asks");
    let block = json!({"converted_filter": {"action": "block"}});
    server.api.patch(&format!("offers/{}", offer.id), block).await;
    for number in [1, 2] {
        eventually("who has converted is known", Duration::from_secs(10), async || {
            (visitor.number(number).follow(&link).await.status == 403).then_some(())
        })
        .await;
    }
    assert_eq!(visitor.number(3).follow(&link).await.status, 302, "others are not");
}
