//! From the spool to the rows when something is in the way: a record that no database would take,
//! a disk that takes nothing, files or a watermark that somebody changed. All others go on.

use crate::support::{
    database::Database,
    machine::eventually,
    server::Server,
    visitor::{IPHONE, Visitor},
};
use serde_json::json;
use std::{fs, path::PathBuf, time::Duration};

both_databases!(
    a_record_that_the_database_refuses_is_set_aside_and_all_others_are_stored,
    a_watermark_that_somebody_moved_sets_nothing_aside,
    a_spool_whose_files_were_deleted_goes_on_behind_the_watermark,
    values_that_differ_by_a_nul_alone_are_one_value,
    a_disk_that_takes_records_again_is_noticed_and_what_it_lost_counts_for_nothing
);

/// Bytes of a key's record in its file.
const KEY: u64 = 20;
/// How long the drain may take to notice and to go on.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes the database refuse clicks whose `sub1` is `poison`.
async fn refuse_poison(server: &Server, database: Database) {
    let statement = match database {
        Database::Sqlite => {
            "CREATE TRIGGER refuse BEFORE INSERT ON clicks WHEN NEW.sub1 = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'poison'); END"
        }
        Database::Postgres => "ALTER TABLE clicks ADD CONSTRAINT refuse CHECK (sub1 <> 'poison')",
    };
    server.rows.execute(statement).await;
}

fn kind(server: &Server) -> Database {
    if server.rows.url().is_some() { Database::Postgres } else { Database::Sqlite }
}

/// The files of a folder below the data folder whose names end like this.
fn files_in(server: &Server, folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(server.data().join(folder)).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect()
}

fn bytes_of(files: &[PathBuf]) -> u64 {
    files.iter().map(|file| fs::metadata(file).expect("the file is there").len()).sum()
}

async fn stored(server: &Server) -> i64 {
    server.rows.number("SELECT COUNT(*) FROM clicks").await
}

/// A link to an offer that knows its visitors again for a day.
async fn remembering_link(server: &Server) -> String {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let filter = json!({"duplicate_filter": {"action": "block", "hours": 24}});
    let offer = server.api.create_offer(&advertiser, filter).await;
    let partner = server.api.create_partner("Partner").await;
    server.api.link(&partner, &offer).await
}

async fn a_record_that_the_database_refuses_is_set_aside_and_all_others_are_stored(mut server: Server) {
    let link = remembering_link(&server).await;
    refuse_poison(&server, kind(&server)).await;
    let visitor = Visitor::new(IPHONE, "DE");
    for number in 1..=20 {
        let sub = if number == 7 || number == 8 { "poison" } else { "good" };
        assert_eq!(visitor.number(number).follow(&format!("{link}?sub1={sub}")).await.status, 302);
    }
    server.wait_drained().await;
    assert_eq!(stored(&server).await, 18, "all but the poisoned ones");
    let counted = "SELECT SUM(unique_clicks) FROM rollup_days WHERE dimension = 0";
    assert_eq!(server.rows.number(counted).await, 18, "the sums are of the rows");
    assert_eq!(server.metric("switchyard_records_set_aside_total").await, Some(2.0));
    let aside = bytes_of(&files_in(&server, "spool", "set-aside.frames"));
    assert!(aside > 200, "the records are kept whole, not {aside} bytes");
    let keys = bytes_of(&files_in(&server, "keys", ".keys"));
    assert_eq!(keys, 20 * KEY, "each visitor is remembered on the disk, once");
    server.kill_9();
    server.restart().await;
    assert_eq!(visitor.number(21).follow(&link).await.status, 302);
    server.wait_drained().await;
    assert_eq!(stored(&server).await, 19, "the drain goes on behind what it set aside");
    assert_eq!(bytes_of(&files_in(&server, "spool", "set-aside.frames")), aside);
}

async fn a_watermark_that_somebody_moved_sets_nothing_aside(server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let visitor = Visitor::new(IPHONE, "DE");
    visitor.number(1).follow(&link).await;
    server.wait_drained().await;
    server.rows.execute("UPDATE nodes SET offset_bytes = 0").await;
    visitor.number(2).follow(&link).await;
    eventually("the second click", PATIENCE, async || (stored(&server).await == 2).then_some(())).await;
    assert_eq!(server.metric("switchyard_records_set_aside_total").await, Some(0.0));
    assert!(files_in(&server, "spool", "set-aside.frames").is_empty());
}

async fn values_that_differ_by_a_nul_alone_are_one_value(server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let visitor = Visitor::new(IPHONE, "DE");
    for (number, sub) in [(1, "a"), (2, "a%00"), (3, "%00a"), (4, "%00")] {
        visitor.number(number).follow(&format!("{link}?sub1={sub}&x%00={sub}")).await;
    }
    server.wait_drained().await;
    assert_eq!(stored(&server).await, 4);
    let counted = "SELECT unique_clicks FROM rollup_days WHERE dimension = 6 AND value = 'a'";
    assert_eq!(server.rows.number(counted).await, 3);
    assert_eq!(server.metric("switchyard_records_set_aside_total").await, Some(0.0));
}

async fn a_disk_that_takes_records_again_is_noticed_and_what_it_lost_counts_for_nothing(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let terms = json!({
        "caps": [{"period": "daily", "measure": "clicks", "limit": "21"}],
        "duplicate_filter": {"action": "block", "hours": 24},
    });
    let offer = server.api.create_offer(&advertiser, terms).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let visitor = Visitor::new(IPHONE, "DE");
    // Long ones, so that the spool's file is longer than the server's log, which is under the limit too.
    for number in 1..=20 {
        let long = format!("{link}?sub6={0}&sub7={0}&sub8={0}&sub9={0}", "x".repeat(500));
        assert_eq!(visitor.number(number).follow(&long).await.status, 302);
    }
    server.limit_files_to(&bytes_of(&files_in(&server, "spool", ".spool")).to_string());
    assert_eq!(visitor.number(21).follow(&link).await.status, 302, "the visitor is sent on all the same");
    server.limit_files_to("unlimited");
    assert_eq!(server.metric("switchyard_clicks_unrecorded_total").await, Some(1.0));
    eventually("a server that is ready", PATIENCE, async || {
        (server.visit("/readyz").await.status == 200).then_some(())
    })
    .await;
    let again = visitor.number(21).follow(&link).await;
    assert_eq!(
        again.status, 302,
        "neither the cap's last place is gone nor the visitor known: {}",
        again.text
    );
    assert_eq!(visitor.number(22).follow(&link).await.status, 403, "the cap is full now");
    server.wait_drained().await;
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM clicks WHERE verdict = 0").await, 21);
}

async fn a_spool_whose_files_were_deleted_goes_on_behind_the_watermark(mut server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let visitor = Visitor::new(IPHONE, "DE");
    visitor.number(1).follow(&link).await;
    server.wait_drained().await;
    server.stop().await;
    server.rows.execute("UPDATE nodes SET segment = 57").await;
    for file in files_in(&server, "spool", ".spool") {
        fs::remove_file(file).expect("the file can be removed");
    }
    server.restart().await;
    visitor.number(2).follow(&link).await;
    eventually("the second click", PATIENCE, async || (stored(&server).await == 2).then_some(())).await;
}
