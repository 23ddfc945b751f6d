//! A new monitor like another: the same settings, paused, with a log of its own.

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
    links::{Monitor, MonitorStatus},
};
use store::shared::Stored;

/// The call of the API.
pub fn routes() -> Vec<Route> {
    let about = About::new("Copy: Monitor; the copy is paused", Gives::New(Monitor::SCHEMA));
    vec![Route::post("/api/v1/monitors/{monitor_id}/copy", Section::Links, of_call).about(about)]
}

async fn copied(access: &Access, request: &HttpRequest) -> Result<Stored<Monitor>, Failure> {
    let monitor = access.scope().get::<Monitor>(path_id(request, "monitor_id")?).await?.body;
    let name = name_of_copy(&monitor.name);
    acts::create(access, 0, Monitor { name, status: MonitorStatus::Paused, ..monitor }).await
}

/// The button of the page.
pub async fn of_page(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    let text = format!("{} is made, and paused. Give it its address, then activate it.", made.body.name);
    Ok(flash::see_other(&format!("/monitors/{}", made.id), Signal::Good, &text))
}

async fn of_call(access: Access, request: HttpRequest) -> Answer {
    let made = copied(&access, &request).await?;
    Ok(answer::created(&format!("{}/{}", Monitor::COLLECTION, made.id), &show(&access, &made)?))
}
