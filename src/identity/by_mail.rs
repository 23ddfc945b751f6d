//! What is done with the help of mail, by people who can't sign in yet, or no more: accepting an
//! invitation, and setting a forgotten password. No answer tells whether an address has an account.

use super::{
    account::new_password,
    check::{check_email, check_name},
    token::hash_of,
};
use crate::{
    state::State,
    web::{
        Answer, Failure, Form, answer, behind, client_address, flash, page::Theme, problem::in_words,
        signal::Signal,
    },
};
use actix_web::{HttpRequest, http::StatusCode, web::Data};
use askama::Template;
use domain::shared::{NetworkId, Problems};
use std::time::Duration;
use store::{
    identity::{Attempt, Holder, Purpose, accept_invitation, attempt_reset, reset_password, token_holder},
    shared::{Fact, tell},
};

#[derive(Template)]
#[template(path = "identity/forgot.html")]
struct Forgot {
    theme: Theme,
    email: String,
    refusal: String,
    problems: Problems,
    /// Whether it was asked for.
    is_done: bool,
}

fn theme(request: &HttpRequest) -> Theme {
    request.cookie(Theme::NAME).map_or(Theme::System, |cookie| Theme::read(cookie.value()))
}

fn forgot(request: &HttpRequest, email: &str) -> Forgot {
    Forgot {
        theme: theme(request),
        email: email.to_owned(),
        refusal: String::new(),
        problems: Problems::default(),
        is_done: false,
    }
}

/// The page that asks for the address.
pub async fn show_forgot(request: HttpRequest) -> Answer {
    answer::page(&forgot(&request, ""))
}

/// Has a link sent, where somebody has the address. Who has it is looked up when the letter is made.
pub async fn ask(request: HttpRequest, state: Data<State>, form: Form) -> Answer {
    let email = form.get("email").to_lowercase();
    let page = forgot(&request, &email);
    let mut problems = Problems::default();
    check_email(&mut problems, "email", &email);
    if !problems.0.is_empty() {
        return answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &Forgot { problems, ..page });
    }
    let counted = behind(client_address(&request, &state));
    if let Attempt::Paused(wait) = attempt_reset(&state.database, &email, &counted).await? {
        let wait = in_words(Duration::from_millis(wait.unsigned_abs()));
        let refusal = format!("That was asked for several times already. Wait {wait}, then try again.");
        return answer::page_with(StatusCode::TOO_MANY_REQUESTS, &Forgot { refusal, ..page });
    }
    tell(state.database.write_connection(), NetworkId(0), &Fact::PasswordResetAsked { email }).await?;
    answer::page(&Forgot { is_done: true, ..page })
}

/// The form that sets a password by a token.
#[derive(Template)]
#[template(path = "identity/set_password.html")]
struct SetPassword {
    theme: Theme,
    title: &'static str,
    lead: String,
    button: &'static str,
    token: String,
    email: String,
    /// Empty where the name is not asked for.
    name: Option<String>,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "identity/link_ended.html")]
struct LinkEnded {
    theme: Theme,
    is_invitation: bool,
}

fn ended(request: &HttpRequest, purpose: Purpose) -> Answer {
    let page = LinkEnded { theme: theme(request), is_invitation: purpose == Purpose::Invitation };
    answer::page_with(StatusCode::NOT_FOUND, &page)
}

fn set_page(request: &HttpRequest, purpose: Purpose, token: &str, holder: &Holder) -> SetPassword {
    let is_invitation = purpose == Purpose::Invitation;
    SetPassword {
        theme: theme(request),
        title: if is_invitation { "Accept the invitation" } else { "Set a new password" },
        lead: format!("{} on Switchyard", holder.network_name),
        button: if is_invitation { "Begin" } else { "Set password" },
        token: token.to_owned(),
        email: holder.email.clone(),
        name: is_invitation.then(|| holder.name.clone()),
        problems: Problems::default(),
    }
}

async fn show(request: &HttpRequest, state: &State, purpose: Purpose) -> Answer {
    let query = Form::read(request.query_string().as_bytes());
    let token = query.get("token");
    match token_holder(&state.database, purpose, hash_of(token)).await? {
        Some(holder) => answer::page(&set_page(request, purpose, token, &holder)),
        None => ended(request, purpose),
    }
}

async fn save(request: &HttpRequest, state: &State, purpose: Purpose, form: &Form) -> Answer {
    let token = form.get("token");
    let hash = hash_of(token);
    let Some(holder) = token_holder(&state.database, purpose, hash).await? else {
        return ended(request, purpose);
    };
    match set(request, state, purpose, hash, form).await {
        Ok(()) => {
            let text = "Your password is set. Sign in with it.";
            Ok(flash::see_other("/sign-in", Signal::Good, text))
        }
        Err(Failure::NotFound) => ended(request, purpose),
        Err(failure) => {
            let page = set_page(request, purpose, token, &holder);
            let name = page.name.as_ref().map(|_| form.get("name").to_owned());
            answer::again(failure, async |problems| Ok(SetPassword { problems, name, ..page })).await
        }
    }
}

async fn set(
    request: &HttpRequest,
    state: &State,
    purpose: Purpose,
    token_hash: [u8; 32],
    form: &Form,
) -> Result<(), Failure> {
    let name = form.get("name");
    let mut problems = Problems::default();
    if purpose == Purpose::Invitation {
        check_name(&mut problems, "name", name);
    }
    let password = match new_password(form) {
        Ok(password) => password,
        Err(failure) => {
            problems.0.extend(failure.into_problems()?.0);
            ""
        }
    };
    problems.into_result(())?;
    let hash = state.passwords.hash(password).await?;
    let ip = client_address(request, state).to_string();
    match purpose {
        Purpose::Invitation => accept_invitation(&state.database, token_hash, (name, &hash), &ip).await?,
        Purpose::Reset | Purpose::SecondStep => {
            reset_password(&state.database, token_hash, &hash, &ip).await?
        }
    };
    Ok(())
}

/// The page that an invitation leads to.
pub async fn show_invitation(request: HttpRequest, state: Data<State>) -> Answer {
    show(&request, &state, Purpose::Invitation).await
}

/// Accepts an invitation.
pub async fn accept(request: HttpRequest, state: Data<State>, form: Form) -> Answer {
    save(&request, &state, Purpose::Invitation, &form).await
}

/// The page that a reset leads to.
pub async fn show_reset(request: HttpRequest, state: Data<State>) -> Answer {
    show(&request, &state, Purpose::Reset).await
}

/// Sets a forgotten password.
pub async fn reset(request: HttpRequest, state: Data<State>, form: Form) -> Answer {
    save(&request, &state, Purpose::Reset, &form).await
}
