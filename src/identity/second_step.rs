//! The second step of signing in: after the password a code. Between the two a token in a cookie stands
//! for whoever said the password; it opens nothing else.

use super::{
    session::{second_cookie, second_token},
    sign_in::{begin_session_of, note_failure, paused_words, with_cookie},
    token::Secret,
    totp,
};
use crate::{
    state::State,
    web::{
        Answer, Failure, Form,
        answer::{local_path, page, page_with, see_other},
        behind, client_address,
        page::Theme,
    },
};
use actix_web::{HttpRequest, http::StatusCode, web::Data};
use askama::Template;
use domain::shared::{NetworkId, Problems, UserId};
use store::identity::{
    Attempt, Credentials, Holder, Purpose, attempt_sign_in, end_token, forgive, issue_token, token_holder,
};
use url::form_urlencoded::Serializer;

#[derive(Template)]
#[template(path = "identity/second_step.html")]
struct SecondStep {
    theme: Theme,
    next: String,
    refusal: String,
    problems: Problems,
}

/// Sends whoever has said the password on to the code.
pub(super) async fn ask(state: &State, found: &Credentials, next: &str) -> Answer {
    let token = Secret::random();
    let who = (found.network, found.user);
    issue_token(&state.database, who, Purpose::SecondStep, token.hash()).await?;
    let query = Serializer::new(String::new()).append_pair("next", next).finish();
    with_cookie(see_other(&format!("/sign-in/code?{query}")), &second_cookie(state, Some(&token)))
}

async fn holder(request: &HttpRequest, state: &State) -> Result<Option<([u8; 32], Holder)>, Failure> {
    let Some(hash) = second_token(request) else { return Ok(None) };
    let found = token_holder(&state.database, Purpose::SecondStep, hash).await?;
    Ok(found.map(|holder| (hash, holder)))
}

fn shown(request: &HttpRequest, next: &str) -> SecondStep {
    SecondStep {
        theme: request.cookie(Theme::NAME).map_or(Theme::System, |cookie| Theme::read(cookie.value())),
        next: local_path(next).to_owned(),
        refusal: String::new(),
        problems: Problems::default(),
    }
}

/// The page that asks for the code.
pub async fn show(request: HttpRequest, state: Data<State>) -> Answer {
    if holder(&request, &state).await?.is_none() {
        return Ok(see_other("/sign-in"));
    }
    let query = Form::read(request.query_string().as_bytes());
    page(&shown(&request, query.get("next")))
}

/// Takes the code and signs in.
pub async fn enter(request: HttpRequest, state: Data<State>, form: Form) -> Answer {
    let Some((hash, holder)) = holder(&request, &state).await? else { return Ok(see_other("/sign-in")) };
    let page = shown(&request, form.get("next"));
    let address = client_address(&request, &state);
    let counted = behind(address);
    if let Attempt::Paused(wait) = attempt_sign_in(&state.database, &holder.email, &counted).await? {
        let page = SecondStep { refusal: paused_words(wait), ..page };
        return page_with(StatusCode::TOO_MANY_REQUESTS, &page);
    }
    let (ip, who) = (address.to_string(), (NetworkId(holder.network_id), UserId(holder.user_id)));
    let actor = holder.actor(&ip);
    if !totp::take(&state, who, &actor, form.get("code")).await? {
        note_failure(&state, who, &actor).await?;
        let refusal = "That code is not right, or was used before. Wait for the next one.".to_owned();
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &SecondStep { refusal, ..page });
    }
    forgive(&state.database, &holder.email, &counted).await?;
    end_token(&state.database, hash).await?;
    let answer = begin_session_of(&request, &state, who, &actor, &page.next).await?;
    with_cookie(answer, &second_cookie(&state, None))
}
