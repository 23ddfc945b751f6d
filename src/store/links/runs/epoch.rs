//! Since when a link has the rows that it has: found in the versions of its document, so that nothing needs to
//! be kept beside them.

use crate::{
    Error,
    shared::{Database, now_millis, rows},
};
use chrono::{DateTime, Utc};
use domain::{
    links::{SmartLink, kpi::epoch_key},
    shared::{Calendar, HourNumber, NetworkId, SmartLinkId},
};
use sea_orm::FromQueryResult;

/// How many versions are read at a time.
const AT_ONCE: usize = 50;

/// An epoch of a link: as long as its rows are the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Epoch {
    pub key: String,
    /// In milliseconds since 1970 UTC.
    pub began: i64,
    /// Whether the link has had no other rows before.
    pub is_first: bool,
}

#[derive(FromQueryResult)]
struct Version {
    version: i64,
    at: i64,
    body: String,
}

impl Epoch {
    /// The epoch that a link's document is in.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(
        database: &Database,
        network: NetworkId,
        link: SmartLinkId,
        document: &SmartLink,
    ) -> Result<Self, Error> {
        let mut epoch = Self { key: epoch_key(document), began: i64::MAX, is_first: true };
        let mut before = i64::MAX;
        let sql = format!(
            "SELECT version, at, body FROM config_versions WHERE network_id = $1 AND object = 'smart_link' \
             AND object_id = $2 AND version < $3 ORDER BY version DESC LIMIT {AT_ONCE}"
        );
        loop {
            let values = vec![network.0.into(), link.0.into(), before.into()];
            let found: Vec<Version> = rows(database.read(), &sql, values).await?;
            let is_last = found.len() < AT_ONCE;
            for version in found {
                let earlier: SmartLink = serde_json::from_str(&version.body)?;
                if epoch_key(&earlier) != epoch.key {
                    // The document was older than its versions: what is in force now has just begun.
                    epoch.began = epoch.began.min(now_millis());
                    return Ok(Self { is_first: false, ..epoch });
                }
                (epoch.began, before) = (version.at, version.version);
            }
            if is_last {
                return Ok(epoch);
            }
        }
    }

    /// The first hour whose figures are of this epoch alone. Hours are not divided: where the link had other rows
    /// before, the one in which it changed is left out; where it had none, all of its figures are of this epoch.
    #[must_use]
    pub fn first_hour(&self, calendar: Calendar) -> HourNumber {
        let hour = calendar.hour(DateTime::<Utc>::from_timestamp_millis(self.began).unwrap_or_default());
        if self.is_first { HourNumber(i64::MIN) } else { HourNumber(hour.0 + 1) }
    }
}
