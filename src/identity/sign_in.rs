//! Signing in and out. Wrong tries cost a growing pause; an account that is not there answers as
//! slowly and in the same words as one with another password.

use super::{
    check::LONGEST_PASSWORD,
    second_step,
    session::{cookie, no_cookie, token_hash},
    token::Secret,
    totp,
};
use crate::{
    state::State,
    web::{
        Answer, Failure, Form,
        answer::{local_path, page, page_with, see_other},
        behind, client_address, flash,
        page::Theme,
        parts::Flash,
        problem::in_words,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use askama::Template;
use domain::shared::{NetworkId, Problems, UserId};
use std::time::Duration;
use store::{
    identity::{
        Attempt, Credentials, LONGEST_EMAIL, NewSession, attempt_sign_in, begin_session, credentials,
        end_session, forgive, record,
    },
    shared::{Actor, Change},
};

/// What every refusal says, whatever the reason.
const WRONG: &str = "The e-mail address or the password is not right.";

#[derive(Template)]
#[template(path = "identity/sign_in.html")]
struct SignIn {
    theme: Theme,
    next: String,
    email: String,
    /// What was done before, such as a password that was set.
    flash: Option<Flash>,
    /// Why it did not work; empty at first.
    refusal: String,
    problems: Problems,
}

impl SignIn {
    fn new(request: &HttpRequest, next: &str, email: &str) -> Self {
        let theme = request.cookie(Theme::NAME).map_or(Theme::System, |cookie| Theme::read(cookie.value()));
        let next = local_path(next).to_owned();
        Self {
            theme,
            next,
            email: email.to_owned(),
            flash: flash::of(request),
            refusal: String::new(),
            problems: Problems::default(),
        }
    }

    fn refused(self, status: StatusCode, refusal: impl Into<String>) -> Answer {
        page_with(status, &Self { refusal: refusal.into(), ..self })
    }
}

/// The page to sign in; whoever is signed in already goes on.
pub async fn show(request: HttpRequest, state: Data<State>) -> Answer {
    let query = Form::read(request.query_string().as_bytes());
    if super::entrant_of_cookie(&state, &request).await?.is_some() {
        return Ok(see_other(local_path(query.get("next"))));
    }
    page(&SignIn::new(&request, query.get("next"), ""))
}

/// Signs in.
pub async fn enter(request: HttpRequest, state: Data<State>, form: Form) -> Answer {
    let (email, password) = (form.get("email"), form.raw("password"));
    let again = SignIn::new(&request, form.get("next"), email);
    let is_plain = !email.chars().any(char::is_control);
    let is_possible = is_plain && !email.is_empty() && email.chars().count() <= LONGEST_EMAIL;
    if !is_possible || password.chars().count() > LONGEST_PASSWORD {
        return again.refused(StatusCode::UNPROCESSABLE_ENTITY, WRONG);
    }
    let email = email.to_lowercase();
    let address = client_address(&request, &state);
    let counted = behind(address);
    if let Attempt::Paused(wait) = attempt_sign_in(&state.database, &email, &counted).await? {
        return paused(again, wait);
    }
    let found = credentials(&state.database, &email).await?;
    let hash = found.as_ref().map(|found| found.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let is_right = state.passwords.verify(password, hash).await?;
    match found {
        Some(found) if is_right && found.active => {
            // A code is still to come: until it does, the try counts, or codes could be guessed for ever.
            if totp::is_on(&state, found.user).await? {
                return second_step::ask(&state, &found, &again.next).await;
            }
            forgive(&state.database, &email, &counted).await?;
            let (who, actor) = ((found.network, found.user), actor(&found, &address.to_string()));
            begin_session_of(&request, &state, who, &actor, &again.next).await
        }
        found => {
            if let Some(found) = found {
                let who = (found.network, found.user);
                note_failure(&state, who, &actor(&found, &address.to_string())).await?;
            }
            again.refused(StatusCode::UNPROCESSABLE_ENTITY, WRONG)
        }
    }
}

/// What is said of a pause of so many milliseconds.
pub(super) fn paused_words(wait: i64) -> String {
    let wait = in_words(Duration::from_millis(wait.unsigned_abs()));
    format!("Too many failed tries. Wait {wait}, then try again.")
}

fn paused(again: SignIn, wait: i64) -> Answer {
    let mut answer = again.refused(StatusCode::TOO_MANY_REQUESTS, paused_words(wait))?;
    let seconds = wait.unsigned_abs().div_ceil(1_000).to_string();
    let seconds =
        header::HeaderValue::from_str(&seconds).map_err(|error| Failure::Broken(error.to_string()))?;
    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    Ok(answer)
}

/// Signs somebody in who has shown all that is asked.
pub(super) async fn begin_session_of(
    request: &HttpRequest,
    state: &State,
    (network, user): (NetworkId, UserId),
    actor: &Actor,
    next: &str,
) -> Answer {
    let token = Secret::random();
    let agent =
        request.headers().get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let session = NewSession {
        token_hash: token.hash(),
        user,
        network,
        ip: &actor.ip,
        user_agent: agent.as_deref().unwrap_or_default(),
    };
    begin_session(&state.database, actor, session).await?;
    with_cookie(see_other(next), &cookie(state, token.reveal()))
}

/// Notes a try that failed.
pub(super) async fn note_failure(
    state: &State,
    (network, user): (NetworkId, UserId),
    actor: &Actor,
) -> Result<(), Failure> {
    let change = Change {
        action: "sign_in_failed",
        object: "user",
        object_id: Some(user.0),
        before: None,
        after: None,
    };
    Ok(record(state.database.write_connection(), network, actor, change).await?)
}

fn actor(found: &Credentials, ip: &str) -> Actor {
    Actor { kind: "user", id: Some(found.user.0), name: found.name.clone(), ip: ip.to_owned() }
}

/// Signs out; nothing is asked of whoever is not signed in.
pub async fn leave(request: HttpRequest, state: Data<State>) -> Answer {
    if let Some(hash) = token_hash(&request) {
        let address = client_address(&request, &state).to_string();
        end_session(&state.database, hash, &address).await?;
    }
    with_cookie(see_other("/sign-in"), &no_cookie(&state))
}

pub(super) fn with_cookie(mut answer: HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> Answer {
    answer.add_cookie(cookie).map_err(|error| Failure::Broken(error.to_string()))?;
    Ok(answer)
}
