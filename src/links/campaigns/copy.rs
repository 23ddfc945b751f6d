//! A new campaign like another: the same flow, paused, with a code and a history of its own. Its rules, pages
//! and rotators are new ones, so that its figures and what is learnt are its own.

use crate::offers::name_of_copy;
use crate::web::{
    Access, Answer, Failure, Route, answer,
    describe::{About, Gives},
    flash,
    objects::{Object, acts, path_id, show},
    signal::Signal,
};
use actix_web::HttpRequest;
use domain::{
    identity::Section,
    links::{Campaign, CampaignStatus},
};
use serde_json::Value;
use store::shared::Stored;

/// The call of the API.
pub fn routes() -> Vec<Route> {
    let about = About::new("Copy: Campaign, with its flow; the copy is paused", Gives::New(Campaign::SCHEMA));
    vec![Route::post("/api/v1/campaigns/{campaign_id}/copy", Section::Links, of_call).about(about)]
}

async fn copied(access: &Access, request: &HttpRequest) -> Result<Stored<Campaign>, Failure> {
    let campaign = access.scope().get::<Campaign>(path_id(request, "campaign_id")?).await?.body;
    let name = name_of_copy(&campaign.name);
    let mut body = Campaign { name, status: CampaignStatus::Paused, ..campaign };
    body.number_anew(|| rand::random::<u32>() >> 1);
    acts::create(access, 0, body).await
}

/// The button of the page.
pub async fn of_page(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let text = format!("{} is made, and paused. Look through its flow, then activate it.", made.body.name);
    Ok(flash::see_other(&format!("/campaigns/{}", made.id), Signal::Good, &text))
}

async fn of_call(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let shown: Value = show(&access, &made)?;
    Ok(answer::created(&format!("{}/{}", Campaign::COLLECTION, made.id), &shown))
}
