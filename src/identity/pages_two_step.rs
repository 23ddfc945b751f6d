//! The page of two-step sign-in: set it up, take away the recovery codes, turn it off. Each act asks for
//! the password once more.

use super::{
    account::{Myself, confirm_password},
    totp,
};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format, markup::Markup, navigation, page::Shell,
    parts::Tab, qr, signal::Signal,
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::shared::{Calendar, Problems};
use store::identity::{
    begin_totp, confirm_totp, end_totp, recovery_codes_left, renew_recovery_codes, totp_of,
};

const PATH: &str = "/account/two-step";

/// How far it is.
enum Stand {
    Off,
    /// The secret is made; a first code is to come.
    Begun {
        secret: String,
        picture: Markup,
    },
    On {
        since: Markup,
        codes_left: i64,
    },
    /// The recovery codes, shown this once.
    Codes(Vec<String>),
}

#[derive(Template)]
#[template(path = "identity/two_step.html")]
struct TwoStepPage {
    shell: Shell,
    tabs: Vec<Tab>,
    stand: Stand,
    problems: Problems,
}

fn page(access: &Access, request: &HttpRequest, stand: Stand) -> TwoStepPage {
    TwoStepPage {
        shell: navigation::shell(access, request).titled("Your account"),
        tabs: navigation::account_tabs(PATH),
        stand,
        problems: Problems::default(),
    }
}

async fn stand(access: &Access, me: &Myself) -> Result<Stand, Failure> {
    let state = access.state();
    let Some(stored) = totp_of(&state.database, me.id).await? else { return Ok(Stand::Off) };
    if let Some(at) = stored.confirmed_at {
        let calendar = Calendar::new(access.entrant().network.zone);
        let since = format::moment_html(DateTime::from_timestamp_millis(at).unwrap_or_default(), calendar);
        return Ok(Stand::On { since, codes_left: recovery_codes_left(&state.database, me.id).await? });
    }
    let Some(secret) = state.vault.open_sealed(&stored.secret, (access.network(), me.id)) else {
        return Ok(Stand::Off);
    };
    let address = totp::address(&secret, &access.entrant().network.name, &me.email)?;
    let picture = qr::svg(&address, "QR code for your authenticator; the key below says the same")?;
    Ok(Stand::Begun { secret: totp::written(&secret)?, picture })
}

/// How it stands.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let me = Myself::of(&access)?;
    answer::page(&page(&access, &request, stand(&access, &me).await?))
}

async fn again(access: &Access, request: &HttpRequest, failure: Failure) -> Answer {
    let page = page(access, request, stand(access, &Myself::of(access)?).await?);
    answer::again(failure, async |problems| Ok(TwoStepPage { problems, ..page })).await
}

/// Makes a secret, to be confirmed by its first code.
pub async fn begin(access: Access, request: HttpRequest, form: Form) -> Answer {
    let me = match confirm_password(&access, &form).await {
        Ok(me) => me,
        Err(failure) => return again(&access, &request, failure).await,
    };
    let sealed = access.state().vault.seal(&totp::fresh_secret(), (access.network(), me.id));
    begin_totp(&access.state().database, me.id, sealed).await?;
    Ok(answer::see_other(PATH))
}

/// Turns it on by a first code, and shows the recovery codes.
pub async fn confirm(access: Access, request: HttpRequest, form: Form) -> Answer {
    let me = Myself::of(&access)?;
    let (state, network) = (access.state(), access.network());
    let stored = totp_of(&state.database, me.id).await?.filter(|stored| stored.confirmed_at.is_none());
    let secret = stored.and_then(|stored| state.vault.open_sealed(&stored.secret, (network, me.id)));
    let Some(secret) = secret else { return Ok(answer::see_other(PATH)) };
    let Some(step) = totp::step_of(&secret, form.get("code"))? else {
        let failure = Failure::field("code", "is not the one of this moment; is your device's clock right?");
        return again(&access, &request, failure).await;
    };
    let codes = totp::fresh_recovery_codes();
    let hashes: Vec<_> = codes.iter().map(|code| totp::recovery_hash(code)).collect();
    confirm_totp(&state.database, network, &access.actor(), me.id, (step, &hashes)).await?;
    answer::page(&page(&access, &request, Stand::Codes(codes)))
}

/// Replaces the recovery codes, and shows the new ones.
pub async fn renew(access: Access, request: HttpRequest, form: Form) -> Answer {
    let me = match confirm_password(&access, &form).await {
        Ok(me) => me,
        Err(failure) => return again(&access, &request, failure).await,
    };
    if !totp::is_on(access.state(), me.id).await? {
        return Ok(answer::see_other(PATH));
    }
    let codes = totp::fresh_recovery_codes();
    let hashes: Vec<_> = codes.iter().map(|code| totp::recovery_hash(code)).collect();
    let (database, network) = (&access.state().database, access.network());
    renew_recovery_codes(database, network, &access.actor(), me.id, &hashes).await?;
    answer::page(&page(&access, &request, Stand::Codes(codes)))
}

/// Turns it off.
pub async fn end(access: Access, request: HttpRequest, form: Form) -> Answer {
    let me = match confirm_password(&access, &form).await {
        Ok(me) => me,
        Err(failure) => return again(&access, &request, failure).await,
    };
    end_totp(&access.state().database, access.network(), &access.actor(), me.id).await?;
    Ok(flash::see_other(PATH, Signal::Good, "Two-step sign-in is off."))
}
