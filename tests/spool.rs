//! The spool as the tracking side uses it, against a folder that is not as it left it.

use crate::support::{
    folder::Folder,
    past::{Seen, record_of, visitor},
    run,
};
use std::fs;
use store::tracking::{
    Folder as SpoolFolder, ImpressionRecord, Position, Record, Spool, VisitorRecord, spool,
};

/// The size of a segment.
const SEGMENT: usize = 32 << 20;

fn open(folder: &Folder) -> Spool {
    let spool_folder = SpoolFolder::open(folder.path()).expect("the folder can be made");
    Spool::open(spool_folder, Position::default(), true).expect("the spool opens")
}

/// Everything between the start and the spool's end.
fn read_all(spool: &Spool) -> Vec<Vec<u8>> {
    let (mut from, mut bodies) = (Position::default(), Vec::new());
    while let Some(chunk) =
        spool::read_between(spool.folder(), from, spool.end(), usize::MAX).expect("the spool reads")
    {
        bodies.extend(spool::frames(&chunk.bytes).0.into_iter().map(<[u8]>::to_vec));
        from = chunk.end;
    }
    bodies
}

#[test]
fn a_file_in_the_place_of_the_next_segment_does_not_stop_the_spool() {
    run(async {
        let folder = Folder::new();
        let spool = open(&folder);
        for number in 2..=3 {
            fs::write(spool.folder().segment(number), b"").expect("the disk takes it");
        }
        let body = vec![7; SEGMENT / 40];
        for number in 0..100 {
            spool.append(&body).await.unwrap_or_else(|full| panic!("record {number}: {full}"));
        }
        assert!(spool.end().segment > 4, "the spool went on behind the files: {:?}", spool.end());
        assert_eq!(read_all(&spool).len(), 100);
    });
}

#[test]
fn what_was_added_to_records_later_does_not_keep_older_ones_from_being_read() {
    let seen = Seen::default();
    let bytes = |asn| {
        let visitor = VisitorRecord { asn, ..visitor(&seen) };
        let record = ImpressionRecord {
            id: 7,
            partner_id: 1,
            offer_id: 2,
            smart_link_id: 0,
            campaign_id: 0,
            visitor,
            payout: 0,
            revenue: 0,
        };
        Record::Impression(Box::new(record)).to_bytes().expect("a record is plain data")
    };
    let asn_of = |bytes: &[u8]| match Record::from_bytes(bytes).expect("a record") {
        Record::Impression(impression) => impression.visitor.asn,
        other => panic!("another record: {other:?}"),
    };
    let (older, newer) = (bytes(0), bytes(4_200_000_001));
    assert!(newer.starts_with(&older), "an older program reads the same record in it");
    assert_eq!((asn_of(&older), asn_of(&newer)), (0, 4_200_000_001));
    assert!(Record::from_bytes(&newer[..newer.len() - 1]).is_err(), "half a number is none");
}

#[test]
fn the_rule_behind_a_click_reads_with_and_without_a_number_of_its_network() {
    let seen = Seen::default();
    let bytes = |asn, rule| {
        let mut click = record_of(&seen);
        (click.visitor.asn, click.smart_switch_rule) = (asn, rule);
        Record::Click(Box::new(click)).to_bytes().expect("a record is plain data")
    };
    let read = |bytes: &[u8]| match Record::from_bytes(bytes).expect("a record") {
        Record::Click(click) => (click.visitor.asn, click.smart_switch_rule.to_owned()),
        other => panic!("another record: {other:?}"),
    };
    let older = bytes(0, "");
    for (asn, rule) in [(0, ""), (64_500, ""), (0, "77"), (64_500, "77")] {
        let written = bytes(asn, rule);
        assert!(written.starts_with(&older), "an older program reads the same record in it");
        assert_eq!(read(&written), (asn, rule.to_owned()));
    }
    let with_rule = bytes(64_500, "77");
    assert!(with_rule.starts_with(&bytes(64_500, "")), "one that knows of the number alone finds it");
    assert!(Record::from_bytes(&with_rule[..with_rule.len() - 1]).is_err(), "half a text is none");
}
