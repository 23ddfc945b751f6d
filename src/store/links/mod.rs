//! Tracking domains: host names whose links belong to one network; Smart Links and partners' rules on them;
//! campaigns; monitors.

mod campaigns;
mod monitors;
mod runs;
mod smart_links;

pub use monitors::{
    ClaimedCheck, Slot, Uptime, ask_for_check, checks_of, claim_checks, networks_due, prune_checks,
    settle_checks, site_state, site_states, sites_down, slots_of, uptime_of,
};
pub(crate) use runs::learnt_weights;
pub use runs::{
    Epoch, SMART_LINK_RUNS, SmartLinkRun, ask_for_run, last_run, run_of, runs_of, schedule_runs, weights_of,
};

use crate::{
    Error,
    shared::{Database, Managed, rows},
};
use domain::shared::NetworkId;
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};

/// A host name that tracking links of one network use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Lower case, without scheme or port.
    pub host: String,
    /// Whether links are shown with this host unless another is chosen.
    #[serde(default)]
    pub is_default: bool,
}

impl Managed for Domain {
    const TABLE: &'static str = "domains";
    const OBJECT: &'static str = "domain";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("host", self.host.as_str().into())]
    }
}

#[derive(FromQueryResult)]
struct HostRow {
    host: String,
    network_id: i64,
}

/// Every tracking domain of the installation, with its network: the redirect asks by host.
///
/// # Errors
/// What the database said.
pub async fn hosts(database: &Database) -> Result<Vec<(String, NetworkId)>, Error> {
    let found: Vec<HostRow> = rows(database.read(), "SELECT host, network_id FROM domains", vec![]).await?;
    Ok(found.into_iter().map(|row| (row.host, NetworkId(row.network_id))).collect())
}
