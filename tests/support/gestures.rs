//! What an administrator does through the API, a method a gesture.

use super::api::{Api, id_of};
use serde_json::{Value, json};

/// Where the offers of the tests send their visitors: the click's id and its signals can be read there.
pub const LANDING_PAGE: &str = "https://offer.example/?cid={clickid}&geo={country}&s1={sub1}";

/// An advertiser and the token that its postbacks carry.
#[derive(Clone, Debug)]
pub struct Advertiser {
    pub id: String,
    pub token: String,
}

/// An offer with its one landing page.
#[derive(Clone, Debug)]
pub struct Offer {
    pub id: String,
    pub landing_page: String,
}

impl Api {
    pub async fn create_advertiser(&self, name: &str) -> Advertiser {
        let made = self.post("advertisers", json!({ "name": name })).await;
        let token = made["verification_token"].as_str().expect("an advertiser is made with a token");
        Advertiser { id: id_of(&made), token: token.to_owned() }
    }

    /// An offer that pays 1 and earns 2 a conversion, with one landing page. `more` replaces or
    /// adds fields: `json!({"visibility": "private"})`.
    pub async fn create_offer(&self, advertiser: &Advertiser, more: Value) -> Offer {
        let mut body = json!({
            "name": "Offer",
            "advertiser_id": advertiser.id,
            "payout": { "type": "cpa", "amount": "1" },
            "revenue": { "type": "rpa", "amount": "2" },
        });
        let fields = body.as_object_mut().expect("the body is an object");
        fields.extend(more.as_object().expect("`more` is an object").clone());
        let id = id_of(&self.post("offers", body).await);
        let landing_page = self.create_landing_page(&id, LANDING_PAGE, 1).await;
        Offer { id, landing_page }
    }

    /// One more page of an offer; gives its id.
    pub async fn create_landing_page(&self, offer: &str, url: &str, weight: u32) -> String {
        let body = json!({ "name": "Page", "url": url, "weight": weight });
        id_of(&self.post(&format!("offers/{offer}/landing-pages"), body).await)
    }

    /// A named event of an offer; gives its id.
    pub async fn create_event(&self, offer: &str, name: &str, payout: &str, revenue: &str) -> String {
        let body = json!({
            "name": name,
            "payout": { "type": "cpa", "amount": payout },
            "revenue": { "type": "rpa", "amount": revenue },
        });
        id_of(&self.post(&format!("offers/{offer}/events"), body).await)
    }

    /// Gives the partner's id.
    pub async fn create_partner(&self, name: &str) -> String {
        id_of(&self.post("partners", json!({ "name": name })).await)
    }

    /// Lets a partner run an offer.
    pub async fn approve(&self, partner: &str, offer: &Offer) {
        self.set_approval(partner, offer, "approved").await;
    }

    /// Sets a partner's state on an offer: none, pending, approved, rejected or blocked.
    pub async fn set_approval(&self, partner: &str, offer: &Offer, state: &str) {
        let body = json!({ "offer_id": offer.id, "state": state });
        self.post(&format!("partners/{partner}/offers"), body).await;
    }

    /// The tracking URL of partner × offer, as it is copied and pasted.
    pub async fn link(&self, partner: &str, offer: &Offer) -> String {
        let link = self.get(&format!("links?partner_id={partner}&offer_id={}", offer.id)).await;
        link["url"].as_str().unwrap_or_else(|| panic!("no url in {link}")).to_owned()
    }

    /// A Smart Link; `rows` as the API takes them, `more` adds fields. Gives its id.
    pub async fn create_smart_link(&self, rows: Value, more: Value) -> String {
        let mut body = json!({ "name": "Smart Link", "rows": rows });
        let fields = body.as_object_mut().expect("the body is an object");
        fields.extend(more.as_object().expect("`more` is an object").clone());
        id_of(&self.post("smart-links", body).await)
    }

    /// The tracking URL of partner × Smart Link.
    pub async fn smart_link(&self, partner: &str, link: &str) -> String {
        let link = self.get(&format!("links?partner_id={partner}&smart_link_id={link}")).await;
        link["url"].as_str().unwrap_or_else(|| panic!("no url in {link}")).to_owned()
    }

    /// A campaign; `more` is its flow as the API takes it. Gives its id.
    pub async fn create_campaign(&self, more: Value) -> String {
        let mut body = json!({ "name": "Campaign" });
        let fields = body.as_object_mut().expect("the body is an object");
        fields.extend(more.as_object().expect("`more` is an object").clone());
        id_of(&self.post("campaigns", body).await)
    }

    /// The tracking URL of partner × campaign.
    pub async fn campaign(&self, partner: &str, campaign: &str) -> String {
        let link = self.get(&format!("links?partner_id={partner}&campaign_id={campaign}")).await;
        link["url"].as_str().unwrap_or_else(|| panic!("no url in {link}")).to_owned()
    }

    /// A click as the API shows it.
    pub async fn click(&self, id: &str) -> Value {
        self.get(&format!("clicks/{id}")).await
    }

    /// A report's answer: `items` and `totals`. `more` begins with `&` where it is not empty.
    pub async fn report(&self, group_by: &str, more: &str) -> Value {
        self.get(&format!("reports?group_by={group_by}{more}")).await
    }

    /// A network with an advertiser, a public offer and a partner: the shortest way to a link.
    pub async fn create_link(&self) -> (Advertiser, Offer, String) {
        let advertiser = self.create_advertiser("Advertiser").await;
        let offer = self.create_offer(&advertiser, json!({})).await;
        let partner = self.create_partner("Partner").await;
        let link = self.link(&partner, &offer).await;
        (advertiser, offer, link)
    }
}
