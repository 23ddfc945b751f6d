//! The pages of what rules have found and done, as tabs; who sees only some partners has no runs.

use crate::web::{Access, parts::Tab};

const PAGES: [(&str, &str); 2] = [("Actionable variables", VARIABLES), ("Run history", RUNS)];
/// The list of the sources that rules have found.
pub const VARIABLES: &str = "/smart-switch/variables";
/// The list of runs.
pub const RUNS: &str = "/smart-switch/runs";

/// The pages that the person may see; `path` is the one that is open.
pub fn tabs(access: &Access, path: &str) -> Vec<Tab> {
    let is_open = |href: &str| href != RUNS || access.own().is_none();
    let tab = |(label, href): (&str, &str)| Tab {
        label: label.to_owned(),
        href: href.to_owned(),
        is_current: path.starts_with(href),
        count: None,
    };
    PAGES.into_iter().filter(|(_, href)| is_open(href)).map(tab).collect()
}
