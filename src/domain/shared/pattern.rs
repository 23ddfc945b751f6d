//! Regular expressions of rules: ignoring case, and bounded, because they are kept in memory for every click.

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Most bytes that one compiled expression may take.
const SIZE: usize = 64 * 1024;
/// Most bytes that an expression's cache of states may take, on each thread that uses it.
const CACHE: usize = 256 * 1024;

/// Most bytes that expressions which are matched together may take.
const SET_SIZE: usize = 4 * 1024 * 1024;
/// Most bytes that their cache of states may take, on each thread that uses it.
const SET_CACHE: usize = 1024 * 1024;

/// Compiles expressions to be matched in one go; none where together they are larger than the limit.
#[must_use]
pub fn pattern_set<'a>(texts: impl Iterator<Item = &'a str>) -> Option<RegexSet> {
    let mut builder = RegexSetBuilder::new(texts);
    builder.case_insensitive(true).size_limit(SET_SIZE).dfa_size_limit(SET_CACHE).build().ok()
}

/// Compiles an expression.
///
/// # Errors
/// In words, why it can't be taken: it is malformed, or larger than the limit.
pub fn pattern(text: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(text).case_insensitive(true).size_limit(SIZE).dfa_size_limit(CACHE).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "is a regular expression that takes more than 64 KiB; shorten it or split it up".to_owned()
        }
        other => format!("is not a regular expression: {}", first_words(&other.to_string())),
    })
}

/// The last line of the library's message says what is wrong; those before draw an arrow.
fn first_words(message: &str) -> String {
    message.lines().last().unwrap_or(message).trim_start_matches("error: ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn an_expression_ignores_case_and_has_a_bound() {
        assert!(pattern("^win-[0-9]+$").expect("fine").is_match("WIN-17"));
        assert!(pattern("(").expect_err("malformed").contains("not a regular expression"));
        assert!(pattern("[a-z]{1000}{100}").expect_err("large").contains("64 KiB"));
    }
}
