//! Who is let in: a session for pages, a key for the API; the network in force, the right to the
//! section, then the handler. The handler gets an [`Access`], which exists on authorised routes only,
//! and through it its own network's rows and no others.

use super::{
    Failure, Kind, answer, cross_origin, idempotency,
    limits::{self, Left},
    routes::Right,
};
use crate::{identity, state::State, web::client_address};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::BoxBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web::Data,
};
use domain::{
    identity::{Level, Section, UserKind},
    shared::{NetworkId, PartnerId, UserId},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    future::{Ready, ready},
    rc::Rc,
};
use store::{
    identity::{Entrant, KeyHolder, Who},
    shared::{Actor, Scope},
};

/// What a handler may do, and in whose name. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Access {
    state: Data<State>,
    entrant: Rc<Entrant>,
    address: Rc<str>,
}

impl Access {
    /// The door to the network's rows.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        self.state.database.of(self.network()).limited_to(self.own())
    }

    /// The network's id.
    #[must_use]
    pub fn network(&self) -> NetworkId {
        self.entrant.network.id
    }

    /// Who came in, with network, kind and rights.
    #[must_use]
    pub fn entrant(&self) -> &Entrant {
        &self.entrant
    }

    /// Who does it, for the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.entrant.actor(&self.address)
    }

    /// What failed passwords are counted by beside the account; see [`super::address::behind`].
    #[must_use]
    pub fn counted(&self) -> String {
        self.address.parse().map_or_else(|_| self.address.to_string(), super::address::behind)
    }

    /// Whose partners alone may be seen; none sees all.
    #[must_use]
    pub fn own(&self) -> Option<UserId> {
        self.entrant.own
    }

    /// Whether the role reaches so far.
    #[must_use]
    pub fn may(&self, section: Section, level: Level) -> bool {
        self.entrant.rights.allow(section, level)
    }

    /// Whether a person is one of those who run the installation. An address is one person in the
    /// whole installation and never changes, so it names them for good.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        match &self.entrant.who {
            Who::User { email, .. } if self.entrant.kind == UserKind::Employee => {
                self.state.operators.iter().any(|operator| operator.eq_ignore_ascii_case(email))
            }
            Who::User { .. } | Who::Key(_) => false,
        }
    }

    /// Whose user it is, where it is a partner's.
    #[must_use]
    pub fn partner(&self) -> Option<PartnerId> {
        match self.entrant.who {
            Who::User { partner, .. } => partner,
            Who::Key(_) => None,
        }
    }

    /// What the process keeps.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }
}

impl FromRequest for Access {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| Failure::Broken(format!("{} is not in the route table", request.path()))))
    }
}

/// Lets a request through to a handler of the table, or answers in its place.
pub(super) async fn authorise(
    right: Right,
    kind: Kind,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match kind {
        Kind::Page => page(right, request, next).await,
        Kind::Api => api(right, request, next).await,
    }
}

/// Lets only those through who see all partners.
pub(super) async fn of_all_partners(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_limited = request.extensions().get::<Access>().is_none_or(|access| access.scope().is_limited());
    if is_limited {
        let why = "this reaches the conversions of all partners; you see your own partners only";
        return Ok(request.error_response(Failure::Refused(why)));
    }
    next.call(request).await
}

async fn page(
    right: Right,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Err(failure) = cross_origin::check(request.request()) {
        return Ok(request.error_response(failure));
    }
    let state = state_of(&request)?;
    let entrant = match identity::entrant_of_cookie(&state, request.request()).await {
        Ok(Some(entrant)) => entrant,
        Ok(None) => return Ok(to_sign_in(request)),
        Err(error) => return Ok(request.error_response(Failure::from(error))),
    };
    let access = access(state, entrant, &request);
    if let Err(failure) = allowed(&access, right) {
        return Ok(request.error_response(failure));
    }
    request.extensions_mut().insert(access);
    next.call(request).await
}

async fn api(
    right: Right,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let state = state_of(&request)?;
    let Some(secret) = bearer(request.request()) else {
        return Ok(request.error_response(Failure::Unauthorized));
    };
    let entrant = match identity::entrant_of_key(&state, &secret).await {
        Ok(KeyHolder::Known(entrant)) => *entrant,
        Ok(KeyHolder::Expired(at)) => return Ok(request.error_response(Failure::Expired(at))),
        Ok(KeyHolder::Nobody) => return Ok(request.error_response(Failure::Unauthorized)),
        Err(error) => return Ok(request.error_response(Failure::from(error))),
    };
    let access = access(state, entrant, &request);
    let (left, mut answer) = match taken(&access) {
        Ok(left) => (left, limited(right, access, &secret, request, next).await?),
        Err(failure) => (Left(0), request.error_response(failure)),
    };
    limits::tell(answer.headers_mut(), left);
    Ok(answer)
}

fn taken(access: &Access) -> Result<Left, Failure> {
    match access.entrant.who {
        Who::Key(key) => access.state.limits.take(key),
        Who::User { .. } => Err(Failure::Unauthorized),
    }
}

/// The rest of the way of a call that is not too fast.
async fn limited(
    right: Right,
    access: Access,
    secret: &str,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Err(failure) = allowed(&access, right) {
        return Ok(request.error_response(failure));
    }
    request.extensions_mut().insert(access.clone());
    if request.method() != Method::POST {
        return next.call(request).await;
    }
    match idempotency::key_of(request.request()) {
        Ok(None) => next.call(request).await,
        Ok(Some(key)) => idempotency::through(request, next, &access, secret, &key).await,
        Err(failure) => Ok(request.error_response(failure)),
    }
}

fn state_of(request: &ServiceRequest) -> Result<Data<State>, Failure> {
    let state = request.app_data::<Data<State>>().cloned();
    state.ok_or_else(|| Failure::Broken("the server was started without its state".to_owned()))
}

fn access(state: Data<State>, entrant: Entrant, request: &ServiceRequest) -> Access {
    let address = client_address(request.request(), &state).to_string();
    Access { state, entrant: Rc::new(entrant), address: address.into() }
}

fn allowed(access: &Access, right: Right) -> Result<(), Failure> {
    if access.entrant.network.suspended {
        return Err(Failure::Refused("the network is suspended; ask whoever runs this installation"));
    }
    match right {
        Right::SignedIn => Ok(()),
        Right::To(section, level) if access.may(section, level) => Ok(()),
        Right::To(section, _) => Err(Failure::Forbidden(section)),
        Right::Both(one, other) => {
            match [one, other].into_iter().find(|section| !access.may(*section, Level::Read)) {
                Some(section) => Err(Failure::Forbidden(section)),
                None => Ok(()),
            }
        }
        Right::Of(kind) if access.entrant.kind == kind => Ok(()),
        Right::Of(_) => Err(Failure::Refused("this page is for the people of another side")),
        Right::Operator if access.is_operator() => Ok(()),
        Right::Operator => Err(Failure::Refused("only those who run this installation see this page")),
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())
}

/// Off to the page to sign in, and back again afterwards.
fn to_sign_in(request: ServiceRequest) -> ServiceResponse<BoxBody> {
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let way = if request.method().is_safe() && here != "/" {
        format!("/sign-in?next={}", utf8_percent_encode(here, NON_ALPHANUMERIC))
    } else {
        "/sign-in".to_owned()
    };
    request.into_response(answer::see_other(&way))
}
