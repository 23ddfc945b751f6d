//! Caps that are nearly or wholly used: told once a cap, period and level, whichever node sees it first.

use crate::{
    Database, Error,
    shared::{self, Fact, Transaction, now_millis},
};
use domain::{
    offers::Cap,
    shared::{DayNumber, NetworkId, OfferId, PartnerId},
};
use sea_orm::{ConnectionTrait, Statement};

/// How full a cap is that is told of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fullness {
    /// 90 %.
    Near,
    /// 100 %.
    Reached,
}

/// A level that a cap has reached. Another limit makes it another cap.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CapLevel {
    pub offer: OfferId,
    /// None where it is the offer's own cap.
    pub partner: Option<PartnerId>,
    pub cap: Cap,
    /// The first day of the period; none for all time.
    pub first_day: Option<DayNumber>,
    pub fullness: Fullness,
}

impl Fullness {
    fn percent(self) -> i64 {
        match self {
            Self::Near => 90,
            Self::Reached => 100,
        }
    }
}

impl CapLevel {
    fn fact(&self) -> Fact {
        let Self { offer: offer_id, partner: partner_id, cap, .. } = *self;
        match self.fullness {
            Fullness::Near => Fact::CapNear { offer_id, partner_id, cap },
            Fullness::Reached => Fact::CapReached { offer_id, partner_id, cap },
        }
    }
}

/// Tells of those that nobody has told of yet; gives how many there were.
///
/// # Errors
/// What the database said; then nothing was told.
pub async fn tell_cap_levels(
    database: &Database,
    network: NetworkId,
    levels: &[CapLevel],
) -> Result<usize, Error> {
    let transaction = database.write().await?;
    let mut told = 0;
    for level in levels {
        if is_first(&transaction, network, level).await? {
            shared::tell(&transaction, network, &level.fact()).await?;
            told += 1;
        }
    }
    transaction.commit().await?;
    Ok(told)
}

/// Notes the level; whether nobody had before. Another node that notes it at the same time waits for this one's end.
async fn is_first(transaction: &Transaction, network: NetworkId, level: &CapLevel) -> Result<bool, Error> {
    let sql = "INSERT INTO cap_levels (network_id, offer_id, partner_id, measure, period, amount, first_day, percent, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING offer_id";
    let values = vec![
        network.0.into(),
        level.offer.0.into(),
        level.partner.map_or(0, |partner| partner.0).into(),
        level.cap.measure.name().into(),
        level.cap.period.name().into(),
        level.cap.limit.0.into(),
        level.first_day.map_or(0, |day| day.0).into(),
        level.fullness.percent().into(),
        now_millis().into(),
    ];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    Ok(transaction.query_one_raw(statement).await?.is_some())
}
