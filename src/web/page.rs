//! The frame around every page, and the pages that belong to no room: the one error page with a way
//! on, and the clean page that a visitor sees where a link leads nowhere.

use super::{
    icon::Icon,
    parts::{Flash, Link},
};
use askama::Template;

/// The theme that a person chose; the cookie `theme` remembers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The name of the cookie and of the form's field.
    pub const NAME: &'static str = "theme";

    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Reads a cookie's or form's value; anything unknown is the system's choice.
    #[must_use]
    pub fn read(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value in the cookie, the form and `data-theme`.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The word in the menu.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// One entry of the navigation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NavItem {
    pub label: &'static str,
    pub href: String,
    pub icon: Icon,
    /// Whether the page belongs to it.
    pub current: bool,
    pub count: Option<u64>,
    /// Whether a line separates it from the entry above.
    pub divider_before: bool,
    /// The letter after `g` that goes there.
    pub key: Option<char>,
}

impl NavItem {
    /// An entry that is not the current one and has no count.
    pub fn new(label: &'static str, href: impl Into<String>, icon: Icon) -> Self {
        let href = href.into();
        Self { label, href, icon, current: false, count: None, divider_before: false, key: None }
    }

    /// The letter after `g` that goes there.
    #[must_use]
    pub fn key(self, key: char) -> Self {
        Self { key: Some(key), ..self }
    }

    /// How many there are.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        Self { count: Some(count), ..self }
    }

    /// With a line above.
    #[must_use]
    pub fn divided(self) -> Self {
        Self { divider_before: true, ..self }
    }

    /// Marks the entry where `path` is its page or lies under it.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        let is_under = path.strip_prefix(self.href.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let current = path == self.href || (self.href != "/" && is_under);
        Self { current, ..self }
    }
}

/// What stands around every page of a person who is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shell {
    /// The page's heading and the window's name.
    pub title: String,
    pub network_name: String,
    /// The network's distance from UTC: `UTC+1`.
    pub zone_label: String,
    pub user_name: String,
    pub user_email: String,
    /// Only what the person may see.
    pub nav: Vec<NavItem>,
    /// Further entries of the person's menu, above "Sign out".
    pub account: Vec<Link>,
    /// Where the search of everything is answered; no field without it.
    pub search_href: Option<String>,
    pub theme: Theme,
    /// The page's own path and query, to come back to after the theme has changed.
    pub path: String,
    pub flash: Option<Flash>,
    pub version: &'static str,
}

impl Shell {
    /// The shell with the page's heading.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }
}

/// The one error page.
#[derive(Template)]
#[template(path = "shared/error.html")]
pub struct ErrorPage {
    pub theme: Theme,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What it means for the person, and what can be done.
    pub text: String,
    /// The ways on; the first is the main one. Never empty.
    pub ways: Vec<Link>,
    /// What is wrong, value by value.
    pub problems: Vec<String>,
    /// What to name when asking for help.
    pub request_id: Option<String>,
}

impl ErrorPage {
    /// The page of a status in our usual words, with the way home. A status without words of its
    /// own is told as a fault of ours.
    #[must_use]
    pub fn of(status: u16, theme: Theme) -> Self {
        let (title, text) = Self::words(status);
        let ways = vec![Link::new("Go to the first page", "/")];
        Self {
            theme,
            status,
            title: title.to_owned(),
            text: text.to_owned(),
            ways,
            problems: Vec::new(),
            request_id: None,
        }
    }

    const fn words(status: u16) -> (&'static str, &'static str) {
        match status {
            400 => (
                "That request was not understood",
                "The address or the form was not complete. Go back and try again.",
            ),
            401 => ("Sign in to see this page", "Your session has ended, or it never began."),
            403 => (
                "Your role does not allow this",
                "An administrator of your network can change what your role sees.",
            ),
            404 => ("There is no such page", "The address is wrong, or what it named has been deleted."),
            405 => ("This address does not take that", "Go back and use the buttons of the page."),
            409 => (
                "Someone else was faster",
                "It has changed since you opened it. Open it again and repeat your change.",
            ),
            413 => ("That is too large", "The file or the text is larger than this page takes."),
            415 => (
                "That is no form of ours",
                "The page sends its form in another way. Go back, open it anew and send it again.",
            ),
            422 => (
                "Something needs mending",
                "The address or the form holds what this page can't take. Go back and change it.",
            ),
            429 => ("Too many tries", "Wait a minute, then try again."),
            503 => (
                "Not ready yet",
                "The database is away or the service is starting. Clicks are still answered and kept. Try again in a moment.",
            ),
            _ => (
                "That failed on our side",
                "Nothing of what you sent was saved. Try again; if it fails again, tell your administrator.",
            ),
        }
    }
}

/// Why a visitor is shown a page instead of being sent on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VisitorReason {
    /// No such link: 404.
    Unknown,
    /// The link's offer has ended or sleeps: 410.
    Ended,
    /// Not for this visitor: 403. The page does not say why; that is the network's affair.
    Refused,
    /// Too fast: 429.
    TooMany,
}

/// The clean page that a visitor sees: no network's name, nothing loaded, nothing to index.
#[derive(Template)]
#[template(path = "shared/visitor.html")]
pub struct VisitorPage {
    pub reason: VisitorReason,
}

impl VisitorPage {
    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.reason {
            VisitorReason::Unknown => 404,
            VisitorReason::Ended => 410,
            VisitorReason::Refused => 403,
            VisitorReason::TooMany => 429,
        }
    }

    const fn title(&self) -> &'static str {
        match self.reason {
            VisitorReason::Unknown => "This link leads nowhere",
            VisitorReason::Ended => "This link has ended",
            VisitorReason::Refused => "Not available here",
            VisitorReason::TooMany => "Too many visits at once",
        }
    }

    const fn text(&self) -> &'static str {
        match self.reason {
            VisitorReason::Unknown => "Check the address, or go back to the page you came from.",
            VisitorReason::Ended => "What it led to is no longer offered. Go back to the page you came from.",
            VisitorReason::Refused => "What this link leads to is not offered to you at this time.",
            VisitorReason::TooMany => "Wait a minute, then open the link again.",
        }
    }
}
