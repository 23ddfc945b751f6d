//! Files of conversions: scanned row by row, written whole or not at all, and never twice.

use crate::{
    conversions::the_figures_are_the_rows,
    support::{
        api::{Api, client, id_of},
        machine::eventually,
        server::Server,
        session::Session,
        visitor::{IPHONE, Visitor},
    },
};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::{fmt::Write, time::Duration};

both_databases!(
    a_file_is_scanned_then_written_and_the_same_file_again_changes_nothing,
    one_bad_row_and_nothing_is_written,
    hostile_files_get_clear_answers,
    statuses_and_amounts_move_the_figures_and_tell_their_story,
    a_crash_in_the_middle_of_writing_is_finished_by_the_next_start,
    a_cap_is_not_passed_by_a_file,
    what_is_called_off_is_never_written,
    a_form_uploads_a_file_without_a_script,
    many_conversions_are_decided_once_their_effect_was_seen,
    what_somebody_decides_meanwhile_stays,
);

/// How long a small file may take.
const SOON: Duration = Duration::from_secs(20);
const COUNT: &str = "SELECT COUNT(*) FROM conversions";

/// Waits until an upload is neither scanned nor written.
async fn settled(api: &Api, id: &str) -> Value {
    eventually("the upload settles", SOON, async || {
        let upload = api.get(&format!("uploads/{id}")).await;
        let is_busy = ["scanning", "writing"].iter().any(|busy| upload["state"] == *busy);
        (!is_busy).then_some(upload)
    })
    .await
}

/// Uploads a file and waits for its scan.
async fn scanned(api: &Api, kind: &str, file: &str) -> Value {
    let reply = api.upload(kind, file).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    settled(api, &id_of(&reply.json)).await
}

/// Has an upload written and waits for its end.
async fn written(api: &Api, upload: &Value) -> Value {
    let id = id_of(upload);
    api.post(&format!("uploads/{id}/write"), Value::Null).await;
    let upload = settled(api, &id).await;
    assert_eq!(upload["state"], "written", "{upload}");
    upload
}

async fn errors(api: &Api, upload: &Value) -> Vec<(i64, String, String)> {
    let list = api.list(&format!("uploads/{}/errors", id_of(upload))).await;
    let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let told =
        |error: &Value| (error["row"].as_i64().expect("a row"), text(error, "name"), text(error, "message"));
    list.iter().map(told).collect()
}

/// A click that is stored.
async fn click(server: &Server, link: &str) -> String {
    let click = Visitor::new(IPHONE, "DE").follow(link).await.click_id();
    server.wait_drained().await;
    click
}

/// A file of so many orders of one click.
fn orders(click: &str, count: usize) -> String {
    let mut file = "transaction_id,txn_id,amount,status\n".to_owned();
    for order in 0..count {
        writeln!(file, "{click},order-{order},10.00,approved").expect("writing to a string");
    }
    file
}

async fn a_file_is_scanned_then_written_and_the_same_file_again_changes_nothing(server: Server) {
    let api = &server.api;
    let (_, offer, link) = api.create_link().await;
    api.create_event(&offer.id, "deposit", "3", "5").await;
    let click = click(&server, &link).await;
    let file = format!(
        "transaction_id,event,txn_id,amount,status\n{click},,A-1,10,approved\n{click},,A-2,20,pending\n\
         {click},deposit,D-1,30,approved\n{click},,A-3,40,rejected\n"
    );
    let upload = scanned(api, "new", &file).await;
    assert_eq!(
        (&upload["state"], &upload["rows"], &upload["changes"]),
        (&json!("ready"), &json!(4), &json!(4))
    );
    let total = &upload["effect"]["total"];
    let counts = ["approved", "pending", "rejected", "events"].map(|name| total[name].as_i64());
    assert_eq!(counts, [Some(1); 4], "{total}");
    assert_eq!(server.rows.number(COUNT).await, 0, "nothing is written before it is decided");
    let upload = written(api, &upload).await;
    assert_eq!((&upload["changed"], server.rows.number(COUNT).await), (&json!(4), 4));
    the_figures_are_the_rows(&server).await;
    let report = api.report("offer", "").await;
    assert_eq!(report["totals"]["payout"], total["payout"], "the effect that was shown is the one that came");
    let facts = server.rows.number("SELECT COUNT(*) FROM outbox WHERE kind = 'conversion'").await;
    assert_eq!(facts, 4, "whoever wants to know is told as by a postback");
    let rollups = "SELECT SUM(payout) FROM rollup_hours";
    let before = server.rows.number(rollups).await;
    let again = scanned(api, "new", &file).await;
    assert_eq!((&again["changes"], &again["unchanged"]), (&json!(0), &json!(4)));
    assert_eq!(again["same_as"], upload["id"]);
    let again = written(api, &again).await;
    assert_eq!(again["changed"], 0);
    assert_eq!((server.rows.number(COUNT).await, server.rows.number(rollups).await), (4, before));
}

async fn one_bad_row_and_nothing_is_written(server: Server) {
    let api = &server.api;
    let (_, _, link) = api.create_link().await;
    let click = click(&server, &link).await;
    let missing = "0196f3a2b4c58001800000000000002a";
    let file = format!(
        "transaction_id,txn_id,amount,event,at\n{click},A-1,10,,\n{missing},A-2,10,,\n{click},A-3,much,,\n\
         {click},A-1,10,,\n{click},A-4,10,nothing,\n{click},A-5,10,,2999-01-01T00:00:00Z\n{click},A-6,10,,2001-01-01T00:00:00Z\n"
    );
    let upload = scanned(api, "new", &file).await;
    assert_eq!((&upload["state"], &upload["errors"]), (&json!("refused"), &json!(6)), "{upload}");
    let places: Vec<_> = errors(api, &upload).await.into_iter().map(|(row, name, _)| (row, name)).collect();
    let expected = [(3, "transaction_id"), (4, "amount"), (5, ""), (6, "event"), (7, "at"), (8, "at")];
    assert_eq!(places, expected.map(|(row, name)| (row, name.to_owned())));
    let reply = api.call(Method::POST, &format!("uploads/{}/write", id_of(&upload)), Value::Null).await;
    assert_eq!(reply.status, 409, "{}", reply.text);
    assert_eq!(server.rows.number(COUNT).await, 0);
    let session = Session::of(&server, &server.networks[0]).await;
    let path = format!("/settings/uploads/{}", id_of(&upload));
    let page = session.get(&path).await;
    assert!(
        page.text.contains("6 errors") && page.text.contains("is the same conversion as row 2"),
        "{}",
        page.text
    );
    let all = session.get(&format!("{path}/errors")).await;
    assert!(
        all.text.starts_with("row,column,name,value,error") && all.text.lines().count() == 7,
        "{}",
        all.text
    );
}

async fn hostile_files_get_clear_answers(server: Server) {
    let api = &server.api;
    let (_, _, link) = api.create_link().await;
    let click = click(&server, &link).await;
    let wide = vec!["x"; 10_000].join(",");
    let giant = format!("transaction_id,txn_id\n{click},\"{}\n", "y".repeat(100_000));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"\xff\xfet\0r\0".to_vec(), "UTF-16"),
        (b"transaction_id\n".to_vec(), "no rows"),
        (b"\n\n".to_vec(), "empty"),
        (wide.into_bytes(), "10000 columns"),
        (giant.into_bytes(), "quotation mark"),
        (format!("transaction_id,txn_id\n{click},a\0b\n").into_bytes(), "U+0000"),
        ([format!("transaction_id,txn_id\n{click},").as_bytes(), b"\xc3\x28\n"].concat(), "not UTF-8"),
        (format!("transaction_id,txn_id\n{click},=1+1\n").into_bytes(), "formula"),
        (format!("transaction_id,txn_id\n{click}\n").into_bytes(), "1 cells where the first row has 2"),
        (format!("{click},A-1\n{click},A-2\n").into_bytes(), "no column of such a file"),
    ];
    for (file, told) in cases {
        let reply = api.upload("new", file).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let upload = settled(api, &id_of(&reply.json)).await;
        assert_eq!(upload["state"], "refused", "{told}: {upload}");
        let errors = errors(api, &upload).await;
        assert!(errors.iter().any(|(_, _, message)| message.contains(told)), "{told}: {errors:?}");
    }
    // What spreadsheets write: a mark at the front, semicolons, CRLF, empty rows at the end.
    let file = format!("\u{feff}transaction_id;txn_id\r\n{click};'-A\r\n;\r\n\r\n");
    let upload = scanned(api, "new", &file).await;
    assert_eq!((&upload["state"], &upload["changes"]), (&json!("ready"), &json!(1)), "{upload}");
    for (kind, file, field) in [("colour", "x", "kind"), ("new", "", "file")] {
        let reply = api.upload(kind, file).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["errors"][0]["field"]),
            (422, &json!(field)),
            "{}",
            reply.text
        );
    }
    assert_eq!(server.rows.number(COUNT).await, 0);
}

async fn statuses_and_amounts_move_the_figures_and_tell_their_story(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let terms = json!({"payout": {"type": "cpa_cps", "amount": "1", "percent": "10"}, "revenue": {"type": "rpa", "amount": "5"}});
    let offer = api.create_offer(&advertiser, terms).await;
    let partner = api.create_partner("Partner").await;
    let link = api.link(&partner, &offer).await;
    let click = click(&server, &link).await;
    let upload = scanned(api, "new", &orders(&click, 3)).await;
    written(api, &upload).await;
    let upload =
        scanned(api, "status", "txn_id,status\norder-0,rejected\norder-1,approved\norder-9,rejected\n").await;
    let told = errors(api, &upload).await;
    assert_eq!(told.iter().map(|(row, ..)| *row).collect::<Vec<_>>(), [4], "{told:?}");
    let upload = scanned(api, "status", "txn_id,status\norder-0,rejected\norder-1,approved\n").await;
    assert_eq!((&upload["changes"], &upload["unchanged"]), (&json!(1), &json!(1)));
    assert_eq!(upload["effect"]["total"]["payout"], "-2.00");
    assert_eq!(upload["effect"]["partners"][0]["partner_id"], json!(partner));
    written(api, &upload).await;
    let upload = scanned(api, "amounts", "txn_id,amount,revenue\norder-1,30,\norder-2,,7.50\n").await;
    assert_eq!(upload["effect"]["total"]["payout"], "2.00", "ten percent of the 20 that the sale is larger");
    let upload = written(api, &upload).await;
    the_figures_are_the_rows(&server).await;
    let list = api.list("conversions?txn_id=order-1").await;
    assert_eq!(
        (&list[0]["amount"], &list[0]["payout"], &list[0]["revenue"]),
        (&json!("30.00"), &json!("4.00"), &json!("5.00"))
    );
    let conversion = api.get(&format!("conversions/{}", id_of(&list[0]))).await;
    let note = conversion["history"][1]["note"].as_str().unwrap_or_default();
    assert_eq!(note, format!("upload {}; amount 10.00 → 30.00; payout 2.00 → 4.00", id_of(&upload)));
    let by_hand = "SELECT COUNT(*) FROM conversions WHERE by_hand = 1 AND code = 9";
    assert_eq!(server.rows.number(by_hand).await, 1);
}

async fn a_crash_in_the_middle_of_writing_is_finished_by_the_next_start(mut server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let mut file = "transaction_id,txn_id,amount,status\n".to_owned();
    for place in 0..100 {
        let subs: String = (1..=5).map(|sub| format!("sub{sub}=value-{sub}-{place}&")).collect();
        let click =
            Visitor::new(IPHONE, "DE").number(place).follow(&format!("{link}?{subs}")).await.click_id();
        file.extend(
            orders(&click, 60)
                .lines()
                .skip(1)
                .map(|line| format!("{}\n", line.replace("order-", &format!("order-{place}-")))),
        );
    }
    server.wait_drained().await;
    let upload = scanned(&server.api, "new", &file).await;
    let id = id_of(&upload);
    server.api.post(&format!("uploads/{id}/write"), Value::Null).await;
    comes_to(&server, &id, "some rows are written", |upload| upload["written"].as_i64() > Some(0)).await;
    server.kill_9();
    let there = server.rows.number(COUNT).await;
    assert!(there > 0 && there < 6_000, "{there} of 6,000 rows were there when it died");
    server.restart().await;
    // Then between the last row and its figures, or hardly later.
    comes_to(&server, &id, "all rows are written", |upload| upload["written"] == upload["changes"]).await;
    server.kill_9();
    server.restart().await;
    let upload = settled(&server.api, &id).await;
    for counted in ["changed", "counted"] {
        assert_eq!((&upload["state"], &upload[counted]), (&json!("written"), &json!(6_000)), "{counted}");
    }
    assert_eq!(server.rows.number(COUNT).await, 6_000);
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM conversion_history").await, 6_000);
    the_figures_are_the_rows(&server).await;
    let of_subs = "SELECT COUNT(*) FROM (SELECT value FROM rollup_totals WHERE basis = 1 AND value LIKE 'value-%' \
                   GROUP BY dimension, value HAVING SUM(approved) = 60) AS whole";
    assert_eq!(server.rows.number(of_subs).await, 500, "every value of five subs, once");
    for table in ["upload_parts", "upload_rows", "upload_values"] {
        eventually("what is no longer needed goes", SOON, async || {
            (server.rows.number(&format!("SELECT COUNT(*) FROM {table}")).await == 0).then_some(())
        })
        .await;
    }
}

/// Waits until an upload is so far.
async fn comes_to(server: &Server, id: &str, what: &str, is_it: impl Fn(&Value) -> bool) {
    eventually(what, SOON, async || {
        let upload = server.api.get(&format!("uploads/{id}")).await;
        is_it(&upload).then_some(())
    })
    .await;
}

async fn a_cap_is_not_passed_by_a_file(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let caps = json!({"caps": [{"period": "monthly", "measure": "conversions", "limit": "120"}]});
    let offer = api.create_offer(&advertiser, caps).await;
    let partner = api.create_partner("Partner").await;
    let link = api.link(&partner, &offer).await;
    let click = click(&server, &link).await;
    let upload = scanned(api, "new", &orders(&click, 300)).await;
    written(api, &upload).await;
    let approved = "SELECT COUNT(*) FROM conversions WHERE status = 'approved'";
    let over = "SELECT COUNT(*) FROM conversions WHERE status = 'rejected' AND code = 4";
    assert_eq!((server.rows.number(approved).await, server.rows.number(over).await), (120, 180));
    the_figures_are_the_rows(&server).await;
}

async fn what_is_called_off_is_never_written(server: Server) {
    let api = &server.api;
    let (_, _, link) = api.create_link().await;
    let click = click(&server, &link).await;
    let upload = scanned(api, "new", &orders(&click, 3)).await;
    let same = api.upload("new", orders(&click, 3)).await;
    assert_eq!((same.status.as_u16(), &same.json["id"]), (200, &upload["id"]), "it is under way already");
    let id = id_of(&upload);
    let cancelled = api.post(&format!("uploads/{id}/cancel"), Value::Null).await;
    assert_eq!(cancelled["state"], "cancelled");
    for act in ["write", "cancel"] {
        let reply = api.call(Method::POST, &format!("uploads/{id}/{act}"), Value::Null).await;
        assert_eq!(reply.status, 409, "{act}: {}", reply.text);
    }
    let page = Session::of(&server, &server.networks[0]).await.get(&format!("/settings/uploads/{id}")).await;
    assert!(!page.text.contains("What it changes"), "it changes nothing any more: {}", page.text);
    assert_eq!(server.rows.number(COUNT).await, 0);
    let audited = "SELECT COUNT(*) FROM audit WHERE object = 'upload'";
    assert_eq!(server.rows.number(audited).await, 2, "its coming and its end");
}

async fn a_form_uploads_a_file_without_a_script(server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let click = click(&server, &link).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let template = session.get("/settings/uploads?template=new").await;
    assert!(template.text.starts_with("transaction_id,at,event,amount,status,txn_id"), "{}", template.text);
    let send = async |kind: &str, file: String| {
        let body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n\
             --cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"books/may.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n--cut--\r\n"
        );
        let request = client().post(format!("{}/settings/uploads", server.url)).body(body);
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        let request = request.header(header::COOKIE, &session.cookie).header("Sec-Fetch-Site", "same-origin");
        crate::support::api::Reply::read(request).await
    };
    let nothing = send("new", String::new()).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("choose a file that is not empty"), "{}", nothing.text);
    let reply = send("new", orders(&click, 2)).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let path = reply.location().to_owned();
    eventually("the page offers to write", SOON, async || {
        session.get(&path).await.text.contains("Write</button>").then_some(())
    })
    .await;
    assert_eq!(session.post(&format!("{path}/write"), &[]).await.status, 303);
    eventually("the page says so", SOON, async || {
        session.get(&path).await.text.contains("Written: 2 conversions").then_some(())
    })
    .await;
    let list = session.get("/settings/uploads").await;
    assert!(list.text.contains("may.csv") && !list.text.contains("books"), "{}", list.text);
}

async fn what_somebody_decides_meanwhile_stays(server: Server) {
    let api = &server.api;
    let (_, _, link) = api.create_link().await;
    let click = click(&server, &link).await;
    let upload = scanned(api, "new", &orders(&click, 3)).await;
    written(api, &upload).await;
    let ids: Vec<String> = api.list("conversions?event=base").await.iter().map(id_of).collect();
    assert_eq!(ids.len(), 3, "the base conversions alone");
    let ready = api.post("conversions/decide", json!({"status": "rejected", "ids": ids})).await;
    assert_eq!(ready["effect"]["total"]["approved"], -3);
    api.patch(&format!("conversions/{}", ids[0]), json!({ "status": "pending" })).await;
    let over = written(api, &ready).await;
    assert_eq!((&over["changed"], &over["effect"]["total"]["approved"]), (&json!(2), &json!(-2)));
    assert_eq!(over["effect"]["total"]["pending"], 0, "what happened is kept, not what was expected");
    assert_eq!(api.get(&format!("conversions/{}", ids[0])).await["status"], "pending");
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/settings/uploads/{}", id_of(&over))).await.text;
    assert!(page.contains("1 row had been overtaken"), "{page}");
    the_figures_are_the_rows(&server).await;
    let many = json!({"status": "pending", "filter": "event=funded"});
    let refused = api.call(Method::POST, "conversions/decide", many).await;
    assert_eq!(refused.status, 409, "nothing fits: {}", refused.text);
    let refused = session
        .post("/conversions/decide", &[("status", "pending"), ("all", "true"), ("filter", "event=funded")])
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(!refused.text.contains("faster"), "nobody was: {}", refused.text);
}

async fn many_conversions_are_decided_once_their_effect_was_seen(server: Server) {
    let api = &server.api;
    let (_, offer, link) = api.create_link().await;
    let click = click(&server, &link).await;
    let upload = scanned(api, "new", &orders(&click, 5)).await;
    written(api, &upload).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let ids: Vec<String> = api.list("conversions").await.iter().map(id_of).collect();
    let page = session.get("/conversions").await;
    assert!(page.text.contains(&format!("value=\"{}\"", ids[0])), "a box a row: {}", page.text);
    let nothing = session.post("/conversions/decide", &[("status", "rejected")]).await;
    assert_eq!((nothing.status.as_u16(), nothing.location()), (303, "/conversions"), "nothing is ticked");
    let picked = [("status", "rejected"), ("ids", ids[0].as_str()), ("ids", ids[1].as_str())];
    let reply = session.post("/conversions/decide", &picked).await;
    let path = reply.location().to_owned();
    let shown = session.get(&path).await;
    assert!(shown.text.contains("2 rows would change something"), "{}", shown.text);
    let rejected = "SELECT COUNT(*) FROM conversions WHERE status = 'rejected' AND code = 9 AND by_hand = 1";
    assert_eq!(server.rows.number(rejected).await, 0, "nothing is decided before its effect was seen");
    session.post(&format!("{path}/write"), &[]).await;
    eventually("they are decided", SOON, async || (server.rows.number(rejected).await == 2).then_some(()))
        .await;
    let filter = format!("offer_id={}&status=approved", offer.id);
    let ready = api.post("conversions/decide", json!({"status": "pending", "filter": filter})).await;
    assert_eq!((&ready["state"], &ready["changes"]), (&json!("ready"), &json!(3)));
    assert_eq!(
        (&ready["effect"]["total"]["approved"], &ready["effect"]["total"]["pending"]),
        (&json!(-3), &json!(3))
    );
    written(api, &ready).await;
    the_figures_are_the_rows(&server).await;
    let foreign = json!({"status": "pending", "ids": ["0196f3a2b4c58001800000000000002a"]});
    assert_eq!(api.call(Method::POST, "conversions/decide", foreign).await.status, 404);
    let both = json!({"status": "pending"});
    assert_eq!(api.call(Method::POST, "conversions/decide", both).await.status, 422);
}
