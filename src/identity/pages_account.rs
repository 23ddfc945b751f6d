//! The pages of one's own account: another password, and where one is signed in.

use super::{
    account::{self, Myself},
    session::token_hash,
    session_list::{Shown, shown},
};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, navigation,
    page::Shell,
    parts::{Column, Tab},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::shared::Problems;
use store::identity::{Which, revoke_sessions};

#[derive(Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    shell: Shell,
    tabs: Vec<Tab>,
    problems: Problems,
}

fn account_page(access: &Access, request: &HttpRequest, problems: Problems) -> AccountPage {
    AccountPage {
        shell: navigation::shell(access, request).titled("Your account"),
        tabs: navigation::account_tabs(request.path()),
        problems,
    }
}

/// Who one is, with the form of another password.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    Myself::of(&access)?;
    answer::page(&account_page(&access, &request, Problems::default()))
}

/// Changes the password; the other sessions end.
pub async fn change_password(access: Access, request: HttpRequest, form: Form) -> Answer {
    match account::change_password(&access, token_hash(&request), &form).await {
        Ok(()) => {
            let text = "The password is changed. Your other sessions have ended.";
            Ok(flash::see_other("/account", Signal::Good, text))
        }
        Err(failure) => {
            let path = AccountPage {
                tabs: navigation::account_tabs("/account"),
                ..account_page(&access, &request, Problems::default())
            };
            answer::again(failure, async |problems| Ok(AccountPage { problems, ..path })).await
        }
    }
}

#[derive(Template)]
#[template(path = "identity/sessions.html")]
struct SessionsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    rows: Vec<Shown>,
}

/// The heads of a table of sessions.
pub(super) fn session_columns() -> Vec<Column> {
    ["Device", "Address", "Last seen", "Signed in", "State"].map(Column::text).to_vec()
}

/// Where one is signed in.
pub async fn sessions(access: Access, request: HttpRequest) -> Answer {
    let me = Myself::of(&access)?;
    answer::page(&SessionsPage {
        shell: navigation::shell(&access, &request).titled("Your account"),
        tabs: navigation::account_tabs(request.path()),
        columns: session_columns(),
        rows: shown(&access, &request, me.id).await?,
    })
}

/// Ends one of one's own sessions.
pub async fn revoke(access: Access, session: Path<String>, _: Form) -> Answer {
    end(&access, Which::One(&session)).await?;
    Ok(flash::see_other("/account/sessions", Signal::Good, "That session has ended."))
}

/// Ends all of one's sessions but this.
pub async fn revoke_others(access: Access, request: HttpRequest, _: Form) -> Answer {
    let ended = match token_hash(&request) {
        Some(own) => end(&access, Which::Others(own)).await?,
        None => 0,
    };
    let text = format!("{} ended.", crate::web::format::counted(ended, "other session"));
    Ok(flash::see_other("/account/sessions", Signal::Good, &text))
}

async fn end(access: &Access, which: Which<'_>) -> Result<usize, Failure> {
    let me = Myself::of(access)?;
    let (database, network) = (&access.state().database, access.network());
    Ok(revoke_sessions(database, network, &access.actor(), me.id, which).await?)
}
