//! What is wrong with a campaign's document.

use super::{super::labels::check_labels, Branch, Campaign, Rotator, flow_test};
use crate::shared::{
    Condition, Percent, Problems, RowId, check_rows, check_weight, destination_problem, problems_of,
};
use std::collections::BTreeSet;

/// Most views that a cold start may ask of an option.
const MOST_MIN_IMPRESSIONS: u32 = 100_000;
/// The largest exploration floor: half of the visitors.
const MOST_EXPLORATION: Percent = Percent(50_000_000);
/// The longest window: the 90 days that figures are kept by the hour.
const LONGEST_WINDOW: u32 = 2_160;
/// Most options of a rotator.
const MOST_OPTIONS: usize = 50;

impl Campaign {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        check_labels(&mut problems, &self.labels);
        self.check_ids(&mut problems);
        self.check_pages(&mut problems);
        check_rows(&mut problems, "rotators", self.rotators.len());
        for (at, rotator) in self.rotators.iter().enumerate() {
            self.check_rotator(&mut problems, &format!("rotators[{at}]"), rotator);
        }
        check_rows(&mut problems, "rules", self.rules.len());
        for (at, rule) in self.rules.iter().enumerate() {
            problems.text(&format!("rules[{at}].name"), &rule.name, false, 200);
            let path = format!("rules[{at}].conditions");
            problems.0.extend(problems_of(&path, &rule.conditions, check_live).0);
        }
        for (path, branch) in self.branches() {
            self.check_branch(&mut problems, &path, branch);
        }
        problems
    }

    fn check_ids(&self, problems: &mut Problems) {
        let mut known = BTreeSet::new();
        for (path, id) in self.id_paths().zip(self.ids()) {
            let is_own = id.0 == 0 || (id.0 > 0 && known.insert(id));
            let message = "must be a number above 0 that nothing else here has; leave it out for a new one";
            problems.check(is_own, &path, message);
        }
    }

    fn check_pages(&self, problems: &mut Problems) {
        check_rows(problems, "landing_pages", self.landing_pages.len());
        for (at, page) in self.landing_pages.iter().enumerate() {
            problems.text(&format!("landing_pages[{at}].name"), &page.name, true, 200);
            if let Some(message) = destination_problem(&page.url) {
                problems.push(format!("landing_pages[{at}].url"), message);
            }
        }
    }

    fn check_rotator(&self, problems: &mut Problems, path: &str, rotator: &Rotator) {
        problems.text(&format!("{path}.name"), &rotator.name, true, 200);
        problems.check(
            rotator.min_impressions <= MOST_MIN_IMPRESSIONS,
            &format!("{path}.min_impressions"),
            format!("must be from 0 to {MOST_MIN_IMPRESSIONS}"),
        );
        let share = (Percent(0)..=MOST_EXPLORATION).contains(&rotator.exploration);
        problems.check(share, &format!("{path}.exploration"), "must be from 0 to 50 percent");
        let window = rotator.window_hours.is_none_or(|hours| (1..=LONGEST_WINDOW).contains(&hours));
        let message = format!("must be from 1 to {LONGEST_WINDOW} hours, or left out");
        problems.check(window, &format!("{path}.window_hours"), message);
        let (count, field) = (rotator.options.len(), format!("{path}.options"));
        let message = format!("has {count} entries; at most {MOST_OPTIONS} are allowed");
        problems.check(count <= MOST_OPTIONS, &field, message);
        for (at, option) in rotator.options.iter().enumerate() {
            let Some(page) = option.landing_page_id else { continue };
            self.check_page(problems, &format!("{field}[{at}].landing_page_id"), page);
        }
    }

    fn check_page(&self, problems: &mut Problems, path: &str, page: RowId) {
        let is_there = page.0 > 0 && self.landing_page(page).is_some();
        problems.check(is_there, path, "is no landing page of this campaign");
    }

    fn check_branch(&self, problems: &mut Problems, path: &str, branch: &Branch) {
        if let Some(rotator) = branch.rotator_id {
            let is_there = rotator.0 > 0 && self.rotator(rotator).is_some();
            problems.check(is_there, &format!("{path}.rotator_id"), "is no rotator of this campaign");
        }
        let pages = format!("{path}.landing_pages");
        check_rows(problems, &pages, branch.landing_pages.len());
        for (at, share) in branch.landing_pages.iter().enumerate() {
            self.check_page(problems, &format!("{pages}[{at}].landing_page_id"), share.landing_page_id);
            check_weight(problems, &format!("{pages}[{at}].weight"), share.weight);
        }
        let offers = format!("{path}.offers");
        check_rows(problems, &offers, branch.offers.len());
        for (at, share) in branch.offers.iter().enumerate() {
            check_weight(problems, &format!("{offers}[{at}].weight"), share.weight);
        }
    }
}

/// A condition on an offer's cap or on a site.
fn check_live(problems: &mut Problems, path: &str, condition: &Condition) {
    if let Some(Err((part, message))) = flow_test(condition) {
        problems.push(format!("{path}.{part}"), message);
    }
}
