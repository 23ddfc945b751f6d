//! A new Smart Link like another: the same settings and rows, paused, with a code and a history of its
//! own. Its rows are new ones, and partners' rules on the other one are not taken over.

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
    links::{SmartLink, SmartLinkRow, SmartLinkStatus},
    shared::RowId,
};
use serde_json::Value;
use store::shared::Stored;

/// The call of the API.
pub fn routes() -> Vec<Route> {
    let about =
        About::new("Copy: SmartLink, with its rows; the copy is paused", Gives::New(SmartLink::SCHEMA));
    vec![Route::post("/api/v1/smart-links/{smart_link_id}/copy", Section::Links, of_call).about(about)]
}

async fn copied(access: &Access, request: &HttpRequest) -> Result<Stored<SmartLink>, Failure> {
    let link = access.scope().get::<SmartLink>(path_id(request, "smart_link_id")?).await?.body;
    let as_new = |row: SmartLinkRow| SmartLinkRow { id: RowId(0), ..row };
    let body = SmartLink {
        name: name_of_copy(&link.name),
        status: SmartLinkStatus::Paused,
        rows: link.rows.into_iter().map(as_new).collect(),
        ..link
    };
    acts::create(access, 0, body).await
}

/// The button of the page.
pub async fn of_page(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let text = format!("{} is made, and paused. Look through its rows, then activate it.", made.body.name);
    Ok(flash::see_other(&format!("/smart-links/{}", made.id), Signal::Good, &text))
}

async fn of_call(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let shown: Value = show(&access, &made)?;
    Ok(answer::created(&format!("{}/{}", SmartLink::COLLECTION, made.id), &shown))
}
