//! Names for ids: what reports and logs show beside the numbers of offers, partners and their like.

use crate::{
    Error,
    shared::{Scope, rows},
};
use rustc_hash::FxHashMap;
use sea_orm::{FromQueryResult, Value};
use std::collections::BTreeSet;

/// The most ids of one statement.
const CHUNK: usize = 500;
/// The most entries of a menu.
const MOST_CHOICES: u64 = 1_000;

/// A kind of object that has a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Named {
    Offer,
    Partner,
    Advertiser,
    SmartLink,
    Campaign,
    LandingPage,
    Monitor,
    SmartSwitchRule,
}

impl Named {
    const ALL: [Self; 8] = [
        Self::Offer,
        Self::Partner,
        Self::Advertiser,
        Self::SmartLink,
        Self::Campaign,
        Self::LandingPage,
        Self::Monitor,
        Self::SmartSwitchRule,
    ];

    const fn table(self) -> &'static str {
        match self {
            Self::Offer => "offers",
            Self::Partner => "partners",
            Self::Advertiser => "advertisers",
            Self::SmartLink => "smart_links",
            Self::Campaign => "campaigns",
            Self::LandingPage => "landing_pages",
            Self::Monitor => "monitors",
            Self::SmartSwitchRule => "smart_switch_rules",
        }
    }

    /// The column that holds the name; landing pages keep it in their document.
    const fn column(self) -> &'static str {
        match self {
            Self::Offer
            | Self::Partner
            | Self::Advertiser
            | Self::SmartLink
            | Self::Campaign
            | Self::Monitor
            | Self::SmartSwitchRule => "name",
            Self::LandingPage => "body",
        }
    }

    fn read(self, text: String) -> String {
        match self {
            Self::Offer
            | Self::Partner
            | Self::Advertiser
            | Self::SmartLink
            | Self::Campaign
            | Self::Monitor
            | Self::SmartSwitchRule => text,
            Self::LandingPage => serde_json::from_str::<serde_json::Value>(&text)
                .ok()
                .and_then(|body| body["name"].as_str().map(str::to_owned))
                .unwrap_or_default(),
        }
    }
}

/// Ids and names, in the order of the names.
pub type Choices = Vec<(i64, String)>;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
}

/// The names of some objects of one network.
#[derive(Clone, Debug, Default)]
pub struct Names(FxHashMap<(Named, i64), String>);

impl Names {
    /// Reads the names of these; ids that the network does not have, and 0, are left out.
    ///
    /// # Errors
    /// What the database said.
    pub async fn read(
        scope: Scope<'_>,
        wanted: impl IntoIterator<Item = (Named, i64)>,
    ) -> Result<Self, Error> {
        let mut found = FxHashMap::default();
        let wanted: Vec<_> = wanted.into_iter().filter(|(_, id)| *id != 0).collect();
        for kind in Named::ALL {
            let ids: BTreeSet<i64> =
                wanted.iter().filter(|(named, _)| *named == kind).map(|(_, id)| *id).collect();
            for chunk in ids.into_iter().collect::<Vec<_>>().chunks(CHUNK) {
                for row in named(scope, kind, chunk).await? {
                    found.insert((kind, row.id), kind.read(row.name));
                }
            }
        }
        Ok(Self(found))
    }

    /// A name; empty where there is none.
    #[must_use]
    pub fn of(&self, kind: Named, id: i64) -> &str {
        self.0.get(&(kind, id)).map_or("", String::as_str)
    }
}

/// Most names of events that are offered.
const MOST_EVENT_NAMES: u64 = 200;

#[derive(FromQueryResult)]
struct EventName {
    name: String,
}

/// The names of the events of these offers and of these advertisers' offers; of the whole network's where neither
/// are named. At most 200.
///
/// # Errors
/// What the database said.
pub async fn event_names(
    scope: Scope<'_>,
    offers: &[i64],
    advertisers: &[i64],
) -> Result<Vec<String>, Error> {
    let listed = |ids: &[i64]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let of_offers = format!("offer_id IN ({})", listed(offers));
    let of_advertisers = format!(
        "offer_id IN (SELECT id FROM offers WHERE network_id = $1 AND advertiser_id IN ({}))",
        listed(advertisers)
    );
    let whose = match (offers.is_empty(), advertisers.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(" AND {of_offers}"),
        (true, false) => format!(" AND {of_advertisers}"),
        (false, false) => format!(" AND ({of_offers} OR {of_advertisers})"),
    };
    let sql = format!(
        "SELECT DISTINCT name FROM offer_events WHERE network_id = $1{whose} ORDER BY name LIMIT {MOST_EVENT_NAMES}"
    );
    let found: Vec<EventName> = rows(scope.database().read(), &sql, vec![scope.network().0.into()]).await?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

/// The condition that what is named may be seen.
fn seen(scope: Scope<'_>, kind: Named) -> String {
    match kind {
        Named::Partner => scope.and_seen_partners("id"),
        Named::Offer
        | Named::Advertiser
        | Named::SmartLink
        | Named::Campaign
        | Named::LandingPage
        | Named::Monitor => String::new(),
        // Rules are about all partners.
        Named::SmartSwitchRule => {
            if scope.is_limited() {
                " AND 1 = 0".to_owned()
            } else {
                String::new()
            }
        }
    }
}

async fn named(scope: Scope<'_>, kind: Named, ids: &[i64]) -> Result<Vec<Row>, Error> {
    let places: Vec<String> = (0..ids.len()).map(|place| format!("${}", place + 2)).collect();
    let sql = format!(
        "SELECT id, {} AS name FROM {} WHERE network_id = $1 AND id IN ({}){}",
        kind.column(),
        kind.table(),
        places.join(", "),
        seen(scope, kind)
    );
    let mut values: Vec<Value> = vec![scope.network().0.into()];
    values.extend(ids.iter().map(|id| Value::from(*id)));
    rows(scope.database().read(), &sql, values).await
}

/// The network's offers or partners for a menu, the deleted ones left out; at most 1,000.
///
/// # Errors
/// What the database said.
pub async fn choices(scope: Scope<'_>, kind: Named) -> Result<Choices, Error> {
    let status = match kind {
        Named::LandingPage => "",
        Named::Offer
        | Named::Partner
        | Named::Advertiser
        | Named::SmartLink
        | Named::Campaign
        | Named::Monitor
        | Named::SmartSwitchRule => " AND status <> 'deleted'",
    };
    let sql = format!(
        "SELECT id, {} AS name FROM {} WHERE network_id = $1{status}{} ORDER BY name, id LIMIT {MOST_CHOICES}",
        kind.column(),
        kind.table(),
        seen(scope, kind)
    );
    let found: Vec<Row> = rows(scope.database().read(), &sql, vec![scope.network().0.into()]).await?;
    Ok(found.into_iter().map(|row| (row.id, kind.read(row.name))).collect())
}
