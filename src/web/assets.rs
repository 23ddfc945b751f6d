//! The styles, the script and the pictures, carried in the binary. An address names the content's
//! hash, so a browser keeps a file for a year and asks again only when it has changed.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, CacheDirective, ContentType, ETag, EntityTag, Header, IfNoneMatch},
    middleware::Compress,
    web::{self, Bytes},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;

/// How long a browser keeps an address that names its content, in seconds: a year.
const KEPT: u32 = 31_536_000;

/// Hexadecimal digits of the hash that stand in an address.
const HASH_DIGITS: usize = 12;

/// The style sheets of every page; the first one says in which order their layers stand.
pub const STYLES: [&str; 5] =
    ["css/tokens.css", "css/base.css", "css/layout.css", "css/parts.css", "css/charts.css"];

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// Puts `/static/…` into the application.
pub fn configure(config: &mut web::ServiceConfig) {
    let files = web::resource("/static/{path:.*}").route(web::get().to(serve)).route(web::head().to(serve));
    config.service(files.wrap(Compress::default()));
}

/// The address of a file under `static/`, such as `css/parts.css`, with the hash of its content.
/// A path that is not there is given back without one, and answers 404.
#[must_use]
pub fn url(path: &str) -> String {
    match Static::get(path) {
        Some(file) => format!("/static/{path}?v={}", hash(&file)),
        None => format!("/static/{path}"),
    }
}

async fn serve(request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let Some(file) = Static::get(&path) else {
        return HttpResponse::NotFound().content_type(ContentType::plaintext()).body("not found");
    };
    let hash = hash(&file);
    let tag = EntityTag::new_weak(hash.clone());
    let named = request.query_string().strip_prefix("v=") == Some(hash.as_str());
    if is_held(&request, &tag) {
        return HttpResponse::NotModified().insert_header(kept(named)).insert_header(ETag(tag)).finish();
    }
    HttpResponse::Ok()
        .content_type(content_type(&file))
        .insert_header(kept(named))
        .insert_header(ETag(tag))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes(file.data))
}

/// The hash of a file's content, shortened.
fn hash(file: &EmbeddedFile) -> String {
    let mut digits = hex::encode(file.metadata.sha256_hash());
    digits.truncate(HASH_DIGITS);
    digits
}

/// Only an address that names the content may be kept without asking.
fn kept(named: bool) -> header::CacheControl {
    header::CacheControl(if named {
        let immutable = CacheDirective::Extension("immutable".to_owned(), None);
        vec![CacheDirective::Public, CacheDirective::MaxAge(KEPT), immutable]
    } else {
        vec![CacheDirective::NoCache]
    })
}

fn is_held(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(items)) => items.iter().any(|item| item.weak_eq(tag)),
        // A missing header parses as an empty list; `*` holds whatever is there.
        Ok(IfNoneMatch::Any) => true,
        Err(_) => false,
    }
}

/// Texts say their encoding: browsers guess otherwise.
fn content_type(file: &EmbeddedFile) -> String {
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }
}
