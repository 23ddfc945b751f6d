//! Actionable variables in the API.

use super::{
    acts, filter,
    show::{self, with_history},
};
use crate::web::{Access, Answer, Listing, answer, json};
use actix_web::{HttpRequest, web::Path};
use domain::{
    shared::{ActionableVariableId, Calendar},
    smartswitch::ActionableAct,
};
use serde::Deserialize;
use serde_json::json;
use store::smartswitch::{changes_of, variable, variables};

/// `GET /api/v1/smart-switch/variables`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &filter::FILTERS)?;
    let filter = filter::read(&listing, Calendar::new(access.entrant().network.zone))?;
    let page = listing.page()?;
    let found = variables(access.scope(), &filter, page.before, page.limit).await?;
    listing.answer(found, |variable| variable.id, |variable| show::variable(&access, &variable))
}

/// `GET /api/v1/smart-switch/variables/{actionable_variable_id}`
pub async fn look(access: Access, id: Path<i64>) -> Answer {
    let id = ActionableVariableId(*id);
    let found = variable(access.scope(), id).await?;
    let changes = changes_of(access.scope(), id).await?;
    Ok(answer::json(&with_history(&access, &found, &changes)?))
}

/// `POST /api/v1/smart-switch/variables/block`
pub async fn block(access: Access, body: json::Object) -> Answer {
    act(&access, body, ActionableAct::Block).await
}

/// `POST /api/v1/smart-switch/variables/delete`
pub async fn delete(access: Access, body: json::Object) -> Answer {
    act(&access, body, ActionableAct::Delete).await
}

/// `POST /api/v1/smart-switch/variables/whitelist`
pub async fn whitelist(access: Access, body: json::Object) -> Answer {
    act(&access, body, ActionableAct::Whitelist).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    ids: Vec<ActionableVariableId>,
}

async fn act(access: &Access, body: json::Object, act: ActionableAct) -> Answer {
    let Asked { ids } = json::document(body.0)?;
    let acted = acts::act(access, ids, act).await?;
    Ok(answer::json(&json!({ "changed": acted.changed, "skipped": acted.skipped })))
}
