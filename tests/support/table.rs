//! A table of a page as whoever looks at it reads it: rows, and in each the cell under a heading.

use super::browser::Browser;
use std::collections::BTreeMap;
use thirtyfour::By;

/// Reads the table in the frame of the label that is the first argument: each row an object of
/// heading and text, the rows of its foot last. What is drawn for the eyes alone is no text.
const READ: &str = "
    const text = (cell) => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll('[aria-hidden=true]').forEach((part) => part.remove());
        return copy.textContent.replace(/\\s+/g, ' ').trim();
    };
    const table = document.querySelector(`[role=region][aria-label=\"${label}\"] table`);
    const headings = [...table.querySelectorAll('thead th')].map(text);
    const row = (line) => Object.fromEntries([...line.cells].map((cell, place) => [headings[place], text(cell)]));
    return [...table.querySelectorAll('tbody tr, tfoot tr')].map(row);";

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row(BTreeMap<String, String>);

impl Row {
    /// What stands under a heading.
    pub fn cell(&self, heading: &str) -> &str {
        self.0.get(heading).unwrap_or_else(|| panic!("no column `{heading}` in {self:?}"))
    }

    /// What stands under each of these headings.
    pub fn cells<const COUNT: usize>(&self, headings: [&str; COUNT]) -> [&str; COUNT] {
        headings.map(|heading| self.cell(heading))
    }
}

impl Browser {
    /// All rows of the table of this label, the totals of its foot last. Waits until it is shown.
    pub async fn table(&self, label: &str) -> Vec<Row> {
        self.element(By::Css(format!("[role=region][aria-label=\"{label}\"] table")), label).await;
        let rows = self.script(&format!("const label = '{label}'; {READ}")).await;
        serde_json::from_value::<Vec<BTreeMap<String, String>>>(rows)
            .expect("every cell is text")
            .into_iter()
            .map(Row)
            .collect()
    }
}
