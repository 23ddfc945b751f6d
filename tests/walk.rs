//! A click's whole way, from an empty network to its figures: once by hand in a browser, once by the
//! API alone. Both make the same offer, send it the same visitors and must find the same.

mod by_hand;
mod by_the_api;

use crate::support::{
    server::Server,
    visitor::{ANDROID_PHONE, IPHONE, Visitor},
};
use serde_json::json;

const DESTINATION: &str = "https://aurora.example/start?cid={clickid}&from={source_id}";
/// What the partner adds to its link.
const GIVEN: &str = "source_id=s-7&sub1=spring";

/// What the report must show of each group: gross, all that count, unique and invalid clicks; then
/// approved conversions, waiting ones, payout, revenue and profit.
type Figures = ([i64; 6], [&'static str; 3]);
const ALL: Figures = ([9, 4, 3, 5, 2, 1], ["3.00", "8.00", "5.00"]);
const NONE: [&str; 3] = ["0.00", "0.00", "0.00"];
const COUNTRIES: [(&str, Figures); 3] = [
    ("DE", ([7, 4, 3, 3, 2, 1], ALL.1)),
    ("FR", ([1, 0, 0, 1, 0, 0], NONE)),
    ("US", ([1, 0, 0, 1, 0, 0], NONE)),
];
const SYSTEMS: [(&str, Figures); 2] =
    [("ios", ([7, 4, 3, 3, 2, 1], ALL.1)), ("android", ([2, 0, 0, 2, 0, 0], NONE))];

/// Every click in the order of [`walk_up`]: verdict, code, reason, country.
const CLICKS: [(&str, u16, &str, &str); 9] = [
    ("invalid", 201, "partner not approved", "DE"),
    ("valid", 0, "", "DE"),
    ("valid", 0, "", "DE"),
    ("valid", 0, "", "DE"),
    ("duplicate", 21, "duplicate click", "DE"),
    ("invalid", 9, "country not targeted", "FR"),
    ("invalid", 4, "operating system not targeted", "DE"),
    ("invalid", 9, "country not targeted", "US"),
    ("invalid", 200, "bot", "DE"),
];

/// Someone whom the offer is for.
fn wanted(number: u16) -> Visitor {
    Visitor::new(IPHONE, "DE").number(number)
}

/// A visitor before the partner is approved: nobody gets through.
async fn knock(link: &str) {
    assert_eq!(wanted(100).follow(link).await.status, 403);
}

/// Three who are wanted, one of them twice, three who are not, and a bot. Gives the ids of the three
/// clicks that count, as the destination is told them.
async fn walk_up(link: &str) -> Vec<String> {
    let mut arrived = Vec::new();
    for number in [1, 2, 3, 1] {
        let answer = wanted(number).follow(link).await;
        let id = answer.click_id();
        assert_eq!(answer.status, 302);
        assert_eq!(answer.location(), format!("https://aurora.example/start?cid={id}&from=s-7"));
        arrived.push(id);
    }
    for (agent, country) in [(IPHONE, "FR"), (ANDROID_PHONE, "DE"), (ANDROID_PHONE, "US")] {
        let answer = Visitor::new(agent, country).follow(link).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (403, ""), "{country}: {agent}");
    }
    let bot = Visitor::new(&format!("{IPHONE} (compatible; Googlebot/2.1)"), "DE");
    assert_eq!(bot.number(50).follow(link).await.status, 302, "a bot is led on and never counted");
    arrived.truncate(3);
    arrived
}

/// The advertiser's calls, by the address that its page tells it: two sales, one that waits, one told
/// twice, one by somebody who does not know the token.
async fn post_back(server: &Server, address: &str, clicks: &[String]) {
    let path = address.strip_prefix(&server.url).expect("postbacks come to this server");
    let call = |click: usize, order: &str, more: &str| {
        let filled = path.replace("{clickid}", &clicks[click]).replace("{order_id}", order);
        format!("{}{more}", filled.replace("{amount}", "20"))
    };
    let forged = call(2, "A-4", "").replace("verification_token=", "verification_token=0");
    for (call, status, word) in [
        (call(0, "A-1", ""), 200, json!("approved")),
        (call(1, "A-2", ""), 200, json!("approved")),
        (call(2, "A-3", "&status=pending"), 200, json!("pending")),
        (call(0, "A-1", ""), 409, json!(8)),
        (forged, 403, json!(21)),
    ] {
        let reply = server.visit(&call).await;
        let said = if status == 200 { &reply.json["status"] } else { &reply.json["code"] };
        assert_eq!((reply.status.as_u16(), said), (status, &word), "{call}: {}", reply.text);
    }
}
