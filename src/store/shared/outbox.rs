//! The outbox: a room writes a fact in the transaction that made it true; a job turns facts into
//! messages later.

use super::{Database, Error, Executor, now_millis, rows, run};
use domain::shared::{
    ActionableVariableId, AdvertiserId, CampaignId, Cap, MonitorId, NetworkId, OfferId, PartnerId, RowId,
    RunId, SmartLinkId, SmartSwitchRuleId, UserId,
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

/// Something that somebody wants to be told of. Stored as JSON with its kind; fields are only ever added.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A conversion or event was stored, or has another status now.
    Conversion {
        conversion_id: String,
        offer_id: OfferId,
        partner_id: PartnerId,
        advertiser_id: AdvertiserId,
        /// `approved`, `pending` or `rejected`.
        status: String,
        /// Whether it is new, rather than changed.
        is_new: bool,
    },
    /// A partner asks to run an offer.
    PartnerApplied { partner_id: PartnerId, offer_id: OfferId },
    /// The network has answered.
    ApplicationAnswered { partner_id: PartnerId, offer_id: OfferId, approved: bool },
    /// 90 % of a cap are used in its current period; of the partner's share where one is named.
    CapNear { offer_id: OfferId, partner_id: Option<PartnerId>, cap: Cap },
    /// The cap is used up until its period ends.
    CapReached { offer_id: OfferId, partner_id: Option<PartnerId>, cap: Cap },
    /// Somebody was invited; `by` is the name of whoever did it.
    UserInvited { user_id: UserId, by: String },
    /// Somebody who gave this address can't sign in. Whether anyone has it is looked up when the message is
    /// made, so that the answer tells nothing of it, not even by its time.
    PasswordResetAsked { email: String },
    /// The person has a new password, set from this address.
    PasswordChanged { user_id: UserId, ip: String },
    /// Conversions of a Smart Link on a KPI have stopped: its weights are held as they are.
    SmartLinkHeld {
        smart_link_id: SmartLinkId,
        run_id: RunId,
        /// The stretch in which they have, up to the run.
        hours: f64,
        /// How many its clicks should have brought, and how many they have.
        expected: f64,
        reported: f64,
    },
    /// The same of a campaign's rotator, up to a refresh.
    RotatorHeld { campaign_id: CampaignId, rotator_id: RowId, hours: f64, expected: f64, reported: f64 },
    /// The site of a monitor is down; `why` is what its last check found.
    SiteDown { monitor_id: MonitorId, why: String },
    /// It is up again; it was down since then, in milliseconds since 1970 UTC.
    SiteUp { monitor_id: MonitorId, down_since: i64 },
    /// Two-step sign-in of this person is on, or off; `by` did it.
    TwoStepChanged { user_id: UserId, is_on: bool, by: String },
    /// A SmartSwitch rule has found a source, and acts on it `due_at` so many milliseconds since 1970 UTC.
    SourceToBeBlocked { source: SourceTold, due_at: i64 },
    /// The rule has acted on the source, as its action says: where that is only a notice, this is it.
    SourceBlocked { source: SourceTold },
    /// The source breaches no longer.
    SourceRecovered { source: SourceTold },
    /// The rule never acts on the source again.
    SourceWhitelisted { source: SourceTold },
    /// What the rule did with the source, or was to do, has ended by hand, by time or with the rule.
    SourceLifted { source: SourceTold },
}

/// A source that a SmartSwitch rule has found, as facts tell of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SourceTold {
    pub actionable_variable_id: ActionableVariableId,
    pub rule_id: SmartSwitchRuleId,
    pub offer_id: OfferId,
    pub partner_id: PartnerId,
    /// `source_id` or `sub1` to `sub5`.
    pub variable: String,
    pub value: String,
    /// `block`, `fail_traffic` or `notify`.
    pub action: String,
    /// Whom the rule tells.
    pub to_employees: bool,
    pub to_partners: bool,
}

impl Fact {
    /// The kind, as the outbox's column and users' preferences name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Conversion { .. } => "conversion",
            Self::PartnerApplied { .. } => "partner_applied",
            Self::ApplicationAnswered { .. } => "application_answered",
            Self::CapNear { .. } => "cap_near",
            Self::CapReached { .. } => "cap_reached",
            Self::SmartLinkHeld { .. } => "smart_link_held",
            Self::RotatorHeld { .. } => "rotator_held",
            Self::SiteDown { .. } => "site_down",
            Self::SiteUp { .. } => "site_up",
            Self::UserInvited { .. } => "user_invited",
            Self::PasswordResetAsked { .. } => "password_reset_asked",
            Self::PasswordChanged { .. } => "password_changed",
            Self::TwoStepChanged { .. } => "two_step_changed",
            Self::SourceToBeBlocked { .. } => "source_to_be_blocked",
            Self::SourceBlocked { .. } => "source_blocked",
            Self::SourceRecovered { .. } => "source_recovered",
            Self::SourceWhitelisted { .. } => "source_whitelisted",
            Self::SourceLifted { .. } => "source_lifted",
        }
    }
}

/// Writes a fact in the caller's transaction.
///
/// # Errors
/// What the database said.
pub async fn tell(executor: &impl Executor, network: NetworkId, fact: &Fact) -> Result<(), Error> {
    run(
        executor,
        "INSERT INTO outbox (network_id, at, kind, body) VALUES ($1, $2, $3, $4)",
        vec![network.0.into(), now_millis().into(), fact.kind().into(), serde_json::to_string(fact)?.into()],
    )
    .await
}

/// A fact that nobody has settled yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    pub network: NetworkId,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub fact: Fact,
}

#[derive(FromQueryResult)]
struct Row {
    network_id: i64,
    at: i64,
    body: String,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// The ids of the oldest unsettled facts behind `after` that become mail. The condition is that of the
/// index `outbox_to_mail`, word for word.
///
/// # Errors
/// What the database said.
pub async fn facts_to_mail(database: &Database, after: i64, limit: u64) -> Result<Vec<i64>, Error> {
    let sql = format!(
        "SELECT id FROM outbox WHERE handled_at IS NULL AND kind IN \
         ('user_invited', 'password_reset_asked', 'password_changed', 'two_step_changed') \
         AND id > $1 ORDER BY id LIMIT {limit}"
    );
    let found: Vec<Id> = rows(database.read(), &sql, vec![after.into()]).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// A fact; none where it is settled.
///
/// # Errors
/// What the database said, or that it does not read.
pub async fn unsettled_fact(database: &Database, id: i64) -> Result<Option<Told>, Error> {
    let sql = "SELECT network_id, at, body FROM outbox WHERE id = $1 AND handled_at IS NULL";
    let found: Vec<Row> = rows(database.read(), sql, vec![id.into()]).await?;
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    let fact = serde_json::from_str(&row.body)?;
    Ok(Some(Told { network: NetworkId(row.network_id), at: row.at, fact }))
}

/// Notes that a fact was told, or why it was given up.
///
/// # Errors
/// What the database said.
pub async fn settle_fact(database: &Database, id: i64, given_up: Option<&str>) -> Result<(), Error> {
    let sql = "UPDATE outbox SET handled_at = $2, given_up = $3 WHERE id = $1";
    let values = vec![id.into(), now_millis().into(), given_up.map(str::to_owned).into()];
    run(database.write_connection(), sql, values).await
}
