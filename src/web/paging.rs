//! The pages of a list: cuts the one row too many that [`Listing::page`] asked for, and says where
//! older and newer rows stand. Filters stay in the address.

use super::Listing;
use actix_web::HttpRequest;
use url::form_urlencoded::{Serializer, parse};

/// Where a list goes on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paging {
    /// Back to the newest rows; none where they are shown.
    pub newer: Option<String>,
    pub older: Option<String>,
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
    let older = last.map(|id| href(request, Some(id)));
    let newer = listing.cursor.as_ref().map(|_| href(request, None));
    (rows, Paging { newer, older })
}

/// This page's address with another cursor.
fn href(request: &HttpRequest, cursor: Option<i64>) -> String {
    let mut query = Serializer::new(String::new());
    let kept = parse(request.query_string().as_bytes())
        .filter(|(name, value)| name != "cursor" && !value.is_empty());
    query.extend_pairs(kept);
    if let Some(cursor) = cursor {
        query.append_pair("cursor", &cursor.to_string());
    }
    let query = query.finish();
    if query.is_empty() { request.path().to_owned() } else { format!("{}?{query}", request.path()) }
}
