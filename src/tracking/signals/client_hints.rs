//! What Chromium browsers say of themselves in `Sec-CH-UA…` headers, where the user agent has been
//! frozen. Everything is reduced to known names and small numbers: a hostile value becomes "not sent".

use super::device::Marks;
use actix_web::http::header::{HeaderMap, HeaderName};
use domain::tracking::Device;
use std::fmt;

/// How much of a header is read, in bytes; browsers send fewer than 200.
const LONGEST_HEADER: usize = 512;

// Names that are read once: a text would be read into a name at every look.
static BRANDS: HeaderName = HeaderName::from_static("sec-ch-ua");
static PLATFORM: HeaderName = HeaderName::from_static("sec-ch-ua-platform");
static PLATFORM_VERSION: HeaderName = HeaderName::from_static("sec-ch-ua-platform-version");
static MOBILE: HeaderName = HeaderName::from_static("sec-ch-ua-mobile");
static MODEL: HeaderName = HeaderName::from_static("sec-ch-ua-model");

/// The hints of one request, small enough to be part of a cache key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ClientHints {
    /// `Sec-CH-UA-Platform`.
    pub platform: Option<Platform>,
    /// `Sec-CH-UA-Platform-Version`, in the platform's own numbers.
    pub platform_version: Version,
    /// `Sec-CH-UA-Mobile`.
    pub mobile: Option<bool>,
    /// The browser that `Sec-CH-UA` names beside Chromium, and its major version.
    pub brand: Option<(Brand, u16)>,
    /// What `Sec-CH-UA-Model` tells: a television, a console or a tablet, or nothing.
    pub form: Option<Device>,
}

impl ClientHints {
    /// The hints of a request; none where it brings none that we know.
    #[must_use]
    pub fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &HeaderName| {
            let value = headers.get(name)?.as_bytes();
            std::str::from_utf8(&value[..value.len().min(LONGEST_HEADER)]).ok()
        };
        Self::read(text(&BRANDS), text(&PLATFORM), text(&PLATFORM_VERSION), text(&MOBILE), text(&MODEL))
    }

    /// The hints of the raw header values; none where none is known.
    #[must_use]
    pub fn read(
        brands: Option<&str>,
        platform: Option<&str>,
        platform_version: Option<&str>,
        mobile: Option<&str>,
        model: Option<&str>,
    ) -> Option<Self> {
        let hints = Self {
            platform: platform.map(unquote).and_then(Platform::of_name),
            platform_version: platform_version.map(unquote).map(Version::read).unwrap_or_default(),
            mobile: mobile.and_then(read_flag),
            brand: brands.and_then(Brand::of_list),
            form: model.map(unquote).and_then(Marks::form_of_model),
        };
        (hints != Self::default()).then_some(hints)
    }
}

/// The operating systems that hints name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Platform {
    Android,
    ChromeOs,
    Ios,
    Linux,
    MacOs,
    Windows,
}

impl Platform {
    fn of_name(name: &str) -> Option<Self> {
        match name {
            "Android" => Some(Self::Android),
            "Chrome OS" | "Chromium OS" => Some(Self::ChromeOs),
            "iOS" => Some(Self::Ios),
            "Linux" => Some(Self::Linux),
            "macOS" => Some(Self::MacOs),
            "Windows" => Some(Self::Windows),
            _ => None,
        }
    }

    /// The family as targeting writes it.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::ChromeOs => "chrome os",
            Self::Ios => "ios",
            Self::Linux => "linux",
            Self::MacOs => "macos",
            Self::Windows => "windows",
        }
    }

    /// The version that people know for the one that the hint gives; empty where it gives none. Windows
    /// counts its interfaces: 13 and above is Windows 11, 1 to 10 is Windows 10, 0.1 to 0.3 are 7 to 8.1.
    #[must_use]
    pub fn known_version(self, hint: Version) -> String {
        if self != Self::Windows || hint.count == 0 {
            return hint.to_string();
        }
        match (hint.parts[0], hint.parts[1]) {
            (13.., _) => "11",
            (1.., _) => "10",
            (0, 3) => "8.1",
            (0, 2) => "8",
            (0, 1) => "7",
            (0, _) => "",
        }
        .to_owned()
    }
}

/// The browsers that name themselves in `Sec-CH-UA`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Brand {
    Chrome,
    Edge,
    Opera,
    Brave,
    Vivaldi,
    Yandex,
    SamsungInternet,
    DuckDuckGo,
    Silk,
    WebView,
    Headless,
}

impl Brand {
    /// The first known brand of `"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"`.
    fn of_list(list: &str) -> Option<(Self, u16)> {
        let mut quoted = list.split('"').skip(1).step_by(2);
        while let (Some(name), Some(version)) = (quoted.next(), quoted.next()) {
            if let Some(brand) = Self::of_name(name) {
                return Some((brand, Version::read(version).parts[0]));
            }
        }
        None
    }

    fn of_name(name: &str) -> Option<Self> {
        match name {
            "Google Chrome" => Some(Self::Chrome),
            "Microsoft Edge" | "Microsoft Edge WebView2" => Some(Self::Edge),
            "Opera" | "Opera GX" | "OperaMobile" => Some(Self::Opera),
            "Brave" => Some(Self::Brave),
            "Vivaldi" => Some(Self::Vivaldi),
            "YaBrowser" | "Yandex" => Some(Self::Yandex),
            "Samsung Internet" => Some(Self::SamsungInternet),
            "DuckDuckGo" => Some(Self::DuckDuckGo),
            "Amazon Silk" | "Silk" => Some(Self::Silk),
            "Android WebView" => Some(Self::WebView),
            "HeadlessChrome" => Some(Self::Headless),
            _ => None,
        }
    }

    /// The family as targeting writes it.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::Chrome | Self::Headless => "chrome",
            Self::Edge => "edge",
            Self::Opera => "opera",
            Self::Brave => "brave",
            Self::Vivaldi => "vivaldi",
            Self::Yandex => "yandex browser",
            Self::SamsungInternet => "samsung internet",
            Self::DuckDuckGo => "duckduckgo",
            Self::Silk => "amazon silk",
            Self::WebView => "chrome webview",
        }
    }
}

/// Up to four numbers; zeros at the end are dropped, so that `14.0.0` is `14`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Version {
    parts: [u16; 4],
    count: usize,
}

impl Version {
    /// Reads numbers up to the first thing that is none (or is over 65,535).
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut version = Self::default();
        for (place, part) in text.split('.').take(version.parts.len()).enumerate() {
            let Ok(number) = part.parse() else { break };
            version.parts[place] = number;
            if number != 0 || place == 0 {
                version.count = place + 1;
            }
        }
        version
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.parts[..self.count].iter().enumerate() {
            let dot = if place == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        Ok(())
    }
}

/// A quoted text of a structured header; what isn't quoted is taken as it is.
fn unquote(text: &str) -> &str {
    text.trim().trim_matches('"')
}

/// `?1` or `?0`.
fn read_flag(text: &str) -> Option<bool> {
    match text.trim() {
        "?1" => Some(true),
        "?0" => Some(false),
        _ => None,
    }
}
