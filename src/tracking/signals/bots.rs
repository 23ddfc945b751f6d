//! Which user agents are programs rather than people: crawlers, link previewers, monitors, HTTP libraries.

use super::bot_names::{BEGINNINGS, GENERIC, KNOWN};
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

/// The longest name of a bot that is kept, in bytes.
const LONGEST_NAME: usize = 48;

static KNOWN_FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| finder(KNOWN.iter().map(|(word, _)| *word)));
static GENERIC_FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| finder(GENERIC.iter().copied()));

fn finder(words: impl Iterator<Item = &'static str>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .expect("a short fixed list of words fits an automaton")
}

/// The name of the bot behind a user agent (`lower` is the same in lower case); none where it looks like
/// a person's. Link previewers are bots. Apps that fetch with the system's own client (okhttp, Dalvik,
/// CFNetwork) are not, nor is an empty user agent.
pub(super) fn bot_name(user_agent: &str, lower: &str) -> Option<String> {
    let bot = called_bot(lower);
    if let Some(found) = KNOWN_FINDER.find(lower)
        && bot.is_none_or(|bot| found.start() <= bot)
    {
        return Some(KNOWN[found.pattern().as_usize()].1.to_owned());
    }
    if let Some((_, name)) = BEGINNINGS.iter().find(|(beginning, _)| lower.starts_with(beginning)) {
        return Some((*name).to_owned());
    }
    if let Some(place) = bot {
        return Some(word_at(user_agent, place));
    }
    if let Some(found) = GENERIC_FINDER.find(lower) {
        return Some(word_at(user_agent, found.start()));
    }
    if !lower.starts_with("mozilla/") && (lower.contains("http://") || lower.contains("https://")) {
        return Some(word_at(user_agent, 0));
    }
    bare(user_agent, lower)
}

/// Where a word ends in `bot`, or is `bots`. Phones made by Cubot are no bots.
fn called_bot(lower: &str) -> Option<usize> {
    lower.match_indices("bot").map(|(place, _)| place).find(|&place| {
        let rest = &lower.as_bytes()[place + 3..];
        let rest = rest.strip_prefix(b"s").unwrap_or(rest);
        !rest.first().is_some_and(u8::is_ascii_alphabetic) && !lower[..place].ends_with("cu")
    })
}

/// The word around a place, such as `AhrefsBot` of `compatible; AhrefsBot/7.0`.
fn word_at(user_agent: &str, place: usize) -> String {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'!');
    let bytes = user_agent.as_bytes();
    let start = place - bytes[..place].iter().rev().take_while(|byte| in_word(byte)).count();
    let end = place + bytes[place..].iter().take_while(|byte| in_word(byte)).count();
    let word = &user_agent[start..end.min(start + LONGEST_NAME)];
    if word.is_empty() { "Unnamed bot".to_owned() } else { word.to_owned() }
}

/// Programs that dress as `Mozilla/5.0 (compatible; Something/1.0)` or stop after `Mozilla/5.0`: people's
/// browsers that are "compatible" name Internet Explorer, Konqueror or what runs on their telephone.
fn bare(user_agent: &str, lower: &str) -> Option<String> {
    if matches!(lower, "mozilla" | "mozilla/4.0" | "mozilla/5.0") {
        return Some("Mozilla".to_owned());
    }
    let (_, rest) = lower.split_once("mozilla/5.0 (compatible; ")?;
    let browser =
        ["msie", "konqueror", "trident", "teleca", "midp"].iter().any(|browser| rest.contains(browser));
    (!browser && !rest.is_empty()).then(|| word_at(user_agent, lower.len() - rest.len()))
}
