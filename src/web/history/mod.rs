//! The history of one object: who changed which of its fields from what to what, in the words of its
//! page. It is read from the audit log, which each save writes in its own transaction.

mod differences;
mod shown;

use super::{
    Access, Answer, Failure, Listing, Route, answer, format,
    markup::Markup,
    navigation,
    objects::{Object, path_id},
    page::Shell,
    paging::{self, Paging},
    parts::{Link, Tab},
    signal::Signal,
    views::Subject,
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::{
    identity::{Level, Section},
    shared::Calendar,
};
use store::identity::{AuditEntry, AuditFilter, audit_log};

pub use shown::FieldChange;

/// A kind of managed object with views of one.
pub trait Viewed: Object {
    const SUBJECT: Subject;
    /// What its page calls its fields, by their paths without places: `caps[].limit`.
    const WORDS: &'static [(&'static str, &'static str)];

    /// What one is called.
    fn called(&self) -> &str;

    /// Its state, where it has one.
    fn state(&self) -> Option<(Signal, &'static str)>;
}

#[derive(Template)]
#[template(path = "shared/history.html")]
struct HistoryPage {
    shell: Shell,
    one: &'static str,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    rows: Vec<Row>,
    paging: Paging,
}

struct Row {
    at: Markup,
    who: String,
    /// Beside the name: `by the API`, and the address for those who may see the audit log.
    by: String,
    did: &'static str,
    is_new: bool,
    changes: Vec<FieldChange>,
}

/// The route of the history of one object of a kind. Whoever may see the object may see what it was.
#[must_use]
pub fn route<T: Viewed>() -> Route {
    Route::get(T::SUBJECT.pattern("/history"), T::SECTION, show::<T>)
}

async fn show<T: Viewed>(access: Access, request: HttpRequest) -> Answer {
    let stored = access.scope().get::<T>(path_id(&request, T::ID)?).await?;
    let listing = Listing::read(request.query_string(), &[])?;
    let filter = AuditFilter {
        object: Some(T::OBJECT.to_owned()),
        object_id: Some(stored.id),
        ..AuditFilter::default()
    };
    let found = audit_log(access.scope(), &filter, listing.page()?).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |entry| entry.id);
    answer::page(&HistoryPage {
        shell: navigation::shell(&access, &request).titled(stored.body.called()),
        one: T::SUBJECT.one,
        crumbs: T::SUBJECT.crumbs(),
        tabs: T::SUBJECT.tabs(&access, stored.id, request.path()),
        state: stored.body.state(),
        rows: rows::<T>(&access, found).await?,
        paging,
    })
}

/// What each act changed, field by field; `words` are what a page calls the fields by their paths.
///
/// # Errors
/// What the database said.
pub async fn changes(
    access: &Access,
    entries: &[AuditEntry],
    words: &[(&str, &str)],
) -> Result<Vec<Vec<FieldChange>>, Failure> {
    let differences: Vec<_> = entries.iter().map(differences::of).collect();
    let names = shown::names(access, differences.iter().flatten()).await?;
    let change = |each| shown::change(each, words, &names);
    Ok(differences.into_iter().map(|all| all.into_iter().map(change).collect()).collect())
}

async fn rows<T: Viewed>(access: &Access, entries: Vec<AuditEntry>) -> Result<Vec<Row>, Failure> {
    let changes = changes(access, &entries, T::WORDS).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let sees_addresses = access.may(Section::Audit, Level::Read);
    let row = |(entry, changes): (AuditEntry, Vec<FieldChange>)| Row {
        at: format::moment_html(DateTime::from_timestamp_millis(entry.at).unwrap_or_default(), calendar),
        by: by(&entry, sees_addresses),
        did: did(&entry.action),
        is_new: entry.before.is_none(),
        changes,
        who: entry.actor_name,
    };
    Ok(entries.into_iter().zip(changes).map(row).collect())
}

fn by(entry: &AuditEntry, sees_addresses: bool) -> String {
    let way = match entry.actor_kind.as_str() {
        "api_key" => "by the API",
        "system" => "by itself",
        _ => "",
    };
    let address = if sees_addresses { entry.ip.as_str() } else { "" };
    [way, address].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What was done, in words.
fn did(action: &str) -> &'static str {
    match action {
        "create" => "Made",
        "delete" => "Removed",
        _ => "Changed",
    }
}
