//! One act on several objects of a list: first a page that says what it does to how much traffic, then
//! the act, on all of them or on none. Each is a save of its own in the audit log.

use super::list::Listed;
use crate::web::{
    Access, Answer, Failure, Form, Route, answer,
    describe::{About, Fields, Gives, Schemas, flag, id_of, list, named_or_null, text, whole, word},
    flash, format,
    history::Viewed,
    json, navigation,
    page::Shell,
    parts::Link,
    signal::Signal,
    traffic::{self, Side, Traffic},
};
use actix_web::HttpRequest;
use askama::Template;
use domain::shared::Problems;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::shared::Stored;

/// The most objects of one act: the database writes for nobody else meanwhile.
pub const MOST: usize = 200;

/// An act on an object.
pub struct Act<T> {
    /// The name in forms and in the API.
    pub name: &'static str,
    /// The button's word.
    pub label: &'static str,
    pub is_danger: bool,
    /// What it does, said before.
    pub what: &'static str,
    pub done: fn(T) -> T,
}

/// A kind of managed object that lists change several of at once.
pub trait Bulk: Listed + Viewed {
    /// By what reports tell its traffic apart; none where the acts stop no traffic.
    const TRAFFIC: Option<Side>;
    const ACTS: &'static [Act<Self>];
}

/// A button under a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Button {
    pub name: &'static str,
    pub label: &'static str,
    pub is_danger: bool,
}

/// The buttons under the list of a kind.
#[must_use]
pub fn buttons<T: Bulk>() -> Vec<Button> {
    let button = |act: &Act<T>| Button { name: act.name, label: act.label, is_danger: act.is_danger };
    T::ACTS.iter().map(button).collect()
}

/// The page that asks, the act, and the same by the API.
#[must_use]
pub fn routes<T: Bulk>() -> Vec<Route> {
    let about =
        About::new(format!("Change several at once, all or none: {}", T::SCHEMA), Gives::One("BulkOutcome"));
    let path = format!("{}/bulk", T::LIST);
    vec![
        Route::blank(path.clone(), T::SECTION, ask::<T>),
        Route::post(path, T::SECTION, act::<T>),
        Route::post(format!("{}/bulk", T::COLLECTION), T::SECTION, call::<T>).about(about.takes("Bulk")),
    ]
}

/// The schemas of the calls.
#[must_use]
pub fn schemas() -> Schemas {
    let bulk = Fields::of("One act on several objects; all or none.")
        .required("act", word("What is done.", &["activate", "pause", "delete"]))
        .required("ids", list("At most 200.", id_of("One of them.")))
        .optional("preview", flag("Whether it is only told what would be done."));
    let item = Fields::of("One that is changed.")
        .shown("id", id_of("Its id."))
        .shown("name", text("Its name."))
        .shown("traffic", named_or_null("Traffic"));
    let outcome = Fields::of("What was done, or would be.")
        .shown("changed", whole("How many are changed; the others were so already."))
        .shown("items", list("Those.", item.done()));
    vec![("Bulk", bulk.done()), ("BulkOutcome", outcome.done())]
}

#[derive(Template)]
#[template(path = "shared/bulk.html")]
struct BulkPage {
    shell: Shell,
    crumbs: Vec<Link>,
    one: &'static str,
    action: String,
    back: &'static str,
    act: Option<Button>,
    what: &'static str,
    lead: String,
    rows: Vec<Row>,
    has_traffic: bool,
}

struct Row {
    id: i64,
    version: i64,
    name: String,
    href: String,
    before: Option<(Signal, &'static str)>,
    after: Option<(Signal, &'static str)>,
    today: String,
    week: String,
}

/// The ids of a form, each once.
fn ids(form: &Form) -> Result<Vec<i64>, Failure> {
    let read: Result<BTreeSet<i64>, _> = form.all("id").map(str::parse).collect();
    let ids: Vec<i64> = read.map_err(|_| Failure::NotFound)?.into_iter().collect();
    check_count(&ids)?;
    Ok(ids)
}

fn check_count(ids: &[i64]) -> Result<(), Failure> {
    let message = format!("holds {} objects; at most {MOST} can be changed at once", ids.len());
    if ids.len() > MOST { Err(Failure::field("ids", message)) } else { Ok(()) }
}

fn act_of<T: Bulk>(name: &str) -> Option<&'static Act<T>> {
    T::ACTS.iter().find(|act| act.name == name)
}

/// Those of them that the act changes.
async fn changed_by<T: Bulk>(access: &Access, act: &Act<T>, ids: &[i64]) -> Result<Vec<Stored<T>>, Failure> {
    let mut found = Vec::new();
    for id in ids {
        let stored = access.scope().get::<T>(*id).await?;
        if stored.body.state() != (act.done)(stored.body.clone()).state() {
            found.push(stored);
        }
    }
    Ok(found)
}

/// The traffic of what is changed, where it has any and the person may see it.
async fn traffic_of<T: Bulk>(
    access: &Access,
    found: &[Stored<T>],
) -> Result<Option<BTreeMap<i64, Traffic>>, Failure> {
    match T::TRAFFIC {
        Some(side) if !found.is_empty() => traffic::by(access, side).await,
        Some(_) | None => Ok(None),
    }
}

/// What an act would do. Nothing is changed here.
async fn ask<T: Bulk>(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let ids = ids(&form)?;
    let act = act_of::<T>(form.get("act")).filter(|_| !ids.is_empty());
    let found = match act {
        Some(act) => changed_by(&access, act, &ids).await?,
        None => Vec::new(),
    };
    let traffic = traffic_of::<T>(&access, &found).await?;
    let of = |id: i64| traffic.as_ref().and_then(|all| all.get(&id)).copied().unwrap_or_default();
    let whole: Traffic = found.iter().map(|stored| of(stored.id)).sum();
    let one = T::SUBJECT.one;
    let title = act.map_or_else(
        || format!("Change several {one}s"),
        |act| format!("{} {}", act.label, format::counted(found.len(), one)),
    );
    answer::page(&BulkPage {
        shell: navigation::shell(&access, &request).titled(title),
        crumbs: T::SUBJECT.crumbs(),
        one,
        action: format!("{}/bulk", T::LIST),
        back: T::LIST,
        what: act.map_or("", |act| act.what),
        lead: lead(one, ids.len(), found.len(), traffic.as_ref().map(|_| whole)),
        rows: found.into_iter().map(|stored| row(act, &stored, of(stored.id))).collect(),
        has_traffic: traffic.is_some(),
        act: act.map(|act| Button { name: act.name, label: act.label, is_danger: act.is_danger }),
    })
}

/// How much traffic it is about, in a sentence.
fn lead(one: &str, asked: usize, found: usize, traffic: Option<Traffic>) -> String {
    let clicks = traffic.map_or_else(String::new, |traffic| format!("They took {}.", traffic.words()));
    match asked - found {
        0 => clicks,
        left => format!("{clicks} {} of those ticked need no change.", format::counted(left, one)),
    }
}

fn row<T: Bulk>(act: Option<&Act<T>>, stored: &Stored<T>, traffic: Traffic) -> Row {
    Row {
        id: stored.id,
        version: stored.version,
        name: stored.body.called().to_owned(),
        href: T::SUBJECT.page(stored.id),
        before: stored.body.state(),
        after: act.and_then(|act| (act.done)(stored.body.clone()).state()),
        today: format::count(traffic.today),
        week: format::count(traffic.week),
    }
}

/// The act, of a form that has said what it does: `each` is an id and the version that was shown.
async fn act<T: Bulk>(access: Access, form: Form) -> Answer {
    let act = act_of::<T>(form.get("act"))
        .ok_or_else(|| Failure::malformed("act", "the act is none that there is"))?;
    let read = |each: &str| {
        let (id, version) = each.split_once(':')?;
        Some((id.parse::<i64>().ok()?, Some(version.parse::<i64>().ok()?)))
    };
    let wanted: Option<Vec<_>> = form.all("each").map(read).collect();
    let wanted = wanted.ok_or_else(|| Failure::malformed("each", "is no object and version"))?;
    check_count(&wanted.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    match access.scope().rewrite_all(&access.actor(), &wanted, act.done).await {
        Ok(changed) => {
            let text = format!("{}: {}.", act.label, format::counted(changed.len(), T::SUBJECT.one));
            Ok(flash::see_other(T::LIST, Signal::Good, &text))
        }
        Err(store::Error::Conflict { field, .. }) if field == "version" => {
            let text =
                "Nothing is changed: somebody else has saved one of them in the meantime. Tick them again.";
            Ok(flash::see_other(T::LIST, Signal::Bad, text))
        }
        Err(store::Error::Conflict { message, .. }) => {
            Ok(flash::see_other(T::LIST, Signal::Bad, &format!("Nothing is changed: it {message}.")))
        }
        Err(other) => Err(other.into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    act: String,
    ids: Vec<String>,
    #[serde(default)]
    preview: bool,
}

/// The act, by the API.
async fn call<T: Bulk>(access: Access, body: json::Object) -> Answer {
    let Asked { act, ids, preview } = json::document(body.0)?;
    let mut problems = Problems::default();
    let names: Vec<&str> = T::ACTS.iter().map(|act| act.name).collect();
    let act = act_of::<T>(&act);
    problems.check(act.is_some(), "act", format!("must be one of {}", names.join(", ")));
    let read: Result<BTreeSet<i64>, _> = ids.iter().map(|id| id.parse()).collect();
    problems.check(read.is_ok(), "ids", "must be ids");
    let (Some(act), Ok(ids)) = (act, read) else { return Err(Failure::Invalid(problems)) };
    let ids: Vec<i64> = ids.into_iter().collect();
    check_count(&ids)?;
    let found = changed_by(&access, act, &ids).await?;
    let traffic = traffic_of::<T>(&access, &found).await?;
    if !preview {
        let wanted: Vec<_> = found.iter().map(|stored| (stored.id, Some(stored.version))).collect();
        access.scope().rewrite_all(&access.actor(), &wanted, act.done).await?;
    }
    let item = |stored: &Stored<T>| {
        let traffic = traffic.as_ref().map(|all| all.get(&stored.id).copied().unwrap_or_default().shown());
        json!({ "id": stored.id.to_string(), "name": stored.body.called(), "traffic": traffic })
    };
    let items: Vec<_> = found.iter().map(item).collect();
    Ok(answer::json(&json!({ "changed": items.len(), "items": items })))
}
