//! What is read of a campaign's rotators, and the words in which it is told.

use crate::{
    links::campaigns::{named_by, option_name},
    web::{Access, Failure, format},
};
use chrono::{DateTime, Utc};
use domain::{
    links::{
        Campaign, Rotator,
        optimizer::{Compared, Settlement},
    },
    shared::{CampaignId, Currency, Micros, RowId},
};
use store::{
    offers::Names,
    shared::now_millis,
    tracking::{RotatorTable, rotator_figures, rotator_tables},
};

/// One rotator with what is known of its options.
pub(super) struct Experiment {
    pub rotator: Rotator,
    /// In the order of its options.
    pub options: Vec<OptionFound>,
    pub settlement: Settlement,
    /// What it serves by; none before its first refresh.
    pub table: Option<RotatorTable>,
}

pub(super) struct OptionFound {
    pub id: String,
    pub name: String,
    pub compared: Compared,
    /// The share of the visitors that it is served, 0 to 1; none before the first refresh.
    pub share: Option<f64>,
    /// Its views, by the hours in which they began.
    pub hours: Vec<(DateTime<Utc>, i64)>,
}

/// The rotators of a campaign.
pub(super) async fn found(access: &Access, id: i64, campaign: &Campaign) -> Result<Vec<Experiment>, Failure> {
    let (database, network) = (&access.state().database, access.network());
    let now = now_millis();
    let names = Names::read(access.scope(), named_by(campaign)).await?;
    let tables = rotator_tables(database, network).await?;
    let figures = rotator_figures(database, network, CampaignId(id), campaign, now).await?;
    let found = figures.into_iter().map(|figures| {
        let (compared, settlement) = figures.rotator.compare(&figures.rows, &figures.cells, now);
        let table = tables.iter().find(|table| table.rotator == figures.rotator.id).cloned();
        let hours = |id: RowId| {
            let own = figures.cells.iter().filter(|cell| cell.row == id);
            own.filter_map(|cell| {
                Some((DateTime::from_timestamp_millis(cell.begins_at())?, cell.measures.unique))
            })
            .collect()
        };
        let options = figures.rotator.options.iter().zip(compared).map(|(option, compared)| OptionFound {
            hours: hours(option.id),
            id: option.id.to_string(),
            name: option_name(campaign, &names, option),
            share: table.as_ref().and_then(|table| share_of(table, option.id, Utc::now())),
            compared,
        });
        let options = options.collect();
        Experiment { options, rotator: figures.rotator, settlement, table }
    });
    Ok(found.collect())
}

/// What an option is served by a table, where that still holds.
fn share_of(table: &RotatorTable, option: RowId, now: DateTime<Utc>) -> Option<f64> {
    let total: f64 = table.options.iter().map(|option| f64::from(option.weight)).sum();
    let own = table.options.iter().find(|served| served.id == option)?;
    let holds = now < table.at + store::tracking::ROTATOR_TABLE_HOLDS && total > 0.0;
    holds.then(|| f64::from(own.weight) / total)
}

impl Experiment {
    /// Whether it hardly matters which of the options is chosen.
    fn is_alike(&self) -> bool {
        self.options.iter().map(|option| &option.compared).all(|known| {
            let earned = known.worth.map(|worth| ALIKE * known.rate * worth);
            known.loss.zip(earned).is_some_and(|(loss, earned)| loss <= earned)
        })
    }

    /// How far the options are told apart, in a sentence.
    pub fn verdict(&self) -> String {
        let name = |place: usize| self.options.get(place).map_or("", |option| option.name.as_str());
        let sure = |place: usize| {
            let best = self.options.get(place).map_or(0.0, |option| option.compared.best);
            format::percent(Some(best))
        };
        match self.settlement {
            _ if self.options.len() < 2 => "There is nothing to compare: add a second option.".to_owned(),
            Settlement::Settled(place) => format!("{} is best with {}.", name(place), sure(place)),
            Settlement::After { leader, conversions } => {
                let more = format::counted(conversions as i64, "more conversion");
                format!("{} is best with {}; {more} would settle it.", name(leader), sure(leader))
            }
            Settlement::TooClose if self.options.iter().all(|option| option.compared.conversions <= 0.0) => {
                "Nothing has converted yet.".to_owned()
            }
            Settlement::TooClose if self.is_alike() => {
                "The options are too close to be told apart: any of them will do.".to_owned()
            }
            Settlement::TooClose => "Too little is known yet to tell the options apart.".to_owned(),
        }
    }
}

/// Up to which part of what a view earns may be lost by an option that is as good as the best.
const ALIKE: f64 = 0.02;

/// An amount of the KPI's own unit as money.
pub(super) fn money(amount: f64, currency: Currency) -> String {
    format::money(Micros((amount * 1e6).round() as i64), currency)
}
