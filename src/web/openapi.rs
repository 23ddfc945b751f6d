//! The API's description, made from the route table: what is not in the table is not described, and
//! what is in it can't be left out.

use super::{
    Answer, Kind, Route, answer,
    describe::{About, Fields, Gives, Schemas, anything, list, named, text, text_or_null, whole},
    examples, listing,
    objects::bulk,
    routes::{Right, routes, schemas},
    traffic,
};
use actix_web::http::Method;
use domain::identity::Level;
use serde_json::Value;
use std::sync::OnceLock;
use utoipa::openapi::{
    Components, Content, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Paths, RefOr, Required, Response,
    ResponseBuilder, Schema,
    path::{OperationBuilder, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    schema::{ObjectBuilder, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// What the API is, for whoever opens its description.
const INTRODUCTION: &str = "Everything that the pages can do, for programs. Send `Authorization: Bearer swy_…`. \
    Ids are strings; money is a decimal string beside a `currency`; times are RFC 3339 UTC. Lists are newest first \
    and go on with `cursor` until `next` is null. `PATCH` is a JSON merge patch: it changes only what it names. \
    A POST with an `Idempotency-Key` may be sent again within a day and is done once. \
    Errors are `application/problem+json` with the wrong fields by name.";

/// Answers with the description.
pub async fn show() -> Answer {
    Ok(answer::json(document()))
}

/// The description as JSON; made once.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut document = serde_json::to_value(build()).expect("a description is plain data");
        examples::complete(&mut document);
        document
    })
}

fn build() -> OpenApi {
    let mut paths = Paths::new();
    for route in routes().into_iter().filter(|route| route.kind == Kind::Api) {
        if let (Some(about), Some(method)) = (&route.about, method_of(&route.method)) {
            paths.add_path_operation(&route.path, vec![method], operation(&route, about));
        }
    }
    let info = InfoBuilder::new()
        .title("Switchyard API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(INTRODUCTION))
        .build();
    let security = SecurityRequirement::new("key", Vec::<String>::new());
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components()))
        .security(Some([security]))
        .build()
}

fn components() -> Components {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("swy_…").build();
    let mut components = Components::new();
    components.add_security_scheme("key", SecurityScheme::Http(scheme));
    for (name, schema) in
        schemas().into_iter().chain(bulk::schemas()).chain(traffic::schemas()).chain(own_schemas())
    {
        components.schemas.insert(name.to_owned(), schema);
    }
    components
}

/// What any call may answer with.
fn own_schemas() -> Schemas {
    let error = Fields::of("One wrong value.")
        .required("field", text("The field's path, such as `caps[0].limit`."))
        .required("message", text("What is wrong, and what would be right."));
    let problem = Fields::of("Why there is no answer (RFC 9457).")
        .required("type", text("Always `about:blank`: the status says it."))
        .required("title", text("The status in words."))
        .required("status", whole("The HTTP status."))
        .required("detail", text("What happened."))
        .optional("errors", list("The wrong values.", named("FieldError")))
        .optional("request_id", text("To be named when asking for help."));
    vec![("FieldError", error.done()), ("Problem", problem.done()), ("Anything", anything("Any JSON."))]
}

fn method_of(method: &Method) -> Option<HttpMethod> {
    match *method {
        Method::GET => Some(HttpMethod::Get),
        Method::POST => Some(HttpMethod::Post),
        Method::PUT => Some(HttpMethod::Put),
        Method::PATCH => Some(HttpMethod::Patch),
        Method::DELETE => Some(HttpMethod::Delete),
        _ => None,
    }
}

fn operation(route: &Route, about: &About) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .tag(tag(&route.path))
        .summary(Some(about.summary.as_str()))
        .description(Some(need(route.right)))
        .operation_id(Some(operation_id(route)));
    for name in route.ids() {
        operation = operation.parameter(parameter(name, "", ParameterIn::Path));
    }
    let of_list =
        [("limit", "Items an answer, 1 to 1,000; 100 by default."), ("cursor", "The `next` before.")];
    let is_list = matches!(about.gives, Gives::List(_));
    for (name, description) in of_list.iter().filter(|_| is_list).chain(&about.parameters) {
        operation = operation.parameter(parameter(name, description, ParameterIn::Query));
    }
    if route.method == Method::POST {
        let description = "Makes it safe to send this again within a day.";
        operation = operation.parameter(parameter("Idempotency-Key", description, ParameterIn::Header));
    }
    if let Some(schema) = about.takes {
        operation = operation.request_body(Some(body(schema)));
    }
    if about.takes_file {
        operation = operation.request_body(Some(file()));
    }
    if let (true, Gives::New(schema)) = (about.takes_file, about.gives) {
        let (status, response) = success(Gives::One(schema));
        operation = operation.response(status, response);
    }
    let (status, response) = success(about.gives);
    operation.response(status, response).response("default", failure())
}

/// What comes first behind the version: `offers` of `/api/v1/offers/{offer_id}/events`.
fn tag(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

fn operation_id(route: &Route) -> String {
    let words = route.path.split(|letter: char| !letter.is_ascii_alphanumeric()).skip(3);
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    format!("{}_{}", route.method.as_str().to_ascii_lowercase(), words.join("_"))
}

fn need(right: Right) -> String {
    match right {
        Right::SignedIn => "Needs any key.".to_owned(),
        Right::Of(_) => "Only for people of that side.".to_owned(),
        Right::Operator => "Only for those who run the installation.".to_owned(),
        Right::Both(one, other) => format!("Needs read access to `{one}` and `{other}`."),
        Right::To(section, Level::Full) => format!("Needs full access to `{section}`."),
        Right::To(section, Level::Read | Level::None) => format!("Needs read access to `{section}`."),
    }
}

fn parameter(name: &str, description: &str, place: ParameterIn) -> ParameterBuilder {
    let required = if place == ParameterIn::Path { Required::True } else { Required::False };
    let schema = match name {
        "limit" => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)),
        "desc" => ObjectBuilder::new().schema_type(Type::Boolean),
        _ => ObjectBuilder::new().schema_type(Type::String),
    };
    let schema: Schema = schema.build().into();
    let builder =
        ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(schema));
    if description.is_empty() { builder } else { builder.description(Some(description)) }
}

fn body(schema: &str) -> utoipa::openapi::request_body::RequestBody {
    RequestBodyBuilder::new()
        .content("application/json", Content::new(Some(named(schema))))
        .required(Some(Required::True))
        .build()
}

/// A file: as a form, or as the body itself.
fn file() -> utoipa::openapi::request_body::RequestBody {
    let bytes: Schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The file, CSV in UTF-8."))
        .build()
        .into();
    let form = Fields::of("A file and what it does.")
        .required("kind", text("new, status or amounts."))
        .required("file", RefOr::T(bytes.clone()));
    RequestBodyBuilder::new()
        .content("text/csv", Content::new(Some(bytes)))
        .content("multipart/form-data", Content::new(Some(form.done())))
        .required(Some(Required::True))
        .build()
}

fn success(gives: Gives) -> (&'static str, Response) {
    let json = |schema: RefOr<Schema>, description: &str| {
        ResponseBuilder::new()
            .description(description)
            .content("application/json", Content::new(Some(schema)))
            .build()
    };
    match gives {
        Gives::One(schema) => ("200", json(named(schema), "The object.")),
        Gives::New(schema) => ("201", json(named(schema), "The new object; `Location` is its address.")),
        Gives::List(schema) => ("200", json(page_of(schema), "A stretch of the list.")),
        Gives::Nothing => ("204", ResponseBuilder::new().description("Done.").build()),
    }
}

fn page_of(schema: &str) -> RefOr<Schema> {
    Fields::of(&format!("At most {} items.", listing::MOST))
        .required("items", list("Newest first.", named(schema)))
        .required("next", text_or_null("The cursor that goes on; null at the end."))
        .done()
}

fn failure() -> Response {
    let content = Content::new(Some(named("Problem")));
    ResponseBuilder::new().description("Why not.").content("application/problem+json", content).build()
}
