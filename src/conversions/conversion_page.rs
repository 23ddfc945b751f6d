//! A conversion's page: its figures, its history, and the decision by hand.

use super::{
    api::id_of,
    by_hand,
    conversions_log::{event, status_words},
    show,
};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format,
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Column, Fact, Link},
    signal::Signal,
    views::page_of,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, Duration};
use domain::{
    conversions::ConversionStatus,
    identity::{Level, Section},
    shared::{Calendar, Micros},
    tracking::Device,
};
use store::{
    conversions::{self, Conversion, Passage},
    offers::{Named, Names},
};

#[derive(Template)]
#[template(path = "conversions/conversion.html")]
struct ConversionPage {
    shell: Shell,
    crumbs: Vec<Link>,
    conversion_id: String,
    click_href: Option<String>,
    path: String,
    status: Signal,
    status_words: String,
    facts: Vec<Fact>,
    visitor: Vec<Fact>,
    history: Vec<Past>,
    columns: Vec<Column>,
    choices: Vec<Decision>,
}

struct Past {
    at: Markup,
    status: Signal,
    status_words: String,
    actor: String,
    note: String,
}

/// A decision that can be made, with what it does.
struct Decision {
    status: &'static str,
    button: &'static str,
    title: &'static str,
    effect: String,
    class: &'static str,
}

/// `GET /conversions/{conversion_id}`
pub async fn show(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let scope = access.scope();
    let conversion = conversions::conversion(scope, id).await?;
    let named = [
        (Named::Offer, conversion.offer_id),
        (Named::Partner, conversion.partner_id),
        (Named::Advertiser, conversion.advertiser_id),
        (Named::LandingPage, conversion.landing_page_id),
    ];
    let names = Names::read(scope, named).await?;
    let history = conversions::history(scope, id).await?;
    let may_decide = access.may(Section::Conversions, Level::Full);
    let page = ConversionPage {
        shell: navigation::shell(&access, &request).titled("Conversion"),
        crumbs: vec![Link::new("Conversions", "/conversions")],
        conversion_id: id.to_string(),
        click_href: (!conversion.click_id.is_nil()).then(|| format!("/clicks/{}", conversion.click_id())),
        path: format!("/conversions/{id}"),
        status: show::signal_of(conversion.status()),
        status_words: status_words(&conversion),
        facts: facts(&access, &names, &conversion),
        visitor: visitor(&conversion),
        history: history.iter().map(|passage| past(&access, passage)).collect(),
        columns: ["Time", "Status", "By", "Note"].into_iter().map(Column::text).collect(),
        choices: if may_decide { choices(&access, &conversion) } else { Vec::new() },
    };
    answer::page(&page)
}

/// `POST /conversions/{conversion_id}`: decides its status by hand.
pub async fn decide(access: Access, request: HttpRequest, path: Path<String>, form: Form) -> Answer {
    let id = id_of(&path)?;
    // Whose it is comes before what is wrong with the form.
    conversions::conversion(access.scope(), id).await?;
    let status: ConversionStatus = form
        .get("status")
        .parse()
        .map_err(|_| Failure::malformed("status", "the status must be approved, pending or rejected"))?;
    let changed = by_hand::decide(&access, &request, id, status).await?;
    let words = match changed.status() {
        ConversionStatus::Approved => "Approved. Its figures count in the reports.",
        ConversionStatus::Pending => "Set to pending. Its figures wait.",
        ConversionStatus::Rejected => "Rejected. Its figures no longer count in the reports.",
    };
    Ok(flash::see_other(&format!("/conversions/{id}"), Signal::Good, words))
}

fn facts(access: &Access, names: &Names, conversion: &Conversion) -> Vec<Fact> {
    let network = &access.entrant().network;
    let calendar = Calendar::new(network.zone);
    let moment = |millis| format::moment_of_millis(millis, calendar);
    let money = |amount| format::money(Micros(amount), network.currency);
    let named = |label: &str, kind, id| Fact::new(label, names.of(kind, id)).to(page_of(access, kind, id));
    let took = Duration::milliseconds(conversion.at - conversion.click_at);
    let of_origin = |text: String| if conversion.has_origin() { text } else { String::new() };
    let facts = vec![
        Fact::new("Time", moment(conversion.at)),
        Fact::new("Time of the click", of_origin(moment(conversion.click_at))),
        Fact::new("From click to conversion", of_origin(format::duration(took))),
        Fact::new("Event", event(conversion)),
        Fact::new("Order", conversion.txn_id.clone()),
        Fact::new("Amount", money(conversion.amount)),
        Fact::new("Payout", money(conversion.payout)),
        Fact::new("Revenue", money(conversion.revenue)),
        named("Offer", Named::Offer, conversion.offer_id),
        named("Partner", Named::Partner, conversion.partner_id),
        named("Advertiser", Named::Advertiser, conversion.advertiser_id),
        Fact::new("Landing page", names.of(Named::LandingPage, conversion.landing_page_id).to_owned()),
        Fact::new("Credited by", credit(conversion).to_owned()),
        Fact::new("Fraud flag", if conversion.fraud == 0 { String::new() } else { "yes".to_owned() }),
        Fact::new("Decided", if conversion.by_hand == 0 { "by the postback" } else { "by hand" }.to_owned()),
    ];
    Fact::known(facts)
}

/// What stands for a click that there is none of.
fn credit(conversion: &Conversion) -> &'static str {
    match (conversion.click_id.is_nil(), conversion.view_through) {
        (_, 1..) => "a view without a click",
        (true, _) => "a coupon",
        (false, _) => "",
    }
}

fn visitor(conversion: &Conversion) -> Vec<Fact> {
    Fact::known(vec![
        Fact::new("IP address", conversion.ip.clone()),
        Fact::new("Country", conversion.country.clone()),
        Fact::new("Device", Device::of_number(conversion.device).name().to_owned()),
        Fact::new("Operating system", conversion.os.clone()),
        Fact::new("Browser", conversion.browser.clone()),
        Fact::new("Tracking domain", conversion.domain.clone()),
        Fact::new("Source", conversion.source_id.clone()),
        Fact::new("Sub 1", conversion.sub1.clone()),
        Fact::new("Sub 2", conversion.sub2.clone()),
        Fact::new("Sub 3", conversion.sub3.clone()),
        Fact::new("Sub 4", conversion.sub4.clone()),
        Fact::new("Sub 5", conversion.sub5.clone()),
    ])
}

fn past(access: &Access, passage: &Passage) -> Past {
    let at = DateTime::from_timestamp_millis(passage.at).unwrap_or_default();
    let reason = show::words(passage.code);
    Past {
        at: format::moment_html(at, Calendar::new(access.entrant().network.zone)),
        status: show::signal_of(passage.status.parse().unwrap_or(ConversionStatus::Rejected)),
        status_words: if reason.is_empty() {
            passage.status.clone()
        } else {
            format!("{}: {reason}", passage.status)
        },
        actor: passage.actor.clone(),
        note: passage.note.clone(),
    }
}

/// The statuses that it does not have, each with what setting it does to the figures.
fn choices(access: &Access, conversion: &Conversion) -> Vec<Decision> {
    let currency = access.entrant().network.currency;
    let money = |amount| format::money(Micros(amount), currency);
    let figures = format!("payout {} and revenue {}", money(conversion.payout), money(conversion.revenue));
    let others = ConversionStatus::ALL.into_iter().filter(|status| *status != conversion.status());
    others
        .map(|status| {
            let (button, title, effect, class) = match status {
                ConversionStatus::Approved => (
                    "Approve",
                    "Approve this conversion?",
                    format!("It counts from now on: {figures}."),
                    "primary",
                ),
                ConversionStatus::Pending => (
                    "Set to pending",
                    "Set this conversion to pending?",
                    format!("It waits: {figures} are shown as pending."),
                    "",
                ),
                ConversionStatus::Rejected => (
                    "Reject",
                    "Reject this conversion?",
                    format!("It no longer counts, and neither do {figures}."),
                    "danger",
                ),
            };
            Decision { status: status.name(), button, title, effect, class }
        })
        .collect()
}
