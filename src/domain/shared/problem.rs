//! What is wrong with an input: the field by its path, and words that name the limit and the way on.

use serde::Serialize;

/// One thing wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldError {
    /// The field's path, such as `caps[0].limit`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// All that is wrong with an input; empty where it is fine.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Problems(pub Vec<FieldError>);

/// Those of Unicode's category Cc, and the embeddings, overrides and isolates of its bidirectional
/// algorithm (UAX #9, table 4).
fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Blanks, and what takes no room or shows nothing: the formatting characters and fillers among Unicode's
/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and the blank of Braille.
fn is_unseen(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
                | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{2800}'
                | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
        )
}

impl Problems {
    /// Notes one more.
    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// Notes `message` at `field` unless `fine`.
    pub fn check(&mut self, fine: bool, field: &str, message: impl Into<String>) {
        if !fine {
            self.push(field, message);
        }
    }

    /// Checks a text of one line: its length in characters, at least one where it is required and at
    /// most `most`; and that each can be shown and stored.
    pub fn text(&mut self, field: &str, text: &str, required: bool, most: usize) {
        self.plain(field, text);
        let length = text.chars().count();
        self.check(
            !required || !text.chars().all(is_unseen),
            field,
            "must not be empty: give it letters that can be seen",
        );
        self.check(length <= most, field, format!("has {length} characters; at most {most} are allowed"));
    }

    /// Checks that a text holds no control characters: nobody sees them, those of the reading direction
    /// show others than there are, and PostgreSQL stores no NUL; nor what stands for bytes that are no text.
    pub fn plain(&mut self, field: &str, text: &str) {
        if let Some(control) = text.chars().find(|letter| is_control(*letter)) {
            let code = u32::from(control);
            self.push(
                field,
                format!("holds the control character U+{code:04X}; leave it out and send the rest"),
            );
        } else if text.contains(char::REPLACEMENT_CHARACTER) {
            self.push(field, "holds U+FFFD, which stands for bytes that are no UTF-8; send it as UTF-8");
        }
    }

    /// The value where nothing is wrong, else everything that is.
    ///
    /// # Errors
    /// What was noted.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::Problems;

    #[test]
    fn a_name_that_nobody_sees_is_none() {
        for unseen in ["", "  ", "\u{200B}", "\u{FEFF}\u{AD} ", "\u{2800}", "\u{3164}", "\u{E0041}"] {
            let mut problems = Problems::default();
            problems.text("name", unseen, true, 10);
            assert_eq!(problems.0.len(), 1, "{unseen:?}");
        }
        for seen in ["a", "é", "名", "👩\u{200D}💻", "-"] {
            let mut problems = Problems::default();
            problems.text("name", seen, true, 10);
            assert!(problems.0.is_empty(), "{seen:?}");
        }
    }
}
