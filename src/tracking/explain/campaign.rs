//! "Test this link" at a campaign: which rule a made-up visitor wins, the first condition that keeps it from
//! each other, and what the offers on its way say.

use super::{
    ask::asked,
    page::{Outcome, page},
    tables::{named, tables},
    told::{Told, campaign_told},
};
use crate::{
    links::campaigns::branch_name,
    web::{Access, Answer, Failure, Form, history::Viewed, signal::Signal, views::CAMPAIGN},
};
use actix_web::{HttpRequest, web::Path};
use domain::{
    links::Campaign,
    shared::{CampaignId, Problems},
    tracking::Code,
};
use store::offers::{Named, Names};

/// `GET /campaigns/{campaign_id}/test`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let campaign = access.scope().get::<Campaign>(*id).await?.body;
    let form = Form::read(request.query_string().as_bytes());
    let (result, problems) = match form.fields().is_empty() {
        true => (None, Problems::default()),
        false => tried(&access, &request, CampaignId(*id), &form).await?,
    };
    let subject = (CAMPAIGN, campaign.name.as_str(), campaign.state());
    let hint = "Each rule says whether it wins, and which condition keeps it. Nothing is counted.";
    page(&access, &request, *id, subject, hint, (form, result, problems)).await
}

async fn tried(
    access: &Access,
    request: &HttpRequest,
    id: CampaignId,
    form: &Form,
) -> Result<(Option<Outcome>, Problems), Failure> {
    let visitor = match asked(access, form).await {
        Ok(visitor) => visitor,
        Err(failure) => return Ok((None, failure.into_problems()?)),
    };
    let told = campaign_told(access, request, id, &visitor).await?;
    let names = Names::read(access.scope(), named(&told)).await?;
    Ok((Some(outcome(&names, &told, visitor.seed)), Problems::default()))
}

fn outcome(names: &Names, told: &Told, seed: u64) -> Outcome {
    Outcome {
        signal: if told.destination.is_some() { Signal::Good } else { Signal::Bad },
        story: told.of_campaign().map_or_else(String::new, |(campaign, _)| story(campaign, names, told)),
        destination: told.destination.clone(),
        tables: tables(told.plan(), names, &told.explained),
        plan_version: told.plan().version(),
        seed,
    }
}

fn story(campaign: &Campaign, names: &Names, told: &Told) -> String {
    let Some(last) = told.explained.decision.hops.last() else { return String::new() };
    let branch = branch_name(campaign, last.branch.map(usize::from));
    let offer = last.offer.map_or("", |offer| names.of(Named::Offer, offer.0));
    let page = last.campaign_page.and_then(|page| campaign.landing_page(page));
    let code =
        last.code.map_or_else(String::new, |code| format!("{} (code {})", code.words(), code.number()));
    match (last.code, page) {
        (None | Some(Code::Bot), Some(page)) => {
            format!("By {branch}: the landing page {}, and from there on to {offer}.", page.name)
        }
        (None | Some(Code::Bot), None) => format!("By {branch}: {offer}."),
        (Some(_), _) if last.offer.is_some() => {
            format!("By {branch}: {offer} has the click, and ends it: {code}.")
        }
        (Some(_), _) if told.destination.is_some() => {
            format!("Nothing takes the click: {code}. The visitor goes to the network's fallback URL.")
        }
        (Some(_), _) => {
            format!("Nothing takes the click: {code}. The visitor sees {}.", told.page_words())
        }
    }
}
