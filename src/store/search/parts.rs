//! What hangs on other things, and the settings: searched by their names.

use super::kinds::{Hit, Parameters, offer_of, read};
use crate::{Error, shared::Scope};
use domain::shared::UserId;

/// Events are stored by their names in small letters of ASCII.
pub(super) async fn events(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let name = parameters.holds("name", &text.to_ascii_lowercase());
    let sql = format!(
        "SELECT id, name, {} AS note, CAST(offer_id AS TEXT) AS place FROM offer_events \
         WHERE network_id = $1 AND {name} ORDER BY id DESC",
        offer_of("offer_events")
    );
    read(scope, &sql, parameters).await
}

/// Coupons are stored in capitals.
pub(super) async fn coupons(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let code = parameters.holds("code", &text.to_uppercase());
    let sql = format!(
        "SELECT id, code AS name, {} AS note, CAST(offer_id AS TEXT) AS place FROM coupons \
         WHERE network_id = $1 AND {code}{} ORDER BY id DESC",
        offer_of("coupons"),
        scope.and_seen_partners("partner_id")
    );
    read(scope, &sql, parameters).await
}

pub(super) async fn roles(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let name = parameters.holds_any_case("name", text);
    let sql = format!(
        "SELECT id, name, CASE WHEN built_in IS NULL THEN '' ELSE 'built in' END AS note, '' AS place FROM roles \
         WHERE network_id = $1 AND {name} ORDER BY id DESC"
    );
    read(scope, &sql, parameters).await
}

/// Keys by their names, and by what they begin with.
pub(super) async fn keys(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let name = parameters.holds_any_case("name", text);
    let prefix = parameters.bind(text);
    let sql = format!(
        "SELECT id, name, CASE WHEN revoked_at IS NULL THEN prefix ELSE 'revoked' END AS note, '' AS place \
         FROM api_keys WHERE network_id = $1 AND ({name} OR prefix = {prefix}) \
         ORDER BY revoked_at IS NOT NULL, id DESC"
    );
    read(scope, &sql, parameters).await
}

/// A person's views of reports, and those that others share.
pub(super) async fn views(scope: Scope<'_>, text: &str, person: Option<UserId>) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let name = parameters.holds_any_case("name", text);
    let mine = parameters.bind(person.map_or(0, |id| id.0));
    let sql = format!(
        "SELECT id, name, CASE WHEN is_shared = 1 THEN 'shared' ELSE 'yours' END AS note, query AS place \
         FROM saved_views WHERE network_id = $1 AND {name} AND (user_id = {mine} OR is_shared = 1) ORDER BY id DESC"
    );
    read(scope, &sql, parameters).await
}

/// Uploads by the names of their files.
pub(super) async fn uploads(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let file = parameters.holds_any_case("file", text);
    let ids = parameters.ids(text);
    let sql = format!(
        "SELECT id, file AS name, state AS note, '' AS place FROM uploads \
         WHERE network_id = $1 AND ({file}{ids}) ORDER BY id DESC"
    );
    read(scope, &sql, parameters).await
}
