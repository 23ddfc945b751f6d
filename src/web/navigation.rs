//! The shell of whoever is signed in: the navigation holds the pages that the table has and the
//! person may see.

use super::{
    Access, flash,
    icon::Icon,
    page::{NavItem, Shell},
    routes::{Right, pages},
    theme,
};
use crate::web::format;
use actix_web::HttpRequest;
use domain::shared::Calendar;
use store::identity::Who;

/// Label, address, icon, the letter after `g`, and whether a line stands above.
type Entry = (&'static str, &'static str, Icon, Option<char>, bool);

/// Every entry, in its order; those without a page in the table are left out.
const ENTRIES: [Entry; 14] = [
    ("Home", "/", Icon::Home, Some('h'), false),
    ("Reports", "/reports", Icon::Reports, Some('r'), false),
    ("Clicks", "/clicks", Icon::Clicks, Some('c'), false),
    ("Impressions", "/impressions", Icon::Impressions, None, false),
    ("Conversions", "/conversions", Icon::Conversions, Some('v'), false),
    ("Offers", "/offers", Icon::Offers, Some('o'), true),
    ("Partners", "/partners", Icon::Partners, Some('p'), false),
    ("Advertisers", "/advertisers", Icon::Advertisers, Some('a'), false),
    ("Postbacks", "/postbacks", Icon::Postbacks, None, false),
    ("Settings", "/settings", Icon::Settings, Some('s'), true),
    ("Users", "/users", Icon::Users, Some('u'), false),
    ("Domains", "/domains", Icon::Domains, None, false),
    ("API keys", "/api-keys", Icon::Keys, None, false),
    ("Audit", "/audit", Icon::Audit, None, false),
];

/// The frame of a page for whoever asks for it.
#[must_use]
pub fn shell(access: &Access, request: &HttpRequest) -> Shell {
    let entrant = access.entrant();
    let email = match &entrant.who {
        Who::User { email, .. } => email.clone(),
        Who::Key(_) => String::new(),
    };
    Shell {
        title: String::new(),
        network_name: entrant.network.name.clone(),
        zone_label: format::zone_label(Calendar::new(entrant.network.zone), chrono::Utc::now()),
        user_name: entrant.name.clone(),
        user_email: email,
        nav: navigation(access, request.path()),
        account: Vec::new(),
        search_href: None,
        theme: theme::of(request),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        flash: flash::of(request),
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn navigation(access: &Access, path: &str) -> Vec<NavItem> {
    let may_open = |href: &str| {
        let page = pages().iter().find(|(path, _)| path == href);
        page.is_some_and(|(_, right)| match *right {
            Right::SignedIn => true,
            Right::To(section, level) => access.may(section, level),
        })
    };
    let shown = ENTRIES.into_iter().filter(|(_, href, ..)| may_open(href));
    let entry = |(label, href, icon, key, divided): Entry| {
        let item = NavItem::new(label, href, icon).at(path);
        let item = if divided { item.divided() } else { item };
        key.map_or(item.clone(), |key| item.key(key))
    };
    shown.map(entry).collect()
}
