//! "Test this link" at a campaign: which rule a made-up visitor wins, the first condition that keeps it from
//! each other, and what the offers on its way say.

use super::{
    ask::asked,
    page::{Outcome, Row, Table, page},
    told::{Told, campaign_told},
};
use crate::{
    links::campaigns::{branch_name, named_by, option_name, rule_name},
    web::{
        Access, Answer, Failure, Form, history::Viewed, sheet::condition_line, signal::Signal,
        views::CAMPAIGN,
    },
};
use actix_web::{HttpRequest, web::Path};
use domain::{
    links::Campaign,
    shared::{CampaignId, Problems},
    tracking::{CampaignExplained, Code, RuleTold, RuleVerdict, WayTold},
};
use store::offers::{Named, Names};

/// `GET /campaigns/{campaign_id}/test`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let campaign = access.scope().get::<Campaign>(*id).await?.body;
    let form = Form::read(request.query_string().as_bytes());
    let (result, problems) = match form.fields().is_empty() {
        true => (None, Problems::default()),
        false => tried(&access, &request, CampaignId(*id), &campaign, &form).await?,
    };
    let subject = (CAMPAIGN, campaign.name.as_str(), campaign.state());
    let hint = "Each rule says whether it wins, and which condition keeps it. Nothing is counted.";
    page(&access, &request, *id, subject, hint, (form, result, problems)).await
}

async fn tried(
    access: &Access,
    request: &HttpRequest,
    id: CampaignId,
    campaign: &Campaign,
    form: &Form,
) -> Result<(Option<Outcome>, Problems), Failure> {
    let visitor = match asked(access, form).await {
        Ok(visitor) => visitor,
        Err(failure) => return Ok((None, failure.into_problems()?)),
    };
    let told = campaign_told(access, request, id, &visitor).await?;
    let names = Names::read(access.scope(), named_by(campaign)).await?;
    Ok((Some(outcome(campaign, &names, told, visitor.seed)), Problems::default()))
}

fn outcome(campaign: &Campaign, names: &Names, told: Told<CampaignExplained>, seed: u64) -> Outcome {
    let last = told.explained.decision.hops.last();
    let taken = last.and_then(|hop| hop.offer.zip(Some(hop.rotator_option)));
    let by_rule = last.is_some_and(|hop| hop.row.is_some());
    let rules = told.explained.rules.iter().map(|said| rule_row(campaign, said)).collect();
    let ways = |ways: &[WayTold], has_click: bool| {
        let is_drawn = |way: &WayTold| has_click && taken == Some((way.offer, way.option));
        ways.iter().map(|way| way_row(campaign, names, way, is_drawn(way))).collect::<Vec<_>>()
    };
    let mut tables = vec![Table {
        empty: "No rule was asked: there is none, or the campaign, the partner or the network takes no traffic.",
        ..Table::of("What each rule says, in the order in which they are asked", "Rule", rules, false)
    }];
    if !told.explained.ways.is_empty() {
        let rows = ways(&told.explained.ways, by_rule);
        tables.push(Table::of("Where the winning rule leads", "Offer", rows, true));
    }
    tables.push(Table {
        empty: "The defaults lead to no offer.",
        ..Table::of("Where the defaults lead", "Offer", ways(&told.explained.defaults, !by_rule), true)
    });
    Outcome {
        signal: if told.destination.is_some() { Signal::Good } else { Signal::Bad },
        story: story(campaign, names, &told),
        destination: told.destination,
        tables,
        plan_version: told.plan_version,
        seed,
    }
}

fn rule_row(campaign: &Campaign, said: &RuleTold) -> Row {
    let rule = campaign.rules.get(said.place);
    let name = rule.map_or_else(String::new, |rule| rule_name(said.place, rule));
    let signal = match said.verdict {
        RuleVerdict::Wins => Signal::Good,
        RuleVerdict::Fails(_) | RuleVerdict::Later => Signal::Off,
    };
    Row::new(name, signal, rule_words(campaign, said), 0.0, said.verdict == RuleVerdict::Wins)
}

/// What a rule says, in words.
pub(super) fn rule_words(campaign: &Campaign, said: &RuleTold) -> String {
    match said.verdict {
        RuleVerdict::Wins => "wins".to_owned(),
        RuleVerdict::Later => "would win, but one that is asked before it does".to_owned(),
        RuleVerdict::Fails(at) => {
            let condition = campaign.rules.get(said.place).and_then(|rule| rule.conditions.get(at));
            let line = condition.map_or_else(String::new, condition_line);
            format!("does not hold: {line}")
        }
    }
}

fn way_row(campaign: &Campaign, names: &Names, way: &WayTold, is_drawn: bool) -> Row {
    let options = campaign.rotators.iter().flat_map(|rotator| &rotator.options);
    let option = way.option.and_then(|id| options.clone().find(|option| option.id == id));
    let name = match option {
        Some(option) => option_name(campaign, names, option),
        None => names.of(Named::Offer, way.offer.0).to_owned(),
    };
    let signal = if way.refused.is_none() { Signal::Good } else { Signal::Off };
    Row::new(name, signal, way_words(way), way.propensity, is_drawn)
}

/// What an offer or option says, in words.
pub(super) fn way_words(way: &WayTold) -> String {
    match way.refused {
        None if way.propensity > 0.0 => "takes the click".to_owned(),
        None => "would take the click, but is not drawn".to_owned(),
        Some(code) => format!("the offer: {} (code {})", code.words(), code.number()),
    }
}

fn story(campaign: &Campaign, names: &Names, told: &Told<CampaignExplained>) -> String {
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
            format!(
                "Nothing takes the click: {code}. The visitor sees a clean page with status {}.",
                told.status
            )
        }
    }
}
