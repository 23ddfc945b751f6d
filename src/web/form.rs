//! What a form sent: names and values in the order of the page. Missing fields are empty, so that a
//! handler can show the form again with what was typed and say at each field what is wrong.

use super::Failure;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Bytes};
use futures::future::LocalBoxFuture;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The most bytes that a form may have.
pub const LARGEST: usize = 256 << 10;

/// What is escaped in an address; commas, dashes and the like may stand as they are, and read better so.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b',').remove(b'-').remove(b'_').remove(b':').remove(b'.');

/// A form's fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The fields of an encoded form, or of an address's query.
    #[must_use]
    pub fn read(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The form, unless it holds NUL: no keyboard types it, and PostgreSQL stores it in no text. What
    /// else may stand in a field is said at the field.
    fn without_nul(self) -> Result<Self, Failure> {
        let has_nul = |(name, value): &&(String, String)| name.contains('\0') || value.contains('\0');
        match self.0.iter().find(has_nul) {
            None => Ok(self),
            Some((name, _)) => {
                let name = name.replace('\0', "");
                let message = format!("`{name}` holds the character U+0000; leave it out and send the rest");
                Err(Failure::malformed(name, message))
            }
        }
    }

    /// A form that is shown: its fields and what they hold.
    #[must_use]
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A form that is shown with these fields.
    #[must_use]
    pub fn holding(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The first value of a field, without blanks around it; empty where it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a field exactly as it was typed, as passwords need it.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field, as of several boxes of one name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn is_ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// Whether a field holds this among its values, as of several boxes of one name.
    #[must_use]
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|held| held == value)
    }

    /// The version that a change was thought for, as the page sends it along.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.get("version").parse().ok()
    }

    /// The name of a field in a row of a list: `caps[0].limit`.
    #[must_use]
    pub fn path(&self, rows: &str, index: &usize, field: &str) -> String {
        format!("{rows}[{index}].{field}")
    }

    /// What a row's field holds.
    #[must_use]
    pub fn held(&self, rows: &str, index: &usize, field: &str) -> &str {
        self.get(&self.path(rows, index, field))
    }

    /// An address with these fields, with other values of some; an empty value drops the field.
    #[must_use]
    pub fn href(&self, path: &str, changed: &[(&str, &str)]) -> String {
        let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
        let kept = self.0.iter().filter(|(name, _)| !is_changed(name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<String> = kept
            .chain(changed.iter().copied())
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED)))
            .collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// Everything that was sent, in its order.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }
}

impl FromRequest for Form {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_form = kind.is_none_or(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Failure::WrongType("application/x-www-form-urlencoded"));
            }
            let body = body.await.map_err(|error| super::json::unread(&error, LARGEST))?;
            if body.len() > LARGEST {
                return Err(Failure::TooLarge(LARGEST));
            }
            Self::read(&body).without_nul()
        })
    }
}
