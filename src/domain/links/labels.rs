//! Labels of links: words to find them by.

use crate::shared::Problems;
use std::collections::BTreeSet;

/// Most labels of a link.
const MOST_LABELS: usize = 20;
/// Most characters of a label.
const LONGEST_LABEL: usize = 50;

/// What is wrong with a link's labels, at `labels`.
pub(super) fn check_labels(problems: &mut Problems, labels: &[String]) {
    let message = format!("has {} entries; at most {MOST_LABELS} are allowed", labels.len());
    problems.check(labels.len() <= MOST_LABELS, "labels", message);
    let mut known = BTreeSet::new();
    for (place, label) in labels.iter().enumerate().take(MOST_LABELS) {
        let path = format!("labels[{place}]");
        problems.text(&path, label, true, LONGEST_LABEL);
        problems.check(known.insert(label.to_lowercase()), &path, "stands there twice");
    }
}
