//! The page of the log of conversions.

use super::{filters, show};
use crate::web::{
    Access, Answer, Failure, answer, format,
    icon::Icon,
    log::{self, Entry, Field, Log, LogPage, LogView, Picks},
    navigation,
    parts::{Cell, Choice, Column},
};
use actix_web::HttpRequest;
use chrono::DateTime;
use domain::{
    conversions::ConversionStatus,
    identity::{Level, Section},
    shared::{Calendar, Micros},
};
use store::{
    conversions::{self, Conversion, SELECTED_MOST},
    offers::{Named, Names, choices},
};

const LOG: Log = Log {
    title: "Conversions",
    one: "conversion",
    icon: Icon::Conversions,
    origin: "A conversion comes by an advertiser's postback with a click's id. The log of postbacks shows every call, refused ones too, and why.",
    next: ("/postbacks", "Open the log of postbacks"),
    beside: Some(("/postbacks", "Log of postbacks")),
};

/// `GET /conversions`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, &filters::CONVERSIONS)?;
    let stretch = filters::stretch(&access, &view.listing, &filters::CONVERSIONS)?;
    let mut rows = conversions::conversions(access.scope(), &stretch).await?;
    let paging = view.paging(&mut rows, Conversion::id);
    let named = rows.iter().flat_map(|row| [(Named::Offer, row.offer_id), (Named::Partner, row.partner_id)]);
    let names = Names::read(access.scope(), named.chain(view.named())).await?;
    answer::page(&LogPage {
        shell: navigation::shell(&access, &request).titled(LOG.title),
        log: LOG,
        fields: fields(&access).await?,
        chips: view.chips(&names),
        columns: columns(),
        picks: picks(&access, &view, !rows.is_empty()),
        rows: rows.iter().map(|conversion| row(&access, &names, conversion)).collect(),
        paging,
        view,
    })
}

/// What several conversions can be decided to be at once.
fn picks(access: &Access, view: &LogView, has_rows: bool) -> Option<Picks> {
    if !has_rows || !access.may(Section::Conversions, Level::Full) {
        return None;
    }
    let address = view.href(&[("cursor", ""), ("limit", "")]);
    let words = ConversionStatus::ALL.map(|status| Choice::new(status.name(), status.name()));
    let most = format::count(SELECTED_MOST);
    Some(Picks {
        action: "/conversions/decide",
        label: "Set several to",
        name: "status",
        choices: words.to_vec(),
        filter: address.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned()),
        hint: format!("What it changes in the figures is shown before it is done. At most {most} at a time."),
    })
}

async fn fields(access: &Access) -> Result<Vec<Field>, Failure> {
    let offers = log::menu("Any offer", choices(access.scope(), Named::Offer).await?);
    let partners = log::menu("Any partner", choices(access.scope(), Named::Partner).await?);
    let statuses = log::words("Any status", &["approved", "pending", "rejected"]);
    Ok(vec![
        Field::new("Offer", "offer_id", Entry::Menu(offers)),
        Field::new("Partner", "partner_id", Entry::Menu(partners)),
        Field::new("Status", "status", Entry::Menu(statuses)),
        Field::new("Event", "event", Entry::Text(200)),
        Field::new("Order", "txn_id", Entry::Text(200)),
        Field::new("Click id", "click_id", Entry::Text(36)),
    ])
}

fn columns() -> Vec<Column> {
    let words = ["Time", "Event", "Status", "Offer", "Partner", "Click", "Order"];
    let mut columns: Vec<_> = words.into_iter().map(Column::text).collect();
    columns.push(Column::number("Amount").hint("the basket, as the advertiser reported it"));
    columns.push(Column::number("Payout").hint("what the partner earns by it once it is approved"));
    columns.push(Column::number("Revenue").hint("what the advertiser pays for it once it is approved"));
    columns.push(Column::text("Pick"));
    columns
}

fn row(access: &Access, names: &Names, conversion: &Conversion) -> Vec<Cell> {
    let network = &access.entrant().network;
    let at = DateTime::from_timestamp_millis(conversion.at).unwrap_or_default();
    let money = |amount| Cell::Number(format::money(Micros(amount), network.currency));
    vec![
        Cell::Moment(
            format::moment_html(at, Calendar::new(network.zone)),
            Some(format!("/conversions/{}", conversion.id())),
        ),
        Cell::Words(event(conversion)),
        Cell::State(show::signal_of(conversion.status()), status_words(conversion)),
        Cell::Words(names.of(Named::Offer, conversion.offer_id).to_owned()),
        Cell::Words(names.of(Named::Partner, conversion.partner_id).to_owned()),
        match (conversion.click_id.is_nil(), conversion.view_through) {
            (false, _) => Cell::way("click", format!("/clicks/{}", conversion.click_id())),
            (true, 0) => Cell::Words("coupon".to_owned()),
            (true, _) => Cell::Words("view".to_owned()),
        },
        Cell::Words(conversion.txn_id.clone()),
        money(conversion.amount),
        money(conversion.payout),
        money(conversion.revenue),
        Cell::Pick("ids", conversion.id().to_string(), format!("Pick the conversion {}", conversion.id())),
    ]
}

/// What it is called: its event, or the base conversion.
pub(super) fn event(conversion: &Conversion) -> String {
    if conversion.event.is_empty() { "conversion".to_owned() } else { conversion.event.clone() }
}

/// The status with its reason.
pub(super) fn status_words(conversion: &Conversion) -> String {
    match show::words(conversion.code) {
        "" => conversion.status().name().to_owned(),
        reason => format!("{}: {reason}", conversion.status().name()),
    }
}
