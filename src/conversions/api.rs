//! A conversion by the API.

use super::{by_hand, show};
use crate::web::{
    Access, Answer, Failure, answer,
    json::{Object, document},
};
use actix_web::{HttpRequest, web::Path};
use domain::{conversions::ConversionStatus, shared::ClickId};
use serde::Deserialize;
use serde_json::Value;
use store::conversions::{self, Conversion};

/// What a PATCH may change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    status: ConversionStatus,
}

/// `GET /api/v1/conversions/{conversion_id}`: with its history.
pub async fn conversion(access: Access, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let found = conversions::conversion(access.scope(), id).await?;
    whole(&access, &found).await
}

/// `PATCH /api/v1/conversions/{conversion_id}`: decides its status by hand.
pub async fn change(access: Access, request: HttpRequest, path: Path<String>, body: Object) -> Answer {
    let id = id_of(&path)?;
    // Whose it is comes before what is wrong with the body.
    conversions::conversion(access.scope(), id).await?;
    let patch: Patch = document(body.0)?;
    let changed = by_hand::decide(&access, &request, id, patch.status).await?;
    whole(&access, &changed).await
}

async fn whole(access: &Access, conversion: &Conversion) -> Answer {
    let mut object = show::conversion(conversion, access.entrant().network.currency)?;
    let history = conversions::history(access.scope(), conversion.id()).await?;
    object["history"] = Value::Array(history.iter().map(show::passage).collect::<Result<_, _>>()?);
    Ok(answer::json(&object))
}

/// The id in a path; what is none is as good as not there.
pub(super) fn id_of(path: &str) -> Result<ClickId, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}
