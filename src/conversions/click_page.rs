//! A click's page: who came, what was decided and why, where the visit went on, what came of it.

use super::show::signal_of;
use crate::{
    links::campaigns,
    tracking::{
        explain::{Recomputed, recomputed, sees_rules},
        log::{verdict, words},
    },
    web::{
        Access, Answer, Failure, answer, format,
        markup::Markup,
        navigation,
        page::Shell,
        parts::{Column, Fact, Link},
        signal::Signal,
        views::page_of,
    },
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::DateTime;
use domain::{
    identity::{Level, Section},
    links::Campaign,
    shared::{Calendar, ClickId, Micros},
    tracking::{Code, Device, SUBS},
};
use store::{
    conversions::{self, Conversion},
    offers::{Named, Names},
    tracking::{self, Click},
};

#[derive(Template)]
#[template(path = "tracking/click.html")]
struct ClickPage {
    shell: Shell,
    crumbs: Vec<Link>,
    click_id: String,
    verdict: Signal,
    verdict_words: String,
    story: String,
    place: Vec<Fact>,
    visitor: Vec<Fact>,
    given: Vec<Fact>,
    decision: Vec<Fact>,
    again: Recomputed,
    hops: Vec<Hop>,
    hop_columns: Vec<Column>,
    conversions: Vec<Converted>,
    conversion_columns: Vec<Column>,
    sees_conversions: bool,
}

/// A click of the same visit.
struct Hop {
    href: String,
    is_this: bool,
    offer: String,
    verdict: Signal,
    verdict_words: String,
    destination: String,
}

struct Converted {
    href: String,
    at: Markup,
    event: String,
    status: Signal,
    status_words: &'static str,
    payout: String,
    revenue: String,
}

/// `GET /clicks/{click_id}`
pub async fn show(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let id: ClickId = path.parse().map_err(|_| Failure::NotFound)?;
    let scope = access.scope();
    let click = tracking::click(scope, id).await?;
    let visit = tracking::visit_of(scope, click.clone()).await?;
    let again = recomputed(&access, &request, &visit).await?;
    let sees_rules = sees_rules(&access);
    let named = visit.iter().flat_map(|click| {
        [
            (Named::Offer, click.offer_id),
            (Named::Partner, click.partner_id),
            (Named::SmartLink, click.smart_link_id),
            (Named::Campaign, click.campaign_id),
            (Named::LandingPage, click.landing_page_id),
            (Named::SmartSwitchRule, if sees_rules { click.smart_switch_rule_id } else { 0 }),
        ]
    });
    let names = Names::read(scope, named).await?;
    let sees_conversions = access.may(Section::Conversions, Level::Read);
    let converted = if sees_conversions { conversions::of_click(scope, id).await? } else { Vec::new() };
    let (signal, verdict_words) = verdict(&click);
    let page = ClickPage {
        shell: navigation::shell(&access, &request).titled("Click"),
        crumbs: vec![Link::new("Clicks", "/clicks")],
        click_id: id.to_string(),
        verdict: signal,
        verdict_words,
        story: story(&click, &visit),
        place: place(&access, &names, &click),
        visitor: visitor(&click),
        given: given(&click),
        decision: decision(&click).into_iter().chain(flow(&access, &click).await?).collect(),
        again,
        hops: visit.iter().map(|hop| hop_of(&names, hop, id)).collect(),
        hop_columns: ["Click", "Offer", "Verdict", "Sent on to"].into_iter().map(Column::text).collect(),
        conversions: converted.iter().map(|conversion| converted_of(&access, conversion)).collect(),
        conversion_columns: conversion_columns(),
        sees_conversions,
    };
    answer::page(&page)
}

/// The decision in a sentence. `visit` are all stops of the visit.
fn story(click: &Click, visit: &[Click]) -> String {
    let reason = words(click.code);
    let goes_on = visit.last().is_some_and(|last| last.id != click.id);
    let end = match (goes_on, click.destination.is_empty()) {
        (true, _) => "The click went on to the next stop of the visit.",
        (false, true) if saw_nothing(visit) => "The visitor saw a blank page.",
        (false, true) => "The visitor saw a clean page.",
        (false, false) => "The visitor was sent on to the address below.",
    };
    match (click.verdict, reason) {
        (0, _) => format!("The click counted. {end}"),
        (1, _) => {
            format!("The click counted as a duplicate: the visitor had been seen on this offer before. {end}")
        }
        (_, "") => format!("The click did not count. {end}"),
        (_, reason) => format!("The click did not count: {reason} (code {}). {end}", click.code),
    }
}

/// Whether a visitor who was sent nowhere saw a blank page: SmartSwitch refused the click at its end, or where it came
/// in by the offer's own link.
fn saw_nothing(visit: &[Click]) -> bool {
    let is_switched = |click: &Click| click.smart_switch_rule_id != 0;
    let is_forwarded = |click: &&Click| click.code == i64::from(Code::Forwarded.number());
    let is_of_offer = |click: &Click| click.smart_link_id == 0 && click.campaign_id == 0;
    let came_in = visit.iter().find(|click| !is_forwarded(click));
    visit
        .last()
        .is_some_and(|last| is_switched(last) || is_of_offer(last) && came_in.is_some_and(is_switched))
}

fn place(access: &Access, names: &Names, click: &Click) -> Vec<Fact> {
    let network = &access.entrant().network;
    let at = DateTime::from_timestamp_millis(click.id().parts().millis).unwrap_or_default();
    let money = |amount| format::money(Micros(amount), network.currency);
    let named = |label: &str, kind, id| Fact::new(label, names.of(kind, id)).to(page_of(access, kind, id));
    Fact::known(vec![
        Fact::new("Time", format::moment(at, Calendar::new(network.zone))),
        Fact::new("Time in UTC", at.format("%-d %b %Y %H:%M:%S%.3f").to_string()),
        named("Offer", Named::Offer, click.offer_id),
        named("Partner", Named::Partner, click.partner_id),
        named("Smart Link", Named::SmartLink, click.smart_link_id),
        named("Campaign", Named::Campaign, click.campaign_id),
        Fact::new("Landing page", names.of(Named::LandingPage, click.landing_page_id)),
        named("Refused by the SmartSwitch rule", Named::SmartSwitchRule, click.smart_switch_rule_id),
        Fact::new("Tracking domain", click.domain.as_str()),
        Fact::new("Sent on to", click.destination.as_str()),
        Fact::new("From there on to", click.onward.as_str()),
        Fact::new("Payout of the click", money(click.payout)),
        Fact::new("Revenue of the click", money(click.revenue)),
    ])
}

fn visitor(click: &Click) -> Vec<Fact> {
    let version = |name: &str, version: &str| format!("{name} {version}").trim().to_owned();
    Fact::known(vec![
        Fact::new("IP address", click.ip.as_str()),
        Fact::new("Country", click.country.as_str()),
        Fact::new("Region", click.region.as_str()),
        Fact::new("City", click.city.as_str()),
        Fact::new("Device", Device::of_number(click.device).name()),
        Fact::new("Operating system", version(&click.os, &click.os_version)),
        Fact::new("Browser", version(&click.browser, &click.browser_version)),
        Fact::new("Language", click.language.as_str()),
        Fact::new("Connection", click.connection.as_str()),
        Fact::new("ISP", click.isp.as_str()),
        Fact::new("ASN", if click.asn == 0 { String::new() } else { format!("AS{}", click.asn) }),
        Fact::new("Carrier", click.carrier.as_str()),
        Fact::new(
            "Proxy",
            ["no", "yes"].get(usize::try_from(click.proxy).unwrap_or(2)).copied().unwrap_or(""),
        ),
        Fact::new("Bot", if click.is_bot == 0 { "no" } else { "yes" }),
        Fact::new("User agent", click.user_agent.as_str()),
        Fact::new("Referrer", click.referrer.as_str()),
    ])
}

/// What the link carried.
fn given(click: &Click) -> Vec<Fact> {
    let mut facts =
        vec![Fact::new("Source", click.source_id.as_str()), Fact::new("Reference", click.ref_id.as_str())];
    facts.extend((1..=SUBS).map(|number| Fact::new(format!("Sub {number}"), click.sub(number))));
    let others = click.more().into_iter().filter(|(name, _)| !name.starts_with("sub"));
    facts.extend(others.map(|(name, value)| Fact::new(&name, value.as_str().unwrap_or_default())));
    Fact::known(facts)
}

fn decision(click: &Click) -> Vec<Fact> {
    let drawn = |place: i64| if place < 0 { String::new() } else { (place + 1).to_string() };
    let is_drawn = click.option >= 0 || click.row_id != 0 || click.rotator_option_id != 0;
    let probability = if !is_drawn { String::new() } else { format::percent(Some(click.propensity)) };
    // What did not count pays nobody, whatever the offer says.
    let paid = match (click.verdict, click.paid) {
        (0, 0) => "no",
        (0, _) => "yes",
        (_, _) => "",
    };
    Fact::known(vec![
        Fact::new("Plan version", click.plan_version.to_string()),
        Fact::new(
            match (click.campaign_id, click.row_id) {
                (0, 0) => "Row of the fail traffic or forwarding",
                (0, _) => "Row of the Smart Link",
                (_, _) => "Rule of the campaign",
            },
            drawn(click.branch),
        ),
        Fact::new("Page of the offer drawn", drawn(click.option)),
        Fact::new("Drawn, offer and pages together, with a probability of", probability),
        Fact::new("Dice seed", click.seed.cast_unsigned().to_string()),
        Fact::new("Partner is paid", paid),
    ])
}

/// What a campaign's flow chose for the click, by the names that its parts have now.
async fn flow(access: &Access, click: &Click) -> Result<Vec<Fact>, Failure> {
    if click.campaign_id == 0 {
        return Ok(Vec::new());
    }
    let campaign = access.scope().get::<Campaign>(click.campaign_id).await?.body;
    let names = Names::read(access.scope(), campaigns::named_by(&campaign)).await?;
    let gone = |id: i64, name: Option<String>| match (id, name) {
        (0, _) => String::new(),
        (_, Some(name)) => name,
        (id, None) => format!("one that was removed ({id})"),
    };
    let mut rules = campaign.rules.iter().enumerate();
    let rule = rules.find(|(_, rule)| rule.id.0 == click.row_id);
    let rule = rule.map(|(place, rule)| campaigns::rule_name(place, rule));
    let page = campaign.landing_pages.iter().find(|page| page.id.0 == click.campaign_page_id);
    let mut options = campaign.rotators.iter().flat_map(|rotator| &rotator.options);
    let option = options.find(|option| option.id.0 == click.rotator_option_id);
    let option = option.map(|option| campaigns::option_name(&campaign, &names, option));
    Ok(Fact::known(vec![
        Fact::new("Rule", gone(click.row_id, rule)),
        Fact::new("Landing page shown", gone(click.campaign_page_id, page.map(|page| page.name.clone()))),
        Fact::new("Option of the rotator", gone(click.rotator_option_id, option)),
    ]))
}

fn hop_of(names: &Names, click: &Click, this: ClickId) -> Hop {
    let (verdict, verdict_words) = verdict(click);
    Hop {
        href: format!("/clicks/{}", click.id()),
        is_this: click.id() == this,
        offer: names.of(Named::Offer, click.offer_id).to_owned(),
        verdict,
        verdict_words,
        destination: click.destination.clone(),
    }
}

fn conversion_columns() -> Vec<Column> {
    let mut columns: Vec<_> = ["Time", "Event", "Status"].into_iter().map(Column::text).collect();
    columns.extend(["Payout", "Revenue"].into_iter().map(Column::number));
    columns
}

fn converted_of(access: &Access, conversion: &Conversion) -> Converted {
    let network = &access.entrant().network;
    let at = DateTime::from_timestamp_millis(conversion.at).unwrap_or_default();
    let status = conversion.status();
    Converted {
        href: format!("/conversions/{}", conversion.id()),
        at: format::moment_html(at, Calendar::new(network.zone)),
        event: if conversion.event.is_empty() { "conversion".to_owned() } else { conversion.event.clone() },
        status: signal_of(status),
        status_words: status.name(),
        payout: format::money(Micros(conversion.payout), network.currency),
        revenue: format::money(Micros(conversion.revenue), network.currency),
    }
}
