//! The page of the search: what was found, a card a kind.

use super::look::{icon, list_of, look, open_to, page_of, words};
use crate::web::{Access, Answer, Form, answer, icon::Icon, navigation, page::Shell, parts::Link};
use actix_web::HttpRequest;
use askama::Template;
use domain::shared::Problems;
use store::search::{Found, Hit, Kind};
use url::form_urlencoded::Serializer;

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    shell: Shell,
    text: String,
    problems: Problems,
    /// What is searched, in words.
    searched: String,
    groups: Vec<Group>,
}

struct Group {
    title: &'static str,
    icon: Icon,
    rows: Vec<Row>,
    more: Option<Link>,
    has_more: bool,
}

struct Row {
    name: String,
    /// What tells it from others.
    about: String,
    /// Where the name is not the id already.
    id: Option<String>,
    href: String,
}

/// `GET /search`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let text = Form::read(request.query_string().as_bytes()).get("q").to_owned();
    let (found, problems) = match look(&access, &text, None).await {
        Ok(found) => (found, Problems::default()),
        Err(failure) => (Vec::new(), failure.into_problems()?),
    };
    let kinds: Vec<String> = open_to(&access).into_iter().map(|kind| words(kind).to_lowercase()).collect();
    answer::page(&SearchPage {
        shell: navigation::shell(&access, &request).titled("Search"),
        searched: kinds.join(", "),
        groups: found.into_iter().map(|found| group(found, &text)).collect(),
        text,
        problems,
    })
}

fn group(found: Found, text: &str) -> Group {
    let kind = found.kind;
    let query = Serializer::new(String::new()).append_pair("search", text).finish();
    let more = list_of(kind).map(|list| Link::new("All of them", format!("{list}?{query}")));
    Group {
        title: words(kind),
        icon: icon(kind),
        more: more.filter(|_| found.has_more),
        has_more: found.has_more,
        rows: found.hits.into_iter().map(|hit| row(kind, hit)).collect(),
    }
}

/// Clicks and conversions are known by their ids, everything else by its name.
fn row(kind: Kind, hit: Hit) -> Row {
    let href = page_of(kind, &hit);
    match kind {
        Kind::Click | Kind::Conversion => {
            let about = [hit.name, hit.note].into_iter().filter(|text| !text.is_empty());
            Row { name: hit.id, about: about.collect::<Vec<_>>().join(" · "), id: None, href }
        }
        Kind::Offer
        | Kind::Partner
        | Kind::Advertiser
        | Kind::SmartLink
        | Kind::Campaign
        | Kind::Monitor
        | Kind::Event
        | Kind::Coupon
        | Kind::Domain
        | Kind::User
        | Kind::Role
        | Kind::ApiKey
        | Kind::View
        | Kind::Upload => Row { name: hit.name, about: hit.note, id: Some(hit.id), href },
    }
}
