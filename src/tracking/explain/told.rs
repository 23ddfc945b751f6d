//! The explanation of one visitor, by the plan in force where this process tracks, else by the stored one.

use super::{
    ask::MadeUp,
    tables::{campaign_of, link_of},
};
use crate::{
    tracking::{Tracker, live::Live, realise::explain_now},
    web::{Access, Failure},
};
use actix_web::{HttpRequest, web::Data};
use domain::{
    links::{Campaign, SmartLink},
    shared::{CampaignId, ClickId, SmartLinkId},
    tracking::{
        Answer, CampaignTold, Code, Configuration, Dice, Explained, NoFacts, PlaceTold, Plan, RowVerdict,
        SmartLinkTold, Target, explain,
    },
};
use std::sync::Arc;
use store::tracking::{Keys, configuration::configuration};

/// What is told of a visitor.
pub struct Told {
    in_force: InForce,
    pub explained: Explained,
    /// Where it would be sent; none where it gets a page.
    pub destination: Option<String>,
    /// Where a campaign's landing page leads on to; none where the visitor is shown none.
    pub onward: Option<String>,
    /// The status that it would be answered with.
    pub status: u16,
}

impl Told {
    /// The plan that decided, with the documents that it was compiled from.
    pub fn plan(&self) -> &Plan {
        self.in_force.plan()
    }

    /// What a visitor sees who is sent nowhere.
    pub fn page_words(&self) -> String {
        match self.explained.decision.answer {
            Answer::Blank => "a blank page".to_owned(),
            Answer::Page(_) | Answer::Redirect { .. } => format!("a clean page with status {}", self.status),
        }
    }

    /// What the Smart Link said that the visitor came to, with its document.
    pub fn of_smart_link(&self) -> Option<(&SmartLink, &SmartLinkTold)> {
        let Some(PlaceTold::SmartLink(told)) = self.explained.places.first() else { return None };
        Some((link_of(self.plan(), told)?, told))
    }

    /// What the campaign said that the visitor came to, with its document.
    pub fn of_campaign(&self) -> Option<(&Campaign, &CampaignTold)> {
        let Some(PlaceTold::Campaign(told)) = self.explained.places.first() else { return None };
        Some((campaign_of(self.plan(), told)?, told))
    }
}

/// By what is decided: the plan in force with the counters of this process where it tracks, else a stored
/// one, without any.
pub(super) enum InForce {
    Here { live: Arc<Live>, keys: Arc<Keys> },
    Stored(Box<Plan>),
}

impl InForce {
    async fn of(access: &Access, request: &HttpRequest) -> Result<Self, Failure> {
        if let Some(here) = Self::here(access, request) {
            return Ok(here);
        }
        Self::compiled(configuration(&access.state().database, access.network()).await?).await
    }

    /// The plan in force in this process, where it tracks.
    pub fn here(access: &Access, request: &HttpRequest) -> Option<Self> {
        let tracker = request.app_data::<Data<Arc<Tracker>>>()?;
        let live = tracker.plans.of(access.network())?;
        Some(Self::Here { live, keys: Arc::clone(&tracker.keys) })
    }

    /// A plan of its own, compiled beside the threads that answer.
    pub async fn compiled(configuration: Configuration) -> Result<Self, Failure> {
        let compiled = tokio::task::spawn_blocking(move || Plan::compile(configuration).0).await;
        let plan = compiled.map_err(|error| store::Error::Broken(format!("no plan: {error}")))?;
        Ok(Self::Stored(Box::new(plan)))
    }

    pub fn plan(&self) -> &Plan {
        match self {
            Self::Here { live, .. } => &live.plan,
            Self::Stored(plan) => plan,
        }
    }
}

/// Decides for a visitor of a Smart Link and tells why.
///
/// # Errors
/// There is no such Smart Link; what the database said.
pub async fn told(
    access: &Access,
    request: &HttpRequest,
    link: SmartLinkId,
    visitor: &MadeUp,
) -> Result<Told, Failure> {
    let target = |plan: &Plan| plan.smart_link_index(link).map(Target::SmartLink);
    at_target(access, request, target, visitor).await
}

/// The same at a campaign.
///
/// # Errors
/// There is no such campaign; what the database said.
pub async fn campaign_told(
    access: &Access,
    request: &HttpRequest,
    campaign: CampaignId,
    visitor: &MadeUp,
) -> Result<Told, Failure> {
    let target = |plan: &Plan| plan.campaign_index(campaign).map(Target::Campaign);
    at_target(access, request, target, visitor).await
}

async fn at_target(
    access: &Access,
    request: &HttpRequest,
    target: impl Fn(&Plan) -> Option<Target>,
    visitor: &MadeUp,
) -> Result<Told, Failure> {
    let in_force = InForce::of(access, request).await?;
    let (visit, dice) = (visitor.visit(), Dice(visitor.seed));
    let (partner, at) = (visitor.partner, visitor.at);
    let target = target(in_force.plan()).ok_or(Failure::NotFound)?;
    let explained = match &in_force {
        InForce::Here { live, keys } => explain_now(live, keys, partner, target, &visit, at, dice),
        InForce::Stored(plan) => explain(plan, Some(partner), target, &visit, &NoFacts, at, dice),
    };
    let (plan, decision) = (in_force.plan(), &explained.decision);
    Ok(Told {
        destination: decision.url(plan, &visit, ClickId(0)),
        onward: decision.onward_url(plan, &visit, ClickId(0)),
        status: match &decision.answer {
            Answer::Redirect { .. } => 302,
            Answer::Page(code) => code.http_status(),
            Answer::Blank => 200,
        },
        explained,
        in_force,
    })
}

/// The code of what keeps a row from the click, where it has one.
#[must_use]
pub fn code_of(verdict: RowVerdict) -> Option<Code> {
    match verdict {
        RowVerdict::Targeting(code) | RowVerdict::Narrowed(code) | RowVerdict::Offer(code) => Some(code),
        RowVerdict::Takes
        | RowVerdict::LeadsNowhere
        | RowVerdict::LeftOut
        | RowVerdict::WeighsNothing
        | RowVerdict::WasThere
        | RowVerdict::NotAsked => None,
    }
}

/// What a row says, in words.
#[must_use]
pub fn words_of(verdict: RowVerdict) -> String {
    match verdict {
        RowVerdict::Takes => "takes the click".to_owned(),
        RowVerdict::LeadsNowhere => "leads to no offer".to_owned(),
        RowVerdict::Targeting(code) => format!("the row: {}", code.words()),
        RowVerdict::LeftOut => "the partner has left it out".to_owned(),
        RowVerdict::Narrowed(code) => format!("the partner's rule: {}", code.words()),
        RowVerdict::NotAsked => "not asked: a row before it has the click".to_owned(),
        RowVerdict::WasThere => "the click has been at its offer already".to_owned(),
        RowVerdict::WeighsNothing => "weight 0 is never drawn".to_owned(),
        RowVerdict::Offer(code) => format!("the offer: {} (code {})", code.words(), code.number()),
    }
}
