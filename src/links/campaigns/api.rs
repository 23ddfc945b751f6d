//! Campaigns in the API, and what must hold beyond their documents.

use crate::web::{
    Access, Failure,
    objects::{Compared, Object},
    plan_view::FlawedObject,
    status::STATUSES,
};
use domain::{
    identity::Section,
    links::Campaign,
    shared::{CampaignId, Problems, RowId, Status},
};
use std::collections::BTreeSet;
use store::shared::{Filter, Page};

impl Object for Campaign {
    type Input = Self;
    const SECTION: Section = Section::Links;
    const SCHEMA: &'static str = "Campaign";
    const COLLECTION: &'static str = "/api/v1/campaigns";
    const ID: &'static str = "campaign_id";
    const STATUS: bool = true;
    const FLAWED: Option<fn(i64) -> FlawedObject> = Some(|id| FlawedObject::Campaign(CampaignId(id)));
    const FILTERS: &'static [(&'static str, Compared)] =
        &[("name", Compared::Text), ("status", Compared::Word(&STATUSES)), ("code", Compared::Text)];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        let labels = input.labels.iter().map(|label| label.trim().to_owned()).collect();
        let mut campaign = Self { labels, ..input };
        campaign.number(|| rand::random::<u32>() >> 1);
        campaign
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }

    /// Nothing has the id of another campaign's: figures by rule, page and option would mix.
    async fn check(&self, access: &Access, id: Option<i64>) -> Result<(), Failure> {
        let campaigns = access.scope().list::<Self>(&Filter::default(), Page::ALL).await?;
        let others = campaigns.iter().filter(|other| Some(other.id) != id);
        let taken: BTreeSet<RowId> = others.flat_map(|other| other.body.ids()).collect();
        let mut problems = Problems::default();
        for (path, own) in self.id_paths().zip(self.ids()) {
            let message =
                "is something's of another campaign; leave it out for a new one, or choose another number";
            problems.check(!taken.contains(&own), &path, message);
        }
        Ok(problems.into_result(())?)
    }
}
