//! Names as targeting writes them: the families of uap-core in lower case, variants of one thing folded.

/// The longest family name that is kept, in bytes; some patterns copy names out of the user agent.
const LONGEST_FAMILY: usize = 32;
/// The longest version that is kept, in bytes.
const LONGEST_VERSION: usize = 24;

/// The operating system's family: `ios`, `android`, `windows`, `macos`, `linux`, `chrome os`, …; empty
/// where it is unknown. Every Linux distribution is `linux`.
pub(super) fn os_family(name: &str) -> String {
    let folded = match name {
        "Other" => "",
        "Mac OS X" | "Mac OS" => "macos",
        "ATV OS X" => "tvos",
        "Fire OS" => "android",
        "Windows Mobile" => "windows phone",
        "Web0S" => "webos",
        chromecast if chromecast.starts_with("Chromecast") => "chromecast",
        symbian if symbian.starts_with("Symbian") => "symbian",
        "Ubuntu" | "Kubuntu" | "Debian" | "Fedora" | "Red Hat" | "CentOS" | "SUSE" | "openSUSE"
        | "Gentoo" | "Arch Linux" | "Mageia" | "Mandriva" | "Slackware" | "Linux Mint" | "PCLinuxOS"
        | "VectorLinux" | "Puppy" | "GoogleTV" | "BackTrack" | "Lindows" | "Alpine" => "linux",
        other => other,
    };
    bounded(folded, LONGEST_FAMILY).to_lowercase()
}

/// The version as dotted numbers. Windows versions that have names get the numbers of their kernels, so
/// that they sort below Windows 7.
pub(super) fn os_version(os: &str, parts: [Option<&str>; 4]) -> String {
    match (os, parts[0]) {
        // A distribution's number is not the system's.
        ("linux", _) => String::new(),
        ("windows", Some("95")) => "4.0".to_owned(),
        ("windows", Some("98")) => "4.10".to_owned(),
        ("windows", Some("ME")) => "4.90".to_owned(),
        ("windows", Some("NT" | "NT 4.0")) => "4".to_owned(),
        ("windows", Some("2000")) => "5.0".to_owned(),
        ("windows", Some("XP")) => "5.1".to_owned(),
        ("windows", Some("Vista")) => "6.0".to_owned(),
        _ => dotted(parts),
    }
}

/// Numbers up to the first part that is none, joined by dots.
pub(super) fn dotted(parts: [Option<&str>; 4]) -> String {
    let numeric = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let numbers: Vec<&str> = parts.into_iter().map_while(|part| part.filter(numeric)).collect();
    bounded(&numbers.join("."), LONGEST_VERSION).trim_end_matches('.').to_owned()
}

/// The browser's family: `chrome`, `safari`, `firefox`, `edge`, …; empty where it is unknown. The same
/// browser on a telephone has the same name; a page inside an app has the app's, or `… webview`.
pub(super) fn browser_family(name: &str) -> String {
    let folded = match name {
        "Other" => "",
        "Chrome Mobile" | "Chrome Mobile iOS" | "HeadlessChrome" => "chrome",
        "Chrome Mobile WebView" | "Android WebView" => "chrome webview",
        "Mobile Safari" => "safari",
        "Mobile Safari UI/WKWebView" => "safari webview",
        "Firefox Mobile" | "Firefox iOS" | "Firefox Focus" | "Firefox Klar" => "firefox",
        "Edge Mobile" | "Edge iOS" => "edge",
        "Opera Mobile" | "Opera Touch" | "Opera Tablet" | "Opera GX" | "Opera Neon" => "opera",
        "IE" | "IE Mobile" | "IE Large Screen" => "internet explorer",
        "Android" => "android browser",
        "MiuiBrowser" => "miui browser",
        "DuckDuckGo Mobile" => "duckduckgo",
        "Brave Mobile" => "brave",
        "Chromium" | "Chromium Browser" => "chromium",
        other => other,
    };
    bounded(folded, LONGEST_FAMILY).to_lowercase()
}

fn bounded(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}
