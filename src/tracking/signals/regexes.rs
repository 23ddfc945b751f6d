//! The patterns of uap-core, read from where `build.rs` found them. They are written in a small, regular
//! part of YAML (three lists of flat maps of quoted texts), and this reads exactly that part.

use std::borrow::Cow;
use ua_parser::{os, user_agent};

/// `regexes.yaml` of the uap-core project (Apache-2.0), as the `ua-parser` crate brings it.
const TEXT: &str = include_str!(env!("UAP_REGEXES"));

type Text = Cow<'static, str>;

/// The patterns of browsers and of operating systems, in the order in which they are to be tried.
pub(super) struct Regexes {
    pub browsers: Vec<user_agent::Parser<'static>>,
    pub systems: Vec<os::Parser<'static>>,
}

impl Regexes {
    /// Reads the embedded text. Devices are left out: they are a third of the memory, and name models.
    pub fn embedded() -> Self {
        let mut regexes = Self { browsers: Vec::new(), systems: Vec::new() };
        let mut list = "";
        for line in TEXT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_once(':').expect("every line is `key:` or `key: 'text'`") {
                (key, "") => list = key,
                (key, value) => regexes.take(list, key, unquote(value.trim())),
            }
        }
        regexes
    }

    fn take(&mut self, list: &str, key: &'static str, value: Option<Text>) {
        match list {
            "user_agent_parsers" => take_browser(&mut self.browsers, key, value),
            "os_parsers" => take_system(&mut self.systems, key, value),
            "device_parsers" => {}
            other => unreachable!("unknown list {other} in regexes.yaml"),
        }
    }
}

fn take_browser(list: &mut Vec<user_agent::Parser<'static>>, key: &str, value: Option<Text>) {
    if key == "- regex" {
        return list.push(user_agent::Parser { regex: value.unwrap_or_default(), ..Default::default() });
    }
    let parser = list.last_mut().expect("an entry begins with its regex");
    match key {
        "family_replacement" => parser.family_replacement = value,
        "v1_replacement" => parser.v1_replacement = value,
        "v2_replacement" => parser.v2_replacement = value,
        "v3_replacement" => parser.v3_replacement = value,
        "v4_replacement" => parser.v4_replacement = value,
        other => unreachable!("unknown key {other} in regexes.yaml"),
    }
}

fn take_system(list: &mut Vec<os::Parser<'static>>, key: &str, value: Option<Text>) {
    if key == "- regex" {
        return list.push(os::Parser { regex: value.unwrap_or_default(), ..Default::default() });
    }
    let parser = list.last_mut().expect("an entry begins with its regex");
    match key {
        "os_replacement" => parser.os_replacement = value,
        "os_v1_replacement" => parser.os_v1_replacement = value,
        "os_v2_replacement" => parser.os_v2_replacement = value,
        "os_v3_replacement" => parser.os_v3_replacement = value,
        "os_v4_replacement" => parser.os_v4_replacement = value,
        other => unreachable!("unknown key {other} in regexes.yaml"),
    }
}

/// `'it''s'` as `it's`; none for `null`.
fn unquote(value: &'static str) -> Option<Text> {
    let inner = value.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(if inner.contains("''") { inner.replace("''", "'").into() } else { inner.into() })
}
