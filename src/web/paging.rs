//! The pages of a list: cuts the one row too many that [`Listing::page`] asked for, and says where
//! older and newer rows stand. Filters stay in the address.

use super::{Form, Listing};
use actix_web::HttpRequest;

/// Where a list goes on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paging {
    /// Back to the newest rows; none where they are shown.
    pub newer: Option<String>,
    pub older: Option<String>,
    /// Whether the rows go by something else than their age.
    pub is_sorted: bool,
}

/// The rows to show of those that were read, and the way on.
#[must_use]
pub fn cut<T>(
    request: &HttpRequest,
    listing: &Listing,
    mut rows: Vec<T>,
    id: impl Fn(&T) -> i64,
) -> (Vec<T>, Paging) {
    let limit = usize::try_from(listing.limit).unwrap_or(usize::MAX);
    let has_older = rows.len() > limit;
    rows.truncate(limit);
    let last = if has_older { rows.last().map(id) } else { None };
    let form = Form::read(request.query_string().as_bytes());
    let href = |cursor: &str| form.href(request.path(), &[("cursor", cursor)]);
    let older = last.map(|id| href(&id.to_string()));
    let newer = listing.cursor.as_ref().map(|_| href(""));
    (rows, Paging { newer, older, is_sorted: listing.text("sort").is_some() })
}
