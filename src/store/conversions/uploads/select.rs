//! A decision over many conversions, those named or all that fit a filter: kept like an upload of statuses
//! that has been scanned, so that its effect is shown, it is written whole, and its story stays.

use super::{
    Effect, Upload, known,
    scanned::decided,
    staged::{self, FromTo, Staged, body, order},
    story::{self, New},
};
use crate::{
    Error,
    conversions::{Conversion, Moved, conversions},
    shared::{Actor, Scope, Stretch, run},
};
use domain::{
    conversions::{ConversionStatus, upload::UploadKind},
    shared::ClickId,
};
use std::time::Duration;
use uuid::Uuid;

/// The most conversions of one decision.
pub const SELECTED_MOST: usize = 10_000;

/// Which conversions get which status.
#[derive(Clone, Debug)]
pub struct Decision {
    pub status: ConversionStatus,
    /// Those named; where there are none, all of `stretch`.
    pub ids: Vec<ClickId>,
    pub stretch: Stretch,
    /// Which they are, in words.
    pub words: String,
}

/// Gets a decision ready; nothing is changed before it is written ([`super::write`]).
///
/// # Errors
/// [`Error::Conflict`] where it is about more conversions than one decision takes, or about none.
pub async fn decide(scope: Scope<'_>, actor: &Actor, decision: &Decision) -> Result<Upload, Error> {
    let found = selected(scope, decision).await?;
    if found.is_empty() {
        return Err(Error::conflict("ids", "no conversion fits"));
    }
    let (mut effect, mut rows_of) = (Effect::default(), Vec::new());
    for before in &found {
        let Some(after) = decided(before, decision.status) else { continue };
        let change = FromTo { from: before.status(), to: decision.status };
        effect.add(&Moved::out(before));
        effect.add(&Moved::into(&after));
        rows_of.push((order(before), body(&Staged::Status(before.id, change))?));
    }
    rows_of.sort_by_key(|(order, _)| *order);
    let bodies: Vec<_> = rows_of.into_iter().map(|(_, body)| body).collect();
    let new = New { kind: UploadKind::Status, file: &decision.words, sha256: "", bytes: 0, same_as: 0 };
    let id = story::insert(scope, actor, &new).await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (total, changes) = (count(found.len()), count(bodies.len()));
    staged::stage(scope.database(), (scope.network(), id), bodies).await?;
    let sql = "UPDATE uploads SET state = 'ready', total = $1, scanned = $1, changes = $2, unchanged = $3, effect = $4 \
               WHERE network_id = $5 AND id = $6";
    let values = vec![
        total.into(),
        changes.into(),
        (total - changes).into(),
        serde_json::to_string(&effect)?.into(),
        scope.network().0.into(),
        id.into(),
    ];
    let transaction = scope.database().write().await?;
    run(&transaction, sql, values).await?;
    transaction.commit().await?;
    story::upload(scope, id).await
}

async fn selected(scope: Scope<'_>, decision: &Decision) -> Result<Vec<Conversion>, Error> {
    let too_many = || {
        Error::conflict("ids", format!("at most {SELECTED_MOST} conversions at a time; narrow the filter"))
    };
    if decision.ids.len() > SELECTED_MOST {
        return Err(too_many());
    }
    if decision.ids.is_empty() {
        let stretch = Stretch {
            limit: SELECTED_MOST as u64 + 1,
            before: None,
            patience: Duration::MAX,
            ..decision.stretch.clone()
        };
        let found = conversions(scope, &stretch).await?.rows;
        return if found.len() > SELECTED_MOST { Err(too_many()) } else { Ok(found) };
    }
    let ids = decision.ids.iter().map(|id| Uuid::from_u128(id.0).into()).collect();
    let found = known::conversions(scope.database().read(), scope.network(), ("id", ""), ids).await?;
    // One that is another network's is as good as not there, and nothing is decided.
    let mut wanted = decision.ids.clone();
    wanted.sort_unstable();
    wanted.dedup();
    if found.len() < wanted.len() { Err(Error::Missing) } else { Ok(found) }
}
