//! The explanation of one visitor, by the plan in force where this process tracks, else by the stored one.

use super::ask::MadeUp;
use crate::{
    tracking::{
        Tracker,
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
use store::tracking::configuration::configuration;

/// What is told of a visitor.
pub struct Told {
    pub explained: Explained,
    pub plan_version: u64,
    /// Where it would be sent; none where it gets a page.
    pub destination: Option<String>,
    /// The status that it would be answered with.
    pub status: u16,
}

/// Decides for a visitor and tells why.
///
/// # Errors
/// There is no such Smart Link; what the database said.
pub async fn told(
    access: &Access,
    request: &HttpRequest,
    link: SmartLinkId,
    visitor: &MadeUp,
) -> Result<Told, Failure> {
    let (visit, dice) = (visitor.visit(), Dice(visitor.seed));
    let tracker = request.app_data::<Data<Arc<Tracker>>>();
    if let Some(tracker) = tracker
        && let Some(live) = tracker.plans.of(access.network())
    {
        let index = live.plan.smart_link_index(link).ok_or(Failure::NotFound)?;
        let explained = explain_now(&live, &tracker.keys, visitor.partner, index, &visit, visitor.at, dice);
        return Ok(of(&live.plan, visitor, explained.ok_or(Failure::NotFound)?));
    }
    let (plan, _) = Plan::compile(configuration(&access.state().database, access.network()).await?);
    let index = plan.smart_link_index(link).ok_or(Failure::NotFound)?;
    let explained = explain(&plan, visitor.partner, index, &visit, &NoFacts, visitor.at, dice);
    Ok(of(&plan, visitor, explained.ok_or(Failure::NotFound)?))
}

/// The same at a campaign.
pub struct CampaignTold {
    pub explained: CampaignExplained,
    pub plan_version: u64,
    pub destination: Option<String>,
    /// Where the landing page leads on to; none where the visitor is shown none.
    pub onward: Option<String>,
    pub status: u16,
}

/// Decides for a visitor of a campaign and tells why.
///
/// # Errors
/// There is no such campaign; what the database said.
pub async fn campaign_told(
    access: &Access,
    request: &HttpRequest,
    campaign: CampaignId,
    visitor: &MadeUp,
) -> Result<CampaignTold, Failure> {
    let (visit, dice) = (visitor.visit(), Dice(visitor.seed));
    let of = |plan: &Plan, explained: Option<CampaignExplained>| {
        let explained = explained.ok_or(Failure::NotFound)?;
        Ok(CampaignTold {
            destination: explained.decision.url(plan, &visit, ClickId(0)),
            onward: explained.decision.onward_url(plan, &visit, ClickId(0)),
            status: status_of(&explained.decision),
            plan_version: plan.version(),
            explained,
        })
    };
    let tracker = request.app_data::<Data<Arc<Tracker>>>();
    if let Some(tracker) = tracker
        && let Some(live) = tracker.plans.of(access.network())
    {
        let index = live.plan.campaign_index(campaign).ok_or(Failure::NotFound)?;
        let (keys, partner) = (&tracker.keys, visitor.partner);
        return of(&live.plan, explain_campaign_now(&live, keys, partner, index, &visit, visitor.at, dice));
    }
    let (plan, _) = Plan::compile(configuration(&access.state().database, access.network()).await?);
    let index = plan.campaign_index(campaign).ok_or(Failure::NotFound)?;
    of(&plan, explain_campaign(&plan, visitor.partner, index, &visit, &NoFacts, visitor.at, dice))
}

fn status_of(decision: &Decision) -> u16 {
    match &decision.answer {
        Answer::Redirect { .. } => 302,
        Answer::Page(code) => code.http_status(),
        Answer::Blank => 200,
    }
}

fn of(plan: &Plan, visitor: &MadeUp, explained: Explained) -> Told {
    let status = status_of(&explained.decision);
    let destination = explained.decision.url(plan, &visitor.visit(), ClickId(0));
    Told { explained, plan_version: plan.version(), destination, status }
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
