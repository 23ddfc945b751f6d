//! SmartSwitch's rules through the product: what is saved and what is refused, how many there may be, who may, and the
//! form of four tabs with its preview.

use crate::support::{
    api::{Api, Reply, id_of},
    browser::Browser,
    database::Database,
    gestures::Offer,
    on,
    server::{Network, Server},
    session::Session,
};
use reqwest::Method;
use serde_json::{Value, json};

both_databases!(
    a_rule_is_made_changed_listed_and_deleted,
    what_does_not_fit_is_told_at_its_field,
    a_network_has_thirty_rules_whoever_makes_them_at_once,
    the_form_saves_what_counts_and_says_what_is_wrong
);

/// Most rules of a network.
const MOST: usize = 30;

async fn offer(api: &Api) -> Offer {
    let advertiser = api.create_advertiser("Acme").await;
    api.create_offer(&advertiser, json!({ "name": "Aurora" })).await
}

fn rule(offer: &Offer, more: Value) -> Value {
    let mut body = json!({
        "name": "sub4 without sales", "offer_ids": [offer.id], "variable": "sub4",
        "thresholds": [{ "data_point": "total_clicks", "value": "5001" }],
        "kpis": [{ "metric": "cvr", "value": "0.05" }],
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

async fn a_rule_is_made_changed_listed_and_deleted(server: Server) {
    let api = &server.api;
    let (offer, partner) = (offer(api).await, api.create_partner("Partner").await);
    let exclusions = json!([{ "partner_id": partner, "value": "house" }]);
    let made = api.post("smart-switch/rules", rule(&offer, json!({ "exclusions": exclusions }))).await;
    let path = format!("smart-switch/rules/{}", id_of(&made));
    assert_eq!(made["kpis"][0]["operator"], "less_than");
    assert_eq!((&made["action"], &made["action_delay_minutes"]), (&json!("block"), &json!(60)));
    let changed =
        api.patch(&path, json!({ "action": "notify", "kpis": [{ "metric": "epc", "value": 1 }] })).await;
    assert_eq!((&changed["action"], &changed["kpis"][0]["value"]), (&json!("notify"), &json!("1.00")));
    assert_eq!(api.list("smart-switch/rules?variable=sub4&action=notify").await.len(), 1);
    assert!(api.list("smart-switch/rules?action=block").await.is_empty());
    api.call(Method::DELETE, &path, Value::Null).await.success();
    assert!(api.list("smart-switch/rules").await.is_empty());
    assert_eq!(api.get(&path).await["status"], "deleted");
    let session = Session::of(&server, &server.networks[0]).await;
    let history = session.get(&format!("/{path}/history")).await.text;
    assert!(
        history.contains("<del>block</del> <ins>notify</ins>") && history.contains("Aurora"),
        "{history}"
    );
}

fn fields(reply: &Reply) -> Vec<&str> {
    let errors = reply.json["errors"].as_array().into_iter().flatten();
    errors.filter_map(|error| error["field"].as_str()).collect()
}

async fn what_does_not_fit_is_told_at_its_field(server: Server) {
    let api = &server.api;
    let offer = offer(api).await;
    for (more, status, field) in [
        (json!({ "offer_ids": [offer.id, "999999"] }), 409, "offer_ids[1]"),
        (
            json!({ "entity_type": "advertisers", "offer_ids": [], "advertiser_ids": ["999999"] }),
            409,
            "advertiser_ids[0]",
        ),
        (
            json!({ "exclusions": [{ "value": "a" }, { "partner_id": "999999" }] }),
            409,
            "exclusions[1].partner_id",
        ),
        (json!({ "offer_ids": [] }), 422, "offer_ids"),
        (json!({ "thresholds": [] }), 422, "thresholds"),
        (json!({ "kpis": [] }), 422, "kpis"),
        (json!({ "kpis": [{ "metric": "cvr", "operator": "range", "value": "1" }] }), 422, "kpis[0].to"),
        (
            json!({ "kpis": [{ "metric": "epc", "value": "1", "only_when_sure": true }] }),
            422,
            "kpis[0].only_when_sure",
        ),
        (json!({ "kpis": [{ "metric": "shoes", "value": "1" }] }), 422, "kpis[0].metric"),
        (
            json!({ "thresholds": [{ "data_point": "total_clicks", "value": "1.5" }] }),
            422,
            "thresholds[0].value",
        ),
        (json!({ "lookback_hours": 5 }), 422, "lookback_hours"),
        (json!({ "action_delay_minutes": 43_201 }), 422, "action_delay_minutes"),
        (json!({ "exclusions": [{}] }), 422, "exclusions[0]"),
        (
            json!({ "start_date": "2026-01-02T00:00:00Z", "end_date": "2026-01-01T00:00:00Z" }),
            422,
            "end_date",
        ),
    ] {
        let reply = api.call(Method::POST, "smart-switch/rules", rule(&offer, more.clone())).await;
        assert_eq!((reply.status.as_u16(), fields(&reply)), (status, vec![field]), "{more}: {}", reply.text);
    }
    assert!(api.list("smart-switch/rules").await.is_empty());
}

async fn a_network_has_thirty_rules_whoever_makes_them_at_once(server: Server) {
    let api = &server.api;
    let offer = offer(api).await;
    for _ in 1..MOST {
        api.post("smart-switch/rules", rule(&offer, json!({}))).await;
    }
    let make = || api.call(Method::POST, "smart-switch/rules", rule(&offer, json!({ "name": "The last" })));
    let (one, other) = tokio::join!(make(), make());
    let (made, refused) = if one.status == 201 { (one, other) } else { (other, one) };
    assert_eq!((made.status.as_u16(), refused.status.as_u16()), (201, 409), "{} {}", made.text, refused.text);
    assert_eq!(fields(&refused), ["status"]);
    assert!(refused.text.contains("more than the 30"), "{}", refused.text);
    // A deleted one makes room, and comes back only where there is some.
    let last = format!("smart-switch/rules/{}", id_of(&made.json));
    api.patch(&last, json!({ "name": "Renamed" })).await;
    api.call(Method::DELETE, &last, Value::Null).await.success();
    let room = api.post("smart-switch/rules", rule(&offer, json!({}))).await;
    let back = api.call(Method::PATCH, &last, json!({ "status": "active" })).await;
    assert_eq!((back.status.as_u16(), fields(&back)), (409, vec!["status"]), "{}", back.text);
    // On pages it is said where one was.
    let session = Session::of(&server, &server.networks[0]).await;
    let copy = session.post(&format!("/smart-switch/rules/{}/copy", id_of(&room)), &[]).await;
    assert_eq!(copy.status, 303, "{}", copy.text);
    let version = api.get(&last).await["version"].clone();
    let each = format!("{}:{version}", id_of(&made.json));
    let bulk = session.post("/smart-switch/rules/bulk", &[("act", "activate"), ("each", &each)]).await;
    assert_eq!(bulk.status, 303, "{}", bulk.text);
    assert_eq!(api.list("smart-switch/rules").await.len(), MOST);
}

/// A form as somebody fills it who has changed their mind more than once.
fn filled(offer: &str) -> Vec<(&'static str, String)> {
    [
        ("name", "sub4 without sales"),
        ("status", "active"),
        ("notify_employees", "true"),
        ("entity_type", "offers"),
        ("advertiser_ids", "1"),
        ("variable", "sub4"),
        ("action", "block"),
        ("run_every_hours", "1"),
        ("lookback_hours", "24"),
        ("action_delay_minutes", "custom"),
        ("custom_delay_minutes", "1"),
        ("thresholds[0].data_point", "total_clicks"),
        ("thresholds[0].bound", "minimum"),
        ("thresholds[0].value", "5001"),
        ("kpis[0].event", "base"),
        ("kpis[0].event_name", "deposit"),
        ("kpis[0].metric", "epc"),
        ("kpis[0].operator", "less_than"),
        ("kpis[0].value", "0.05"),
        ("kpis[0].to", "7"),
        ("kpis[0].only_when_sure", "true"),
        ("advanced_kpis[0].metric", "wifi_traffic"),
        ("advanced_kpis[0].value", "60"),
        ("recover", "true"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into_iter()
    .chain([("offer_ids", offer.to_owned())])
    .collect()
}

async fn send(session: &Session, path: &str, fields: &[(&'static str, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    session.post(path, &fields).await
}

async fn the_form_saves_what_counts_and_says_what_is_wrong(server: Server) {
    let api = &server.api;
    let offer = offer(api).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let form = filled(&offer.id);
    let preview = send(&session, "/smart-switch/rules/preview", &form).await;
    let words = "When sub4 of Aurora reaches 5,001 clicks in 24 hours and its EPC is under $\u{a0}0.05, we tell employees, and \
                 block it a minute later (a blank page), until lifted.";
    assert!(preview.status == 200 && preview.text.contains(words), "{}", preview.text);
    // Nothing is needed for a preview, and what is nonsense is left out of it.
    for half in
        [vec![], vec![("thresholds[0].value", "many".to_owned()), ("kpis[0].metric", "shoes".to_owned())]]
    {
        let preview = send(&session, "/smart-switch/rules/preview", &half).await;
        assert!(preview.status == 200 && preview.text.contains("reaches …"), "{}", preview.text);
    }
    let mut shown = form.clone();
    shown.push(("show", "preview".to_owned()));
    let again = send(&session, "/smart-switch/rules/new", &shown).await;
    assert!(again.status == 200 && again.text.contains(words), "{}", again.text);
    for kept in ["name=\"kpis[0].to\" value=\"7\"", "value=\"deposit\"", "name=\"custom_delay_minutes\""] {
        assert!(again.text.contains(kept) || again.text.contains("value=\"7\""), "{kept} stays");
    }
    assert!(api.list("smart-switch/rules").await.is_empty(), "a preview saves nothing");

    let made = send(&session, "/smart-switch/rules/new", &form).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let stored = &api.list("smart-switch/rules").await[0];
    assert_eq!(stored["action_delay_minutes"], 1);
    assert_eq!((&stored["advertiser_ids"], &stored["advanced_kpis"]), (&json!([]), &json!([])));
    let kpi = json!({ "event": "base", "metric": "epc", "operator": "less_than", "value": "0.05", "only_when_sure": false });
    assert_eq!(stored["kpis"], json!([kpi]));
    let page = session.get(&format!("/smart-switch/rules/{}", id_of(stored))).await.text;
    assert!(page.contains(words) && page.contains("data-steps=\"general\""), "{page}");
    let list = session.get("/smart-switch/rules").await.text;
    assert!(list.contains(words) && list.contains("every 1 h over 24 h"), "{list}");
    let csv = session.get("/smart-switch/rules/csv").await.text;
    assert!(csv.contains("sub4 without sales"), "{csv}");

    // The tab of what is wrong is open, and says how much; what was typed stays.
    let mut wrong: Vec<_> = form.into_iter().filter(|(name, _)| *name != "kpis[0].value").collect();
    wrong.push(("kpis[0].value", "a lot".to_owned()));
    let refused = send(&session, "/smart-switch/rules/new", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("data-steps=\"rules\"") && refused.text.contains("value=\"a lot\""),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("id=\"field-kpis-0-value-error\"") && refused.text.contains("tab-wrong"));
}

/// Someone with this level of SmartSwitch.
async fn person(server: &Server, level: &str) -> Network {
    let (email, password) = (format!("{level}@acme.example"), "a password of many words");
    let role = format!("SmartSwitch {level}");
    server
        .api
        .post("roles", json!({ "name": role, "rights": { "smart_switch": level, "offers": "read" } }))
        .await;
    let user =
        json!({ "email": email, "name": format!("Who has {level}"), "password": password, "role": role });
    server.api.post("users", user).await;
    Network { email, password: password.to_owned(), ..server.networks[0].clone() }
}

#[test]
fn who_sees_only_some_partners_has_no_rules_and_still_finds_its_source_blocks() {
    on(Database::Sqlite, async |server: Server| {
        let api = &server.api;
        let rights = json!({ "smart_switch": "full", "partners": "full" });
        api.post("roles", json!({ "name": "Own", "rights": rights, "own_partners": true })).await;
        let password = "a password of many words";
        let mia = json!({ "email": "mia@acme.example", "name": "Mia", "password": password, "role": "Own" });
        api.post("users", mia).await;
        let session = Session::sign_in(&server, "mia@acme.example", password).await;
        for path in ["/smart-switch/rules", "/smart-switch/rules/new"] {
            assert!(matches!(session.get(path).await.status.as_u16(), 403 | 404), "{path}");
        }
        let page = session.get("/source-blocks").await.text;
        assert!(page.contains("title=\"SmartSwitch\"") && !page.contains("/smart-switch/rules\""), "{page}");
    });
}

#[test]
fn the_four_tabs_work_in_a_browser_as_the_rights_say() {
    on(Database::Sqlite, four_tabs);
}

async fn four_tabs(server: Server) {
    let made = offer(&server.api).await;
    let browser = Browser::open(&server).await;
    browser.sign_in(&person(&server, "full").await).await;
    browser.visit("/smart-switch/rules").await;
    browser.click("New rule").await;
    browser.fill("name", "sub4 without sales").await;
    browser.tick("offer_ids", &made.id).await;
    browser.see("When source_id of Aurora reaches").await;
    browser.axe().await;
    browser.click("Next").await;
    browser.choose("variable", "sub4").await;
    browser.choose("action_delay_minutes", "Custom").await;
    browser.fill("custom_delay_minutes", "1").await;
    browser.see("block it a minute later").await;
    browser.axe().await;
    browser.click("Next").await;
    browser.fill("thresholds[0].value", "5001").await;
    browser.choose("kpis[0].metric", "CVR").await;
    browser.fill("kpis[0].value", "0.05").await;
    browser.tick("kpis[0].only_when_sure", "true").await;
    browser.see("its CVR is under 0.05 % for sure (95 %)").await;
    browser.click("Add KPI").await;
    browser.choose("kpis[1].metric", "EPC").await;
    browser.fill("kpis[1].value", "much").await;
    browser.tick("uses_advanced_kpis", "true").await;
    browser.choose("advanced_kpis[0].metric", "% of conversions with duplicate IPs").await;
    browser.fill("advanced_kpis[0].value", "50").await;
    browser.see("under 50 % of its conversions have duplicate IPs").await;
    browser.axe().await;
    browser.click("Next").await;
    browser.tick("judge_empty", "true").await;
    browser.see("Traffic without sub4 is judged too").await;
    browser.axe().await;
    browser.click("Make rule").await;
    // What is wrong opens its tab, and the rest has stayed.
    browser.see("1 field needs mending").await;
    let open = "return document.querySelector('[role=tab][aria-selected=true]').hash";
    assert_eq!(browser.script(open).await, json!("#rules"));
    assert_eq!(browser.value("kpis[0].value").await, "0.05");
    browser.axe().await;
    // The arrow keys walk the tabs.
    browser.script("document.querySelector('[role=tab][aria-selected=true]').focus()").await;
    browser.press("\u{e014}").await;
    assert_eq!(browser.script(open).await, json!("#additional-options"));
    browser.press("\u{e012}").await;
    browser.fill("kpis[1].value", "0.1").await;
    browser.click("Make rule").await;
    browser.see("is made. It runs from now on.").await;
    let rule = &server.api.list("smart-switch/rules").await[0];
    assert_eq!(rule["kpis"].as_array().map(Vec::len), Some(2));
    assert_eq!((&rule["action_delay_minutes"], &rule["judge_empty"]), (&json!(1), &json!(true)));
    browser.click("Pause").await;
    browser.see("what is pending is cancelled").await;
    browser.close().await;

    let page = format!("/smart-switch/rules/{}", id_of(rule));
    let reader = Browser::open(&server).await;
    reader.sign_in(&person(&server, "read").await).await;
    reader.visit(&page).await;
    reader.see("When sub4 of Aurora reaches 5,001 clicks").await;
    let acts = "return [...document.querySelectorAll('main button:not([hidden]), main a.button')].map((one) => one.textContent)";
    assert_eq!(reader.script(acts).await, json!([]), "who only reads has no buttons");
    let open = "return [...document.querySelectorAll('main :is(input, select)')].filter((one) => one.type !== 'hidden' && !one.matches(':disabled')).length";
    assert_eq!(reader.script(open).await, json!(0), "and no fields");
    for tab in ["Settings", "Rules", "Additional Options", "General"] {
        reader.script(&format!("document.querySelectorAll('[role=tab]').forEach((tab) => {{ if (tab.textContent.trim() === '{tab}') tab.click(); }})")).await;
        reader.axe().await;
    }
    reader.close().await;

    let stranger = person(&server, "none").await;
    let session = Session::sign_in(&server, &stranger.email, &stranger.password).await;
    assert_eq!(session.get(&page).await.status, 403);
    assert!(!session.get("/offers").await.text.contains("SmartSwitch</span>"), "no entry in the menu");
}
