//! The icons of the navigation and of buttons: our own strokes on a grid of 20. They never stand
//! alone: a word is beside them, or hidden for the eye and there for the ear.

use askama::filters::HtmlSafe;
use std::fmt;

/// An icon; prints itself as inline SVG that takes the colour of its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Icon {
    Home,
    Reports,
    Clicks,
    Impressions,
    Conversions,
    Offers,
    Links,
    SmartLinks,
    Monitors,
    Campaigns,
    SmartSwitch,
    SourceBlocks,
    TrafficControls,
    Partners,
    Advertisers,
    Notifications,
    Postbacks,
    Settings,
    Users,
    Keys,
    Domains,
    Audit,
    Search,
    Menu,
    Copy,
    Download,
    Upload,
    Plus,
    Close,
    Chevron,
    External,
    Theme,
    Keyboard,
    Calendar,
    Check,
    Trash,
}

impl Icon {
    /// Every icon, for the page that shows them.
    pub const ALL: [Self; 36] = [
        Self::Home,
        Self::Reports,
        Self::Clicks,
        Self::Impressions,
        Self::Conversions,
        Self::Offers,
        Self::Links,
        Self::SmartLinks,
        Self::Monitors,
        Self::Campaigns,
        Self::SmartSwitch,
        Self::SourceBlocks,
        Self::TrafficControls,
        Self::Partners,
        Self::Advertisers,
        Self::Notifications,
        Self::Postbacks,
        Self::Settings,
        Self::Users,
        Self::Keys,
        Self::Domains,
        Self::Audit,
        Self::Search,
        Self::Menu,
        Self::Copy,
        Self::Download,
        Self::Upload,
        Self::Plus,
        Self::Close,
        Self::Chevron,
        Self::External,
        Self::Theme,
        Self::Keyboard,
        Self::Calendar,
        Self::Check,
        Self::Trash,
    ];

    /// The strokes, as an SVG path on a grid of 20 by 20.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "M3 9.2 10 3.5l7 5.7V16a1 1 0 0 1-1 1h-3.5v-5h-5v5H4a1 1 0 0 1-1-1z",
            Self::Reports => "M4 16.5V9.5M10 16.5v-13M16 16.5v-4.5",
            Self::Clicks => "M4.5 3.5l11 5-4.8 1.7-1.8 4.8zM11.4 11l4.1 4.7",
            Self::Impressions => {
                "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::Conversions => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7 10.2l2.2 2.2 4-4.4",
            Self::Offers => "M3.5 4.5v5.2l7 7 6-6-7-7h-5a1 1 0 0 0-1 1zM7 7v.1",
            Self::SmartLinks => "M3 10h14M7 10c3 0 3-5 7-5h3M7 10c3 0 3 5 7 5h3M15 3.2 17 5l-2 1.8",
            Self::Links => {
                "M8.4 11.6a3 3 0 0 0 4.3.1l3-3a3 3 0 0 0-4.3-4.3l-1.1 1.1M11.6 8.4a3 3 0 0 0-4.3-.1l-3 3a3 3 0 0 0 4.3 4.3l1.1-1.1"
            }
            Self::Monitors => "M2.5 10.5h3.5l2-5.5 3.5 10 2-4.5h4",
            Self::Campaigns => "M3 10h4c4 0 3.5-5 8-5h2M7 10c4 0 3.5 5 8 5h2M15 3l2 2-2 2M15 13l2 2-2 2",
            Self::SmartSwitch => {
                "M7 5.5h6a4.5 4.5 0 0 1 0 9H7a4.5 4.5 0 0 1 0-9zM13 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::SourceBlocks => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM5 5l10 10",
            Self::TrafficControls => "M3 5h14M6 10h8M8.5 15h3",
            Self::Partners => {
                "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-3 2.4-4.5 5.5-4.5s5.5 1.5 5.5 4.5M13 3.8a3 3 0 0 1 0 5.4M15 12.3c1.9.6 3 2 3 4.2"
            }
            Self::Advertisers => "M3 7h14v9.5H3zM7.5 7V4h5v3M3 11.2h14",
            Self::Notifications => {
                "M5.5 8.5a4.5 4.5 0 0 1 9 0c0 4 1.5 5 1.5 5H4s1.5-1 1.5-5zM8.5 16.5a1.7 1.7 0 0 0 3 0"
            }
            Self::Postbacks => "M3.5 8H13a3.5 3.5 0 0 1 0 7H8M7 4.5 3.5 8 7 11.5",
            Self::Settings => {
                "M3 6h8M15 6h2M3 14h2M9 14h8M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::Users => {
                "M10 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.8 17c.3-3.2 2.8-5 6.2-5s5.9 1.8 6.2 5"
            }
            Self::Keys => {
                "M12.8 11.2a4 4 0 1 0-3.7-2.5l-5.6 5.6v2.2h2.8v-1.8h1.8v-1.8l2-2a4 4 0 0 0 2.7.3zM13.6 6.4v.1"
            }
            Self::Domains => {
                "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM3 10h14M10 3c4.2 4 4.2 10 0 14M10 3c-4.2 4-4.2 10 0 14"
            }
            Self::Audit => "M7 5h10M7 10h10M7 15h10M3.2 5h.1M3.2 10h.1M3.2 15h.1",
            Self::Search => "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
            Self::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Self::Copy => "M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4",
            Self::Download => "M10 3v9.5M6 8.5l4 4 4-4M3.5 16.5h13",
            Self::Upload => "M10 12.5V3M6 7l4-4 4 4M3.5 16.5h13",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Close => "M5 5l10 10M15 5 5 15",
            Self::Chevron => "M5.5 7.5 10 12l4.5-4.5",
            Self::External => "M8 4.5H4V16h11.5v-4M11 3.5h5.5V9M16 4l-7 7",
            Self::Theme => "M16 11.6A6.5 6.5 0 0 1 8.4 4a6.5 6.5 0 1 0 7.6 7.6z",
            Self::Keyboard => "M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.7h7",
            Self::Calendar => "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
            Self::Check => "M4 10.5l4 4 8-9",
            Self::Trash => "M3.5 5.5h13M8 5.5v-2h4v2M5 5.5l.8 11h8.4l.8-11M8.3 8.8v4.7M11.7 8.8v4.7",
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        write!(f, r#"<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="{path}"/></svg>"#)
    }
}

impl HtmlSafe for Icon {}
