//! The shell of whoever is signed in: the navigation holds the pages that the table has and the
//! person may see.

use super::{
    Access, flash,
    icon::Icon,
    page::{NavItem, Shell},
    parts::{Link, Tab},
    routes::{Right, pages},
    theme,
};
use crate::web::format;
use actix_web::HttpRequest;
use domain::{
    identity::{Level, Rights, Section, UserKind},
    shared::Calendar,
};
use store::identity::Who;

/// Label, address, icon, the letter after `g`, and whether a line stands above.
type Entry = (&'static str, &'static str, Icon, Option<char>, bool);

/// Every entry, in its order; those without a page in the table are left out.
const ENTRIES: [Entry; 15] = [
    ("Home", "/", Icon::Home, Some('h'), false),
    ("Reports", "/reports", Icon::Reports, Some('r'), false),
    ("Clicks", "/clicks", Icon::Clicks, Some('c'), false),
    ("Impressions", "/impressions", Icon::Impressions, None, false),
    ("Conversions", "/conversions", Icon::Conversions, Some('v'), false),
    ("Postbacks", "/postbacks", Icon::Postbacks, None, false),
    ("Offers", "/offers", Icon::Offers, Some('o'), true),
    ("Smart Links", "/smart-links", Icon::SmartLinks, Some('k'), false),
    ("Campaigns", "/campaigns", Icon::Campaigns, Some('m'), false),
    ("Links", "/links", Icon::Links, Some('l'), false),
    ("Monitors", "/monitors", Icon::Monitors, Some('m'), false),
    ("SmartSwitch", "/smart-switch/rules", Icon::SmartSwitch, Some('w'), true),
    ("Blocks and warnings", "/portal/blocks", Icon::SmartSwitch, Some('b'), true),
    ("Partners", "/partners", Icon::Partners, Some('p'), true),
    ("Advertisers", "/advertisers", Icon::Advertisers, Some('a'), false),
];

/// Where everything is searched.
const SEARCH: &str = "/search";

/// Pages about all partners at once, closed to who sees only some.
const OF_ALL_PARTNERS: [&str; 4] =
    ["/settings/uploads", "/smart-switch/rules", "/smart-switch/runs", "/traffic-controls"];
/// The pages of SmartSwitch, one entry of the navigation together, which leads to the first of them.
const SMART_SWITCH: [(&str, &str); 5] = [
    ("Rules", "/smart-switch/rules"),
    ("Actionable variables", "/smart-switch/variables"),
    ("Run history", "/smart-switch/runs"),
    ("Source blocks", "/source-blocks"),
    ("Traffic controls", "/traffic-controls"),
];
/// The pages of the settings, one entry of the navigation together.
const SETTINGS: [(&str, &str); 8] = [
    ("Network", "/settings"),
    ("Users", "/settings/users"),
    ("Roles", "/settings/roles"),
    ("Tracking domains", "/settings/domains"),
    ("API keys", "/settings/api-keys"),
    ("Uploads", "/settings/uploads"),
    ("GeoIP and data files", "/settings/data-files"),
    ("Audit log", "/settings/audit"),
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
        account: vec![Link::new("Your account", "/account")],
        search_href: may_search(access).then(|| SEARCH.to_owned()),
        theme: theme::of(request),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        flash: flash::of(request),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// The pages of SmartSwitch that the person may see, as tabs.
#[must_use]
pub fn smart_switch_tabs(access: &Access, path: &str) -> Vec<Tab> {
    let shown = SMART_SWITCH.into_iter().filter(|(_, href)| may_open(access, href));
    let tab = |(label, href): (&str, &str)| Tab {
        label: label.to_owned(),
        href: href.to_owned(),
        is_current: is_at(path, href),
        count: None,
    };
    shown.map(tab).collect()
}

/// Whether a path is a page or lies under it.
fn is_at(path: &str, href: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The settings that the person may see, as tabs.
#[must_use]
pub fn settings_tabs(access: &Access, path: &str) -> Vec<Tab> {
    let shown = SETTINGS.into_iter().filter(|(_, href)| may_open(access, href));
    let is_current = |href: &str| {
        path == href
            || (href != "/settings" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    };
    let tab = |(label, href): (&str, &str)| Tab {
        label: label.to_owned(),
        href: href.to_owned(),
        is_current: is_current(href),
        count: None,
    };
    shown.map(tab).collect()
}

/// Whether there is anything to be found: some page of the navigation is a list of things.
fn may_search(access: &Access) -> bool {
    Section::ALL.into_iter().any(|section| access.may(section, Level::Read))
}

/// What concerns the person alone, as tabs.
const ACCOUNT: [(&str, &str); 3] =
    [("Password", "/account"), ("Sessions", "/account/sessions"), ("Two-step sign-in", "/account/two-step")];

/// The pages of one's own account, as tabs.
#[must_use]
pub fn account_tabs(path: &str) -> Vec<Tab> {
    let tab = |(label, href): (&str, &str)| Tab {
        label: label.to_owned(),
        href: href.to_owned(),
        is_current: path == href || (href != "/account" && path.starts_with(href)),
        count: None,
    };
    let is_there = |(_, href): &(&str, &str)| pages().iter().any(|(path, _)| path == href);
    ACCOUNT.into_iter().filter(is_there).map(tab).collect()
}

/// Whether the table has a page of this pattern, and the person may see it.
pub(super) fn may_open(access: &Access, href: &str) -> bool {
    let is_open = access.own().is_none() || !OF_ALL_PARTNERS.contains(&href);
    is_open && opens(&access.entrant().rights, (access.entrant().kind, access.is_operator()), href)
}

fn opens(rights: &Rights, (kind, is_operator): (UserKind, bool), href: &str) -> bool {
    let page = pages().iter().find(|(path, _)| path == href);
    page.is_some_and(|(_, right)| match *right {
        Right::SignedIn => true,
        Right::To(section, level) => rights.allow(section, level),
        Right::Both(one, other) => [one, other].iter().all(|section| rights.allow(*section, Level::Read)),
        Right::Of(side) => kind == side,
        Right::Operator => is_operator,
    })
}

/// Whom roles are of: an employee who does not run the installation.
const EMPLOYEE: (UserKind, bool) = (UserKind::Employee, false);

/// What somebody with certain rights sees of the console.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The words of the navigation.
    pub navigation: Vec<&'static str>,
    /// The pages that open, and whether their acts are open too.
    pub pages: Vec<(String, bool)>,
}

/// What these rights show: by the same table that lets requests through.
#[must_use]
pub fn seen(rights: &Rights) -> Seen {
    let entries = ENTRIES.into_iter().map(|(label, href, ..)| (label, href));
    let needs_right =
        |href: &str| pages().iter().any(|(path, right)| path == href && *right != Right::SignedIn);
    let shown = entries
        .filter(|(_, href)| needs_right(href) && opens(rights, EMPLOYEE, href))
        .map(|(label, _)| label);
    let settings =
        SETTINGS.into_iter().filter(|(_, href)| opens(rights, EMPLOYEE, href)).map(|(label, _)| label);
    let opened = pages().iter().filter_map(|(path, right)| match *right {
        Right::To(section, level) if rights.allow(section, level) => {
            Some((path.clone(), rights.allow(section, Level::Full)))
        }
        Right::Both(..) if opens(rights, EMPLOYEE, path) => Some((path.clone(), false)),
        Right::To(..) | Right::Both(..) | Right::SignedIn | Right::Of(_) | Right::Operator => None,
    });
    Seen { navigation: shown.chain(settings).collect(), pages: opened.collect() }
}

fn navigation(access: &Access, path: &str) -> Vec<NavItem> {
    let entry = |(label, href, icon, key, divided): Entry| {
        let pages = pages_of(href);
        let first = pages.iter().find(|page| may_open(access, page))?;
        let current = pages.iter().any(|page| is_at(path, page));
        let item = NavItem { current, ..NavItem::new(label, *first, icon) };
        let item = if divided { item.divided() } else { item };
        Some(key.map_or(item.clone(), |key| item.key(key)))
    };
    let first_setting = SETTINGS.into_iter().find(|(_, href)| may_open(access, href));
    let settings = first_setting.map(|(_, href)| {
        let item = NavItem::new("Settings", href, Icon::Settings).divided().key('s');
        NavItem { current: path == "/settings" || path.starts_with("/settings/"), ..item }
    });
    ENTRIES.into_iter().filter_map(entry).chain(settings).collect()
}

/// The pages that an entry stands for.
fn pages_of(href: &'static str) -> Vec<&'static str> {
    let pages = SMART_SWITCH.map(|(_, page)| page);
    if pages.contains(&href) { pages.to_vec() } else { vec![href] }
}
