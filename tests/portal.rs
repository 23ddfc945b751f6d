//! What partners see of themselves: their own sources that are blocked or about to be, in words and figures that tell
//! nothing of other partners nor of what the network earns.

use crate::support::{
    server::Server,
    session::Session,
    switched::{Found, switched},
};
use domain::{
    shared::{NetworkId, SmartSwitchRuleId},
    smartswitch::SmartSwitchRule,
};
use serde_json::json;
use store::shared::Actor;

both_databases!(
    a_partner_sees_its_own_sources_and_nothing_else,
    what_rests_on_the_networks_money_is_not_told
);

const PASSWORD: &str = "a password of many words";

async fn partner_user(server: &Server, partner: &str, email: &str) -> Session {
    let new = json!({
        "kind": "partner", "partner_id": partner, "email": email, "name": "Pat", "password": PASSWORD,
    });
    server.api.post("users", new).await;
    Session::sign_in(server, email, PASSWORD).await
}

async fn a_partner_sees_its_own_sources_and_nothing_else(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Hidden Ltd").await;
    let offer = api.create_offer(&advertiser, json!({ "name": "Aurora VPN" })).await.id;
    let (own, other) = (api.create_partner("Clickfield").await, api.create_partner("Mediahouse").await);
    let rule = switched(&server, 0, "Secret name of the rule", &offer).await;
    let bad = rule.find(&server, &Found::pending(&offer, &own, "bad")).await;
    let worse = rule.find(&server, &Found::pending(&offer, &other, "worse")).await;
    let session = partner_user(&server, &own, "pat@clickfield.example").await;
    let home = session.get("/").await;
    assert_eq!((home.status.as_u16(), home.location()), (303, "/portal/blocks"));
    let list = session.get("/portal/blocks").await.text;
    for told in [
        "1 source is about to be blocked, the first in 59 min",
        ">bad<",
        "Aurora VPN",
        "5,001 clicks",
        "0.05 % or more",
    ] {
        assert!(list.contains(told), "{told}: {list}");
    }
    let page = session.get(&format!("/portal/blocks/{bad}")).await.text;
    assert!(page.contains("EPC") && page.contains("Payout"), "its own figures: {page}");
    for hidden in ["worse", "Mediahouse", "Secret name", "Revenue", "Profit", "Margin", "Hidden Ltd"] {
        assert!(!list.contains(hidden) && !page.contains(hidden), "{hidden}: {list}{page}");
    }
    assert_eq!(session.get(&format!("/portal/blocks/{worse}")).await.status, 404, "another partner's");
    for closed in ["/smart-switch/rules", "/smart-switch/variables", "/offers", "/reports"] {
        assert_eq!(session.get(closed).await.status, 403, "{closed}");
    }

    // Who is to be told nothing sees nothing, as long as nothing is done.
    let store = server.rows.store().await;
    let id = SmartSwitchRuleId(rule.rule.parse().expect("a number"));
    let person = Actor::system("Ann");
    let silent = |mut body: SmartSwitchRule| {
        body.notify_partners = false;
        body
    };
    store.of(NetworkId(1)).rewrite(&person, id.0, None, silent).await.expect("it is saved");
    assert!(session.get("/portal/blocks").await.text.contains("Nothing of your traffic is blocked"));
    assert_eq!(session.get(&format!("/portal/blocks/{bad}")).await.status, 404);
    api.post("smart-switch/variables/block", json!({ "ids": [bad] })).await;
    let page = session.get(&format!("/portal/blocks/{bad}")).await;
    assert!(page.status == 200 && page.text.contains("see a blank page since"), "{}", page.text);
}

async fn what_rests_on_the_networks_money_is_not_told(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Hidden Ltd").await;
    let offer = api.create_offer(&advertiser, json!({ "name": "Aurora VPN" })).await.id;
    let own = api.create_partner("Clickfield").await;
    let rule = switched(&server, 0, "Margin", &offer).await;
    let bad = rule.find(&server, &Found::pending(&offer, &own, "bad")).await;
    let kpis = json!({ "kpis": [{ "metric": "margin", "operator": "less_than", "value": "17" }] });
    api.patch(&format!("smart-switch/rules/{}", rule.rule), kpis).await;
    let session = partner_user(&server, &own, "pat@clickfield.example").await;
    for path in ["/portal/blocks".to_owned(), format!("/portal/blocks/{bad}")] {
        let page = session.get(&path).await.text;
        assert!(page.contains("Quality target not met"), "{page}");
        assert!(!page.contains("17 %") && !page.to_lowercase().contains("margin"), "{page}");
    }
}
