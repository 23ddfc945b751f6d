//! A report's address: the fields that are its question, and the same with one thing changed. Everything
//! that a page of a report leads to is made of it, so that nothing that was chosen is lost on the way.

use crate::web::Form;

/// What only the page's form sends: a filter that is to be added.
const ADDED: [&str; 2] = ["add", "value"];
/// Dimensions whose values hold no commas, so that several can be typed at once.
const LISTED: [&str; 6] = ["country", "device", "os", "browser", "code", "domain"];

/// The fields that are set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Address(Vec<(String, String)>);

impl Address {
    /// What a query asks for, each filter value once; and whether the form has added a filter, so that
    /// the page should be asked for by its own address.
    pub fn read(form: &Form) -> (Self, bool) {
        let mut address = Self::default();
        for (name, value) in form.fields() {
            if !ADDED.contains(&name.as_str()) {
                address.put(name, value.trim());
            }
        }
        let (name, value) = (form.get("add"), form.get("value"));
        let is_added = !name.is_empty() && !value.is_empty();
        if is_added {
            let values: Vec<&str> =
                if LISTED.contains(&name) { value.split(',').collect() } else { vec![value] };
            values.into_iter().for_each(|value| address.put(name, value.trim()));
        }
        (address, is_added)
    }

    fn put(&mut self, name: &str, value: &str) {
        let pair = (name.to_owned(), value.to_owned());
        if !value.is_empty() && !self.0.contains(&pair) {
            self.0.push(pair);
        }
    }

    /// The fields, as a form.
    pub fn form(&self) -> Form {
        Form::of(self.0.clone())
    }

    /// Every field with its value.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value of a field; empty where it is not set.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// With other values of some fields; an empty one drops its field.
    pub fn with(&self, changed: &[(&str, &str)]) -> Self {
        let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
        let mut address = Self(self.0.iter().filter(|(name, _)| !is_changed(name)).cloned().collect());
        changed.iter().for_each(|(name, value)| address.put(name, value));
        address
    }

    /// Without one value of a field.
    pub fn without(&self, name: &str, value: &str) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(known, held)| (known.as_str(), held.as_str()) != (name, value))
                .cloned()
                .collect(),
        )
    }

    /// The way there.
    pub fn href(&self, path: &str) -> String {
        self.form().href(path, &[])
    }

    /// The query alone.
    pub fn query(&self) -> String {
        self.href("").trim_start_matches('?').to_owned()
    }
}
