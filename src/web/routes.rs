//! The route table: every page and every call of the API with the right it needs, in one place. The
//! rooms fill it, [`configure`] registers it, and nothing else registers an authorised route; the
//! tests read it to try each route with a foreign id and without the right.

use super::{
    Answer, Failure, access, assets, cross_origin,
    describe::{About, Schemas},
    design, docs, frame, json, theme,
};
use crate::{accounts, conversions, identity, links, offers, portal, reports, search, smartswitch, tracking};
use actix_web::{
    FromRequest, Handler, Responder, guard,
    http::Method,
    middleware::{Compress, from_fn},
    web::{self, ServiceConfig},
};
use domain::identity::{Level, Section, UserKind};
use std::{collections::BTreeMap, fmt, future::ready, sync::OnceLock};

/// Whether people or programs ask; it decides how they show who they are and how a failure is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Page,
    Api,
}

impl Kind {
    /// What an address belongs to.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        // The page about the API is one for people.
        if path.starts_with("/api/") && path != docs::PATH { Self::Api } else { Self::Page }
    }
}

/// What a route needs of whoever comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Right {
    /// Only to be known: what concerns nobody else.
    SignedIn,
    /// A right to a section of at least this level.
    To(Section, Level),
    /// To read both sections: what one of them counts of the other's objects.
    Both(Section, Section),
    /// To stand on this side.
    Of(UserKind),
    /// To be one of those who run the installation, whatever the role.
    Operator,
}

/// A page or call that needs somebody who may.
pub struct Route {
    pub method: Method,
    /// The pattern; `{offer_id}` and its like name what the id belongs to.
    pub path: String,
    pub kind: Kind,
    pub right: Right,
    /// What the API's description says of it; every route of the API has it.
    pub about: Option<About>,
    /// The most bytes of a body that is read whole before the handler, where it is more than usual.
    largest: Option<usize>,
    service: actix_web::Route,
}

/// A page or document for everybody.
pub struct Public {
    pub method: Method,
    pub path: &'static str,
    service: actix_web::Route,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.right)
    }
}

/// Names the usual routes: the method, the access to the section that it takes, and what it does.
macro_rules! usual {
    ($($name:ident: $method:ident, $level:ident, $about:literal;)*) => {
        impl Route {
            $(#[doc = $about]
            pub fn $name<F, Args>(path: impl Into<String>, section: Section, handler: F) -> Self
            where
                F: Handler<Args>,
                Args: FromRequest + 'static,
                F::Output: Responder + 'static,
            {
                Self::new(Method::$method, path, Right::To(section, Level::$level), handler)
            })*
        }
    };
}

usual! {
    get: GET, Read, "A route that reads.";
    blank: GET, Full, "The page of a form that makes something.";
    post: POST, Full, "A route that creates or starts something.";
    put: PUT, Full, "A route that creates or replaces.";
    patch: PATCH, Full, "A route that changes what is named.";
    delete: DELETE, Full, "A route that removes.";
}

impl Route {
    /// A route whose kind follows from its path. `right` is `Right::SignedIn`, or
    /// `Right::To(section, level)`; the handler takes an [`super::Access`].
    pub fn new<F, Args>(method: Method, path: impl Into<String>, right: Right, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let path = path.into();
        let kind = Kind::of_path(&path);
        Self { service: service(&method, handler), kind, method, path, right, about: None, largest: None }
    }

    /// The route with what the API's description says of it.
    #[must_use]
    pub fn about(self, about: About) -> Self {
        Self { about: Some(about), ..self }
    }

    /// The route with a larger bound on bodies: those that come with an `Idempotency-Key` are read whole.
    #[must_use]
    pub fn holding(self, largest: usize) -> Self {
        Self { largest: Some(largest), ..self }
    }

    /// The route for those alone who see all partners: what it shows or does reaches everybody's.
    #[must_use]
    pub fn of_all_partners(self) -> Self {
        Self { service: self.service.wrap(from_fn(access::of_all_partners)), ..self }
    }

    /// The names of the ids in the path: `offer_id` and its like.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The service with its guard: the right is checked before the handler sees anything.
    fn guarded(self) -> actix_web::Route {
        let (right, kind) = (self.right, self.kind);
        self.service.wrap(from_fn(move |request, next| access::authorise(right, kind, request, next)))
    }
}

impl Public {
    /// A route for everybody; unsafe methods are taken from our own pages only.
    pub fn new<F, Args>(method: Method, path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self { service: service(&method, handler), method, path }
    }
}

fn service<F, Args>(method: &Method, handler: F) -> actix_web::Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let route = web::route().to(handler);
    if method == Method::GET {
        return route.guard(guard::Any(guard::Get()).or(guard::Head()));
    }
    route.method(method.clone())
}

/// The table: every authorised route of every room.
#[must_use]
pub fn routes() -> Vec<Route> {
    let rooms = [
        identity::routes(),
        accounts::routes(),
        offers::routes(),
        links::routes(),
        smartswitch::routes(),
        tracking::routes(),
        conversions::routes(),
        reports::routes(),
        portal::routes(),
        search::routes(),
        design::routes(),
    ];
    rooms.into_iter().flatten().collect()
}

/// The pages that the table shows, with what each needs: what the navigation is made of.
pub fn pages() -> &'static [(String, Right)] {
    static PAGES: OnceLock<Vec<(String, Right)>> = OnceLock::new();
    let is_shown = |route: &Route| route.kind == Kind::Page && route.method == Method::GET;
    PAGES.get_or_init(|| {
        routes().into_iter().filter(is_shown).map(|route| (route.path, route.right)).collect()
    })
}

/// Every route for everybody, beside static files and the tracking paths.
#[must_use]
pub fn public_routes() -> Vec<Public> {
    [identity::public_routes(), theme::public_routes(), docs::public_routes()].into_iter().flatten().collect()
}

/// The schemas of every room, for the API's description.
#[must_use]
pub fn schemas() -> Schemas {
    let rooms = [
        identity::schemas(),
        accounts::schemas(),
        offers::schemas(),
        links::schemas(),
        smartswitch::schemas(),
        tracking::schemas(),
        conversions::schemas(),
        reports::schemas(),
        search::schemas(),
    ];
    rooms.into_iter().flatten().collect()
}

/// Registers static files, the public routes and the table. It answers every path that is left, so
/// it comes last, after the tracking paths and those of operations.
pub fn configure(config: &mut ServiceConfig) {
    config.configure(assets::configure).service(
        web::scope("")
            .app_data(web::PayloadConfig::new(json::LARGEST))
            .wrap(from_fn(frame::frame))
            .wrap(Compress::default())
            .configure(configure_table)
            .default_service(web::to(not_found)),
    );
}

fn configure_table(config: &mut ServiceConfig) {
    // In the order of the paths, in which words come before `{…}`: the first that fits answers.
    let mut resources: BTreeMap<String, (Vec<Method>, Vec<actix_web::Route>)> = BTreeMap::new();
    let mut add = |path: String, method: Method, service| {
        let (methods, services) = resources.entry(path).or_default();
        methods.push(method);
        services.push(service);
    };
    for public in public_routes() {
        let service = public.service.wrap(from_fn(cross_origin::guard));
        add(public.path.to_owned(), public.method, service);
    }
    let mut largest = BTreeMap::new();
    for route in routes() {
        largest.extend(route.largest.map(|bytes| (route.path.clone(), bytes)));
        add(route.path.clone(), route.method.clone(), route.guarded());
    }
    for (path, (methods, services)) in resources {
        let allowed = allowed(&methods);
        let wrong_method = move || ready(Answer::Err(Failure::WrongMethod(allowed.clone())));
        let bound = largest.get(&path).copied().unwrap_or(json::LARGEST);
        let resource = web::resource(path)
            .app_data(web::PayloadConfig::new(bound))
            .default_service(web::to(wrong_method));
        config.service(services.into_iter().fold(resource, actix_web::Resource::route));
    }
}

async fn not_found() -> Answer {
    Err(Failure::NotFound)
}

/// The methods as the header `Allow` lists them; who may GET may ask for the head alone.
fn allowed(methods: &[Method]) -> String {
    let head = methods.contains(&Method::GET).then_some(Method::HEAD);
    let names: Vec<String> = methods.iter().chain(&head).map(ToString::to_string).collect();
    names.join(", ")
}
