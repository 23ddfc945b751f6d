//! Files cell by cell: what reads, and what is told of what does not.

use super::{CellError, Header, LONGEST_CELL, Row, UploadKind, plain_cell, safe_cell};
use crate::{
    conversions::ConversionStatus,
    shared::{Calendar, Micros},
};

const CLICK: &str = "0196f3a2b4c58001800000000000002a";

fn cells(line: &str) -> Vec<&[u8]> {
    line.split(',').map(str::as_bytes).collect()
}

fn read(kind: UploadKind, header: &str, line: &str) -> Result<Row, Vec<CellError>> {
    let header = Header::read(kind, &cells(header)).expect("a header");
    Row::read(&header, &cells(line), Calendar::new(chrono_tz::Tz::Asia__Kathmandu))
}

/// Where something is wrong: column and name.
fn places(errors: &[CellError]) -> Vec<(usize, &str)> {
    errors.iter().map(|error| (error.column, error.name.as_str())).collect()
}

#[test]
fn the_template_of_each_kind_reads() {
    for kind in UploadKind::ALL {
        let names: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
        let examples: Vec<&str> = kind.columns().iter().map(|column| column.example).collect();
        let row = read(kind, &names.join(","), &examples.join(","));
        assert!(row.is_ok(), "{kind:?}: {row:?}");
        assert_eq!(kind.name().parse(), Ok(kind));
    }
}

#[test]
fn a_row_is_read_as_its_postback_and_a_local_time_is_the_network_s() {
    let row = read(
        UploadKind::New,
        "CID, order_id ,Amount,status,at",
        &format!("{CLICK}, A-1 ,9.99,Pending,2026-11-21 10:00"),
    );
    let Ok(Row::New(row)) = row else { panic!("{row:?}") };
    assert_eq!((row.call.txn_id.as_str(), row.call.amount), ("A-1", Some(Micros(9_990_000))));
    assert_eq!(row.call.status, Some(ConversionStatus::Pending));
    assert_eq!(row.at.expect("a time").to_rfc3339(), "2026-11-21T04:15:00+00:00");
}

#[test]
fn every_wrong_cell_of_a_row_is_told_at_its_column() {
    let header = "transaction_id,amount,status,at,fraud_flag";
    let errors = read(UploadKind::New, header, "nothing,ten,maybe,yesterday,perhaps").expect_err("wrong");
    let mut told = places(&errors);
    told.sort_unstable();
    let all = [(1, "transaction_id"), (2, "amount"), (3, "status"), (4, "at"), (5, "fraud_flag")];
    assert_eq!(told, all, "{errors:?}");
    let errors = read(UploadKind::New, header, &format!("{CLICK},1")).expect_err("short");
    assert_eq!(places(&errors), [(0, "")]);
    let errors = read(UploadKind::Status, "txn_id,status", ",approved").expect_err("names nothing");
    assert_eq!(places(&errors), [(0, "")]);
    let errors = read(UploadKind::Amounts, "txn_id,amount", "A-1,").expect_err("changes nothing");
    assert_eq!(places(&errors), [(0, "")]);
    let errors = read(UploadKind::Amounts, "txn_id,payout", "A-1,-3").expect_err("negative");
    assert_eq!(places(&errors), [(2, "payout")]);
    let errors = read(UploadKind::New, "Click_ID,amount", "nothing,5").expect_err("no click's id");
    assert_eq!(places(&errors), [(1, "Click_ID")], "a column goes by the file's own word");
}

#[test]
fn a_header_names_what_it_lacks_and_what_nobody_knows() {
    for (kind, header, expected) in [
        (UploadKind::New, "amount", vec![(0, "")]),
        (UploadKind::New, "cid,colour", vec![(2, "colour")]),
        (UploadKind::New, "cid,clickid", vec![(2, "clickid")]),
        (UploadKind::Status, "offer_id", vec![(0, ""), (0, "")]),
        (UploadKind::Amounts, "txn_id", vec![(0, "")]),
    ] {
        let errors = Header::read(kind, &cells(header)).expect_err(header);
        assert_eq!(places(&errors), expected, "{header}: {errors:?}");
    }
    let wide = vec![&b"a"[..]; 10_000];
    let errors = Header::read(UploadKind::New, &wide).expect_err("too wide");
    assert!(errors.len() == 1 && errors[0].message.contains("10000 columns"), "{errors:?}");
}

#[test]
fn hostile_cells_get_a_clear_answer() {
    let giant = vec![b'x'; LONGEST_CELL + 1];
    for (cell, told) in [
        (&b"a\0b"[..], "U+0000"),
        (b"\xff\xfe", "not UTF-8"),
        (b"=cmd()", "formula"),
        (b"@SUM(A1)", "formula"),
        (b"+A1", "formula"),
        (b"a\nb", "U+000A"),
        (&giant, "at most"),
    ] {
        let message = plain_cell(cell).expect_err(told);
        assert!(message.contains(told), "{message}");
    }
    for fine in ["-12.5", "+3", "plain", "", "o'neil"] {
        assert_eq!(plain_cell(fine.as_bytes()), Ok(fine));
    }
    for text in ["=1+1", "-abc", "@home", "+x"] {
        assert_eq!(plain_cell(safe_cell(text).as_bytes()), Ok(text), "our own files read back");
    }
}
