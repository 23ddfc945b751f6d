//! The people of a partner or an advertiser who may sign in.

use crate::{
    identity::people::{self, NewPerson},
    web::{
        Access, Answer, Failure, Form, answer, flash,
        history::Viewed,
        navigation,
        page::Shell,
        parts::{Column, Link, Tab},
        signal::Signal,
        views::{ADVERTISER, PARTNER, Subject},
    },
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::{Advertiser, Partner},
    identity::{Level, Section, UserKind},
    shared::{AdvertiserId, PartnerId, Problems},
};
use store::{
    identity::{User, UserFilter, users},
    shared::Page,
};

#[derive(Template)]
#[template(path = "accounts/people.html")]
struct PeoplePage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    columns: Vec<Column>,
    rows: Vec<User>,
    form: Form,
    problems: Problems,
    may_change: bool,
    path: String,
}

/// Whose people.
#[derive(Clone, Copy)]
enum Side {
    Partner(i64),
    Advertiser(i64),
}

impl Side {
    fn filter(self) -> UserFilter {
        match self {
            Self::Partner(id) => UserFilter { partner_id: Some(PartnerId(id)), ..UserFilter::default() },
            Self::Advertiser(id) => {
                UserFilter { advertiser_id: Some(AdvertiserId(id)), ..UserFilter::default() }
            }
        }
    }

    fn person(self, form: &Form) -> NewPerson {
        match self {
            Self::Partner(id) => {
                NewPerson { partner_id: Some(PartnerId(id)), ..NewPerson::of_form(UserKind::Partner, form) }
            }
            Self::Advertiser(id) => NewPerson {
                advertiser_id: Some(AdvertiserId(id)),
                ..NewPerson::of_form(UserKind::Advertiser, form)
            },
        }
    }

    fn path(self) -> String {
        format!("{}/users", self.subject().page(self.id()))
    }

    fn id(self) -> i64 {
        match self {
            Self::Partner(id) | Self::Advertiser(id) => id,
        }
    }

    fn subject(self) -> Subject {
        match self {
            Self::Partner(_) => PARTNER,
            Self::Advertiser(_) => ADVERTISER,
        }
    }

    /// Its name and its state.
    async fn told(self, access: &Access) -> Result<(String, Option<(Signal, &'static str)>), Failure> {
        Ok(match self {
            Self::Partner(id) => {
                let partner = access.scope().get::<Partner>(id).await?.body;
                (partner.called().to_owned(), partner.state())
            }
            Self::Advertiser(id) => {
                let advertiser = access.scope().get::<Advertiser>(id).await?.body;
                (advertiser.called().to_owned(), advertiser.state())
            }
        })
    }
}

async fn page(access: &Access, request: &HttpRequest, side: Side, form: Form) -> Result<PeoplePage, Failure> {
    let (name, state) = side.told(access).await?;
    Ok(PeoplePage {
        shell: navigation::shell(access, request).titled(name),
        crumbs: side.subject().crumbs(),
        state,
        tabs: side.subject().tabs(access, side.id(), &side.path()),
        columns: vec![Column::text("Person"), Column::text("E-mail address"), Column::text("State")],
        rows: users(access.scope(), &side.filter(), Page::default()).await?,
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Users, Level::Full),
        path: side.path(),
    })
}

async fn show(access: Access, request: HttpRequest, side: Side) -> Answer {
    answer::page(&page(&access, &request, side, Form::default()).await?)
}

async fn add(access: Access, request: HttpRequest, side: Side, form: Form) -> Answer {
    let page = page(&access, &request, side, form.clone()).await?;
    match people::create(&access, side.person(&form)).await {
        Ok(user) => Ok(flash::see_other(&side.path(), Signal::Good, &people::made(&user))),
        Err(failure) => answer::again(failure, async |problems| Ok(PeoplePage { problems, ..page })).await,
    }
}

/// The people of a partner.
pub async fn show_of_partner(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    show(access, request, Side::Partner(*id)).await
}

/// One more person of a partner.
pub async fn add_to_partner(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    add(access, request, Side::Partner(*id), form).await
}

/// The people of an advertiser.
pub async fn show_of_advertiser(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    show(access, request, Side::Advertiser(*id)).await
}

/// One more person of an advertiser.
pub async fn add_to_advertiser(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    add(access, request, Side::Advertiser(*id), form).await
}
