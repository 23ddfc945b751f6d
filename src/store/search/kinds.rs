//! What is searched, kind by kind.

use super::{
    ids::{HexRange, hex, numbers},
    parts,
};
use crate::{
    Error,
    identity::seen,
    shared::{Scope, folded, pattern, rows},
};
use domain::shared::UserId;
use sea_orm::{DbBackend, FromQueryResult, Value};
use uuid::Uuid;

/// The most hits of a kind that are given.
pub const MOST: usize = 10;
/// The shortest beginning of an order number that is looked for, in characters.
const SHORTEST_ORDER: usize = 4;
/// One row more tells whether there are more.
const LIMIT: usize = MOST + 1;

/// A kind of thing that can be found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Offer,
    Partner,
    Advertiser,
    SmartLink,
    Campaign,
    Monitor,
    Event,
    Coupon,
    Domain,
    User,
    Role,
    ApiKey,
    View,
    Upload,
    Click,
    Conversion,
}

impl Kind {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 16] = [
        Self::Offer,
        Self::Partner,
        Self::Advertiser,
        Self::SmartLink,
        Self::Campaign,
        Self::Monitor,
        Self::Event,
        Self::Coupon,
        Self::Domain,
        Self::User,
        Self::Role,
        Self::ApiKey,
        Self::View,
        Self::Upload,
        Self::Click,
        Self::Conversion,
    ];

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Partner => "partner",
            Self::Advertiser => "advertiser",
            Self::SmartLink => "smart_link",
            Self::Campaign => "campaign",
            Self::Monitor => "monitor",
            Self::Event => "event",
            Self::Coupon => "coupon",
            Self::Domain => "domain",
            Self::User => "user",
            Self::Role => "role",
            Self::ApiKey => "api_key",
            Self::View => "view",
            Self::Upload => "upload",
            Self::Click => "click",
            Self::Conversion => "conversion",
        }
    }
}

/// One thing that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// As it is shown: digits, or the 32 hex characters of clicks and conversions.
    pub id: String,
    /// Its name; of a click or conversion the name of its offer.
    pub name: String,
    /// What tells it from others: a state, a code, an address, an order number. May be empty.
    pub note: String,
    /// What its page needs beside the id: of an event or coupon its offer's id, of a view its question.
    pub place: String,
}

/// What was found of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    pub kind: Kind,
    /// At most [`MOST`].
    pub hits: Vec<Hit>,
    pub has_more: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    note: String,
    place: String,
}

#[derive(FromQueryResult)]
struct HexRow {
    id: Uuid,
    name: String,
    note: String,
}

/// Searches these kinds for a text, which is not empty; kinds without a hit are left out. `person` is whose
/// own views are found beside the shared ones.
///
/// # Errors
/// What the database said.
pub async fn search(
    scope: Scope<'_>,
    text: &str,
    kinds: &[Kind],
    person: Option<UserId>,
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for kind in kinds {
        let mut hits = match kind {
            Kind::Offer => named(scope, text, "offers", true).await?,
            Kind::Partner => named(scope, text, "partners", true).await?,
            Kind::Advertiser => named(scope, text, "advertisers", false).await?,
            Kind::SmartLink => named(scope, text, "smart_links", true).await?,
            Kind::Campaign => named(scope, text, "campaigns", true).await?,
            Kind::Monitor => named(scope, text, "monitors", false).await?,
            Kind::Event => parts::events(scope, text).await?,
            Kind::Coupon => parts::coupons(scope, text).await?,
            Kind::Domain => domains(scope, text).await?,
            Kind::User => users(scope, text).await?,
            Kind::Role => parts::roles(scope, text).await?,
            Kind::ApiKey => parts::keys(scope, text).await?,
            Kind::View => parts::views(scope, text, person).await?,
            Kind::Upload => parts::uploads(scope, text).await?,
            Kind::Click => clicks(scope, text).await?,
            Kind::Conversion => conversions(scope, text).await?,
        };
        let has_more = hits.len() > MOST;
        hits.truncate(MOST);
        if !hits.is_empty() {
            found.push(Found { kind: *kind, hits, has_more });
        }
    }
    Ok(found)
}

/// A statement's parameters; the first is always the network.
pub(super) struct Parameters(Vec<Value>);

impl Parameters {
    pub fn of(scope: Scope<'_>) -> Self {
        Self(vec![scope.network().0.into()])
    }

    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// Rows whose id is written with the text at its beginning.
    pub fn ids(&mut self, text: &str) -> String {
        let ranges: Vec<String> = numbers(text)
            .into_iter()
            .map(|(from, to)| format!(" OR id BETWEEN {} AND {}", self.bind(from), self.bind(to)))
            .collect();
        ranges.concat()
    }

    /// Rows whose column holds the text.
    pub fn holds(&mut self, column: &str, text: &str) -> String {
        let (pattern, escape) = pattern(text);
        format!("{column} LIKE {} ESCAPE '{escape}'", self.bind(pattern))
    }

    /// Rows whose column holds the text in any case. SQLite folds only the letters of ASCII, so that what
    /// is stored as it was typed is also compared so.
    pub fn holds_any_case(&mut self, column: &str, text: &str) -> String {
        let any = self.holds(&format!("LOWER({column})"), &folded(text));
        format!("({any} OR {})", self.holds(column, text))
    }
}

pub(super) async fn read(scope: Scope<'_>, sql: &str, parameters: Parameters) -> Result<Vec<Hit>, Error> {
    let sql = format!("{sql} LIMIT {LIMIT}");
    let found: Vec<Row> = rows(scope.database().read(), &sql, parameters.0).await?;
    Ok(found
        .into_iter()
        .map(|row| Hit { id: row.id.to_string(), name: row.name, note: row.note, place: row.place })
        .collect())
}

/// Offers and their like: by a part of the name, the beginning of the id, the whole code. What is
/// deleted comes last.
async fn named(scope: Scope<'_>, text: &str, table: &str, has_code: bool) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let name = parameters.holds("search_name", &folded(text));
    let ids = parameters.ids(text);
    let exact = match text.parse::<i64>() {
        Ok(id) => format!("id = {} DESC, ", parameters.bind(id)),
        Err(_) => String::new(),
    };
    let code = if has_code { format!(" OR code = {}", parameters.bind(folded(text))) } else { String::new() };
    let sql = format!(
        "SELECT id, name, status AS note, '' AS place FROM {table} WHERE network_id = $1 AND ({name}{ids}{code}){} \
         ORDER BY {exact}status = 'deleted', id DESC",
        if table == "partners" { scope.and_seen_partners("id") } else { String::new() }
    );
    read(scope, &sql, parameters).await
}

async fn domains(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let host = parameters.holds("host", &folded(text));
    let ids = parameters.ids(text);
    let sql = format!(
        "SELECT id, host AS name, '' AS note, '' AS place FROM domains WHERE network_id = $1 AND ({host}{ids}) ORDER BY id DESC"
    );
    read(scope, &sql, parameters).await
}

async fn users(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let email = parameters.holds("email", &folded(text));
    let name = parameters.holds_any_case("name", text);
    let ids = parameters.ids(text);
    let sql = format!(
        "SELECT id, name, email AS note, '' AS place FROM users WHERE network_id = $1 AND ({email} OR {name}{ids}){} \
         ORDER BY status = 'inactive', id DESC",
        seen(scope)
    );
    read(scope, &sql, parameters).await
}

async fn read_hex(scope: Scope<'_>, sql: &str, parameters: Parameters) -> Result<Vec<Hit>, Error> {
    let found: Vec<HexRow> = rows(scope.database().read(), sql, parameters.0).await?;
    let hit = |row: HexRow| Hit {
        id: row.id.simple().to_string(),
        name: row.name,
        note: row.note,
        place: String::new(),
    };
    Ok(found.into_iter().map(hit).collect())
}

/// The name of the offer of a row.
pub(super) fn offer_of(table: &str) -> String {
    format!(
        "COALESCE((SELECT name FROM offers WHERE offers.network_id = $1 AND offers.id = {table}.offer_id), '')"
    )
}

async fn clicks(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let Some(HexRange { first, last, first_day, last_day }) = hex(text) else { return Ok(Vec::new()) };
    let mut parameters = Parameters::of(scope);
    let days = format!("day IN ({}, {})", parameters.bind(first_day.0), parameters.bind(last_day.0));
    let ids = format!("id BETWEEN {} AND {}", parameters.bind(first), parameters.bind(last));
    let offer = offer_of("found");
    let sql = format!(
        "SELECT id, {offer} AS name, country AS note FROM \
         (SELECT id, offer_id, country FROM clicks WHERE network_id = $1 AND {days} AND {ids}{} \
          ORDER BY id DESC LIMIT {LIMIT}) AS found ORDER BY id DESC",
        scope.and_seen_partners("partner_id")
    );
    read_hex(scope, &sql, parameters).await
}

/// Conversions by the beginning of their own id, of their click's, or of the advertiser's order number.
async fn conversions(scope: Scope<'_>, text: &str) -> Result<Vec<Hit>, Error> {
    let mut parameters = Parameters::of(scope);
    let mut parts = vec![by_order(scope, text, &mut parameters)];
    if let Some(range) = hex(text) {
        let (first, last) = (parameters.bind(range.first), parameters.bind(range.last));
        parts.extend(
            ["id", "click_id"].map(|column| part(scope, &format!("{column} BETWEEN {first} AND {last}"))),
        );
    }
    let offer = offer_of("found");
    let sql = format!(
        "SELECT id, {offer} AS name, CASE WHEN txn_id = '' THEN status ELSE status || ', order ' || txn_id END AS note \
         FROM ({}) AS found ORDER BY id DESC LIMIT {LIMIT}",
        parts.join(" UNION ")
    );
    read_hex(scope, &sql, parameters).await
}

fn part(scope: Scope<'_>, wanted: &str) -> String {
    format!(
        "SELECT * FROM (SELECT id, offer_id, status, txn_id FROM conversions WHERE network_id = $1 AND {wanted}{} \
         LIMIT {LIMIT}) AS part",
        scope.and_seen_partners("partner_id")
    )
}

fn by_order(scope: Scope<'_>, text: &str, parameters: &mut Parameters) -> String {
    let is_postgres = scope.database().read().get_database_backend() == DbBackend::Postgres;
    let column = if is_postgres { "txn_id COLLATE \"C\"" } else { "txn_id" };
    let first = parameters.bind(text);
    // A short beginning is one of very many, of which few may be seen: then only the whole number counts.
    if text.chars().count() < SHORTEST_ORDER {
        return part(scope, &format!("txn_id <> '' AND {column} = {first}"));
    }
    let after = parameters.bind(format!("{text}\u{10ffff}"));
    part(scope, &format!("txn_id <> '' AND {column} >= {first} AND {column} < {after}"))
}
