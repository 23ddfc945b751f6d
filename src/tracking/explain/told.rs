//! The explanation of one visitor, by the plan in force where this process tracks, else by the stored one.

use super::ask::MadeUp;
use crate::{
    tracking::{
        Tracker,
        live::Live,
        realise::{explain_campaign_now, explain_now},
    },
    web::{Access, Failure},
};
use actix_web::{HttpRequest, web::Data};
use domain::{
    shared::{CampaignId, ClickId, SmartLinkId},
    tracking::{
        Answer, CampaignExplained, Code, Decision, Dice, Explained, NoFacts, Plan, RowVerdict, explain,
        explain_campaign,
    },
};
use std::sync::Arc;
use store::tracking::{Keys, configuration::configuration};

/// What is told of a visitor.
pub struct Told<Explained> {
    pub explained: Explained,
    pub plan_version: u64,
    /// Where it would be sent; none where it gets a page.
    pub destination: Option<String>,
    /// Where a campaign's landing page leads on to; none where the visitor is shown none.
    pub onward: Option<String>,
    /// The status that it would be answered with.
    pub status: u16,
}

/// By what is decided: the plan in force with the counters of this process where it tracks, else the stored
/// one, without any.
enum InForce {
    Here { live: Arc<Live>, keys: Arc<Keys> },
    Stored(Box<Plan>),
}

impl InForce {
    async fn of(access: &Access, request: &HttpRequest) -> Result<Self, Failure> {
        let tracker = request.app_data::<Data<Arc<Tracker>>>();
        if let Some(tracker) = tracker
            && let Some(live) = tracker.plans.of(access.network())
        {
            return Ok(Self::Here { live, keys: Arc::clone(&tracker.keys) });
        }
        let configuration = configuration(&access.state().database, access.network()).await?;
        Ok(Self::Stored(Box::new(Plan::compile(configuration).0)))
    }

    fn plan(&self) -> &Plan {
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
) -> Result<Told<Explained>, Failure> {
    let in_force = InForce::of(access, request).await?;
    let (visit, dice) = (visitor.visit(), Dice(visitor.seed));
    let (partner, at) = (visitor.partner, visitor.at);
    let index = in_force.plan().smart_link_index(link).ok_or(Failure::NotFound)?;
    let explained = match &in_force {
        InForce::Here { live, keys } => explain_now(live, keys, partner, index, &visit, at, dice),
        InForce::Stored(plan) => explain(plan, partner, index, &visit, &NoFacts, at, dice),
    };
    let explained = explained.ok_or(Failure::NotFound)?;
    Ok(of(in_force.plan(), visitor, explained, |explained| &explained.decision))
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
) -> Result<Told<CampaignExplained>, Failure> {
    let in_force = InForce::of(access, request).await?;
    let (visit, dice) = (visitor.visit(), Dice(visitor.seed));
    let (partner, at) = (visitor.partner, visitor.at);
    let index = in_force.plan().campaign_index(campaign).ok_or(Failure::NotFound)?;
    let explained = match &in_force {
        InForce::Here { live, keys } => explain_campaign_now(live, keys, partner, index, &visit, at, dice),
        InForce::Stored(plan) => explain_campaign(plan, partner, index, &visit, &NoFacts, at, dice),
    };
    let explained = explained.ok_or(Failure::NotFound)?;
    Ok(of(in_force.plan(), visitor, explained, |explained| &explained.decision))
}

fn of<Explained>(
    plan: &Plan,
    visitor: &MadeUp,
    explained: Explained,
    decision: impl Fn(&Explained) -> &Decision,
) -> Told<Explained> {
    let (visit, decision) = (visitor.visit(), decision(&explained));
    Told {
        destination: decision.url(plan, &visit, ClickId(0)),
        onward: decision.onward_url(plan, &visit, ClickId(0)),
        status: match &decision.answer {
            Answer::Redirect { .. } => 302,
            Answer::Page(code) => code.http_status(),
            Answer::Blank => 200,
        },
        plan_version: plan.version(),
        explained,
    }
}

/// The code of what keeps a row from the click, where it has one.
#[must_use]
pub fn code_of(verdict: RowVerdict) -> Option<Code> {
    match verdict {
        RowVerdict::Targeting(code) | RowVerdict::Narrowed(code) | RowVerdict::Offer(code) => Some(code),
        RowVerdict::Takes | RowVerdict::LeadsNowhere | RowVerdict::LeftOut | RowVerdict::WeighsNothing => {
            None
        }
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
        RowVerdict::WeighsNothing => "weight 0 is never drawn".to_owned(),
        RowVerdict::Offer(code) => format!("the offer: {} (code {})", code.words(), code.number()),
    }
}
