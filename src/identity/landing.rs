//! The first page of those who have no other yet: where they are, as whom, and the way out.

use crate::web::{Access, Answer, answer, navigation, page::Shell};
use actix_web::HttpRequest;
use askama::Template;
use domain::identity::UserKind;

#[derive(Template)]
#[template(path = "identity/landing.html")]
struct Landing {
    shell: Shell,
    kind: UserKind,
}

/// The first page.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let shell = navigation::shell(&access, &request).titled(access.entrant().network.name.clone());
    answer::page(&Landing { shell, kind: access.entrant().kind })
}
