//! The class of a device, by marks in its user agent: the patterns of uap-core name models, not classes.

use super::client_hints::ClientHints;
use aho_corasick::{AhoCorasick, MatchKind};
use domain::tracking::Device;
use std::sync::LazyLock;

/// What a word in a user agent hints at.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Mark {
    Console = 1,
    Tv = 1 << 1,
    Tablet = 1 << 2,
    Phone = 1 << 3,
    /// `Mobile` on its own: a phone on Android and on small systems, nothing on iPads.
    Mobile = 1 << 4,
    /// An app's own HTTP client, which does not say `Mobile` on phones either.
    App = 1 << 5,
}

/// In lower case. `; aft` begins the models of Fire TV, `; kf` those of Fire tablets.
const WORDS: &[(&str, Mark)] = &[
    ("playstation", Mark::Console),
    ("xbox", Mark::Console),
    ("nintendo", Mark::Console),
    ("ouya", Mark::Console),
    ("smarttv", Mark::Tv),
    ("smart-tv", Mark::Tv),
    ("smart tv", Mark::Tv),
    ("smart_tv", Mark::Tv),
    ("hbbtv", Mark::Tv),
    ("googletv", Mark::Tv),
    ("google tv", Mark::Tv),
    ("android tv", Mark::Tv),
    ("androidtv", Mark::Tv),
    ("appletv", Mark::Tv),
    ("apple tv", Mark::Tv),
    ("tvos", Mark::Tv),
    ("opera tv", Mark::Tv),
    ("netcast", Mark::Tv),
    ("web0s", Mark::Tv),
    ("webos.tv", Mark::Tv),
    ("nettv", Mark::Tv),
    ("philipstv", Mark::Tv),
    ("tv safari", Mark::Tv),
    (" tv build", Mark::Tv),
    (" tv)", Mark::Tv),
    ("roku", Mark::Tv),
    ("bravia", Mark::Tv),
    ("viera", Mark::Tv),
    ("vidaa", Mark::Tv),
    ("vizio", Mark::Tv),
    ("dlnadoc", Mark::Tv),
    ("ce-html", Mark::Tv),
    ("crkey", Mark::Tv),
    ("chromecast", Mark::Tv),
    ("mibox", Mark::Tv),
    ("mitv", Mark::Tv),
    ("; aft", Mark::Tv),
    ("ipad", Mark::Tablet),
    ("tablet", Mark::Tablet),
    ("kindle", Mark::Tablet),
    ("playbook", Mark::Tablet),
    ("; kf", Mark::Tablet),
    ("iphone", Mark::Phone),
    ("ipod", Mark::Phone),
    ("windows phone", Mark::Phone),
    ("windows ce", Mark::Phone),
    ("iemobile", Mark::Phone),
    ("blackberry", Mark::Phone),
    ("bb10", Mark::Phone),
    ("kaios", Mark::Phone),
    ("symbian", Mark::Phone),
    ("series60", Mark::Phone),
    ("series40", Mark::Phone),
    ("nokia", Mark::Phone),
    ("sonyericsson", Mark::Phone),
    ("midp", Mark::Phone),
    ("opera mini", Mark::Phone),
    ("opera mobi", Mark::Phone),
    ("(phone;", Mark::Phone),
    ("mobile", Mark::Mobile),
    ("dalvik/", Mark::App),
    ("okhttp", Mark::App),
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(WORDS.iter().map(|(word, _)| word))
        .expect("a short fixed list of words fits an automaton")
});

/// The marks found in one user agent.
#[derive(Clone, Copy)]
pub(super) struct Marks(u8);

impl Marks {
    /// The marks of a user agent in lower case, found in one pass.
    pub fn of(lower: &str) -> Self {
        let found = FINDER.find_overlapping_iter(lower);
        Self(found.fold(0, |marks, found| marks | WORDS[found.pattern().as_usize()].1 as u8))
    }

    /// The form that the model of a client hint tells; none where it tells none.
    pub fn form_of_model(model: &str) -> Option<Device> {
        let marks = Self::of(&format!("; {}", model.to_ascii_lowercase()));
        marks.obvious().or_else(|| marks.has(Mark::Tablet).then_some(Device::Tablet))
    }

    /// The class of a device with these marks that runs `os` (a family in lower case).
    pub fn device(self, os: &str, hints: Option<&ClientHints>) -> Device {
        if let Some(device) = hints.and_then(|hints| hints.form).or_else(|| self.obvious()) {
            return device;
        }
        let mobile = hints.and_then(|hints| hints.mobile);
        match os {
            "windows" if self.has(Mark::Phone) => Device::Mobile,
            // Internet Explorer calls Windows on any machine with a pen a "Tablet PC".
            "windows" | "macos" | "chrome os" => Device::Desktop,
            _ if self.has(Mark::Tablet) => Device::Tablet,
            "android" => self.android(mobile),
            "ios" => Device::Mobile,
            _ if self.has(Mark::Phone) || self.has(Mark::Mobile) || mobile == Some(true) => Device::Mobile,
            "linux" | "freebsd" | "openbsd" | "netbsd" | "solaris" => Device::Desktop,
            _ => Device::Unknown,
        }
    }

    fn obvious(self) -> Option<Device> {
        if self.has(Mark::Console) {
            return Some(Device::Console);
        }
        self.has(Mark::Tv).then_some(Device::Tv)
    }

    fn android(self, mobile: Option<bool>) -> Device {
        let says_phone = self.has(Mark::Mobile) || self.has(Mark::Phone) || self.has(Mark::App);
        if mobile.unwrap_or(says_phone) { Device::Mobile } else { Device::Tablet }
    }

    fn has(self, mark: Mark) -> bool {
        self.0 & mark as u8 != 0
    }
}
