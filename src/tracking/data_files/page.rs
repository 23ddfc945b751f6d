//! The page "GeoIP and data files": which signal comes from where, each file with its age, and what is wrong.

use super::{
    files,
    licences::{Embedded, embedded, licence_of},
    old_days,
};
use crate::{
    tracking::signals::geoip::{DataFile, GeoFiles, Kind, Standing},
    web::{
        Access, Answer, answer, format,
        markup::Markup,
        navigation,
        page::Shell,
        parts::{Column, Tab},
        signal::Signal,
    },
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::{DateTime, Utc};
use domain::shared::Calendar;

#[derive(Template)]
#[template(path = "tracking/data_files.html")]
struct DataFilesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    /// Whether this process takes clicks, and so reads files.
    reads: bool,
    problem: Option<String>,
    old: Vec<String>,
    files: Vec<Row>,
    file_columns: Vec<Column>,
    signals: Vec<Source>,
    signal_columns: Vec<Column>,
    embedded: Vec<Carried>,
    embedded_columns: Vec<Column>,
    /// Where files go, for who may know it.
    folder: Option<String>,
}

struct Row {
    name: String,
    kind: &'static str,
    signal: Signal,
    state: &'static str,
    /// What there is to say of the state.
    more: String,
    fills: String,
    built: Option<Markup>,
    nodes: String,
    size: String,
    licence: &'static str,
    /// The vendor's own words.
    said: String,
}

/// A signal and what fills it; nothing where it is unknown of everybody.
struct Source {
    name: &'static str,
    from: String,
}

struct Carried {
    one: Embedded,
    built: Option<Markup>,
}

/// The signals of the page, in words, and the kinds of files that fill them, the first that knows first.
const SIGNALS: [(&str, &[Kind]); 8] = [
    ("Country", &[Kind::City, Kind::Country]),
    ("Region", &[Kind::City]),
    ("City", &[Kind::City]),
    ("ISP", &[Kind::Isp, Kind::Asn]),
    ("ASN", &[Kind::Asn, Kind::Isp]),
    ("Connection type", &[Kind::ConnectionType, Kind::Isp]),
    ("Carrier", &[Kind::Isp]),
    ("Proxy", &[Kind::AnonymousIp]),
];

/// `GET /settings/data-files`
pub(super) async fn show(access: Access, request: HttpRequest) -> Answer {
    let (now, calendar) = (Utc::now(), Calendar::new(access.entrant().network.zone));
    let read = files(&request);
    let found = read.map_or_else(Vec::new, GeoFiles::files);
    let carried = |one: Embedded| Carried {
        built: one.built_at.map(|built| format::ago_html(built, now, calendar)),
        one,
    };
    let folder = read.and_then(GeoFiles::folder).filter(|_| access.is_operator());
    answer::page(&DataFilesPage {
        shell: navigation::shell(&access, &request).titled("GeoIP and data files"),
        tabs: navigation::settings_tabs(&access, request.path()),
        reads: read.is_some(),
        problem: read.and_then(GeoFiles::problem),
        old: found.iter().filter_map(|file| old(file, now)).collect(),
        signals: SIGNALS.iter().map(|(name, kinds)| source(name, kinds, &found)).collect(),
        signal_columns: ["Signal", "Comes from"].map(Column::text).to_vec(),
        files: found.iter().map(|file| row(file, now, calendar)).collect(),
        file_columns: file_columns(),
        embedded: embedded().into_iter().map(carried).collect(),
        embedded_columns: ["Data", "Tells", "Made", "Licence"].map(Column::text).to_vec(),
        folder: folder.map(|folder| folder.display().to_string()),
    })
}

fn file_columns() -> Vec<Column> {
    let words = ["File", "Kind and what it fills", "State", "Made", "Licence"].into_iter().map(Column::text);
    let nodes = Column::number("Nodes").hint("nodes of its search tree, by which a file grows");
    words.chain([nodes, Column::number("Size")]).collect()
}

fn is_used(file: &DataFile) -> bool {
    match file.standing {
        Standing::InUse | Standing::EarlierInUse(_) => true,
        Standing::Outdone(_) | Standing::SetAside(_) => false,
    }
}

/// A file in use that is old, in words.
fn old(file: &DataFile, now: DateTime<Utc>) -> Option<String> {
    let days = old_days(file.about.as_ref().filter(|_| is_used(file))?.built_at, now)?;
    Some(format!("{} is {days} days old", file.name))
}

/// Where a signal comes from: files in use, in the order in which they are asked.
fn source(name: &'static str, kinds: &[Kind], files: &[DataFile]) -> Source {
    let of = |kind: &Kind| {
        let is_it = |file: &&DataFile| is_used(file) && file.about.as_ref().is_some_and(|a| a.kind == *kind);
        files.iter().find(is_it).map(|file| file.name.as_str())
    };
    let mut from: Vec<&str> = kinds.iter().filter_map(of).collect();
    if kinds.contains(&Kind::Country) {
        from.push("the embedded table");
    }
    Source { name, from: from.join(", then ") }
}

fn row(file: &DataFile, now: DateTime<Utc>, calendar: Calendar) -> Row {
    let about = file.about.as_ref();
    let (signal, state, more) = match &file.standing {
        Standing::InUse if old(file, now).is_some() => (Signal::Warn, "in use, old", String::new()),
        Standing::InUse => (Signal::Good, "in use", String::new()),
        Standing::EarlierInUse(problem) => (Signal::Warn, "in use as it was before", problem.clone()),
        Standing::Outdone(by) => (Signal::Off, "not in use", format!("{by} is newer")),
        Standing::SetAside(problem) => (Signal::Bad, "set aside", problem.clone()),
    };
    let said = about.map_or_else(String::new, |about| match about.description.as_str() {
        "" => about.database_type.clone(),
        description => format!("{}: {description}", about.database_type),
    });
    Row {
        name: file.name.clone(),
        kind: about.map_or("unknown", |about| about.kind.label()),
        signal,
        state,
        more,
        fills: about.map_or_else(String::new, |about| about.kind.fills().join(", ")),
        built: about.map(|about| format::ago_html(about.built_at, now, calendar)),
        nodes: about.map_or_else(String::new, |about| format::count(i64::from(about.nodes))),
        size: about.map_or_else(String::new, |about| size(about.bytes)),
        licence: about.map_or("", |about| licence_of(&about.database_type)),
        said,
    }
}

/// `68 MB`, or `3 kB` where it is less than one.
fn size(bytes: u64) -> String {
    let (number, unit) =
        if bytes < 1_000_000 { (bytes.div_ceil(1_000), "kB") } else { (bytes / 1_000_000, "MB") };
    format!("{} {unit}", format::count(i64::try_from(number).unwrap_or(i64::MAX)))
}
