//! Advertisers and partners in the API.

use crate::{
    identity::Secret,
    web::{
        Access, Failure, Route,
        describe::{Fields, Schemas, bounded, flag, id_or_null, list, text, word},
        objects::{Compared, Object, calls},
        status::STATUSES,
    },
};
use domain::{
    accounts::{Advertiser, Partner},
    identity::{Section, UserKind},
    shared::{Problems, Status},
};
use store::identity::person;

pub fn routes() -> Vec<Route> {
    let mut routes = calls::routes::<Advertiser>();
    routes.extend(calls::routes::<Partner>());
    routes.extend([calls::removal_route::<Advertiser>(), calls::removal_route::<Partner>()]);
    routes
}

pub fn schemas() -> Schemas {
    let stays = "Deleted ones are kept, and hidden from lists. Their offers run on, and their postbacks are taken, \
                 in every state: pause the offers to stop them.";
    let advertiser = Fields::of("Who pays for conversions.")
        .kept()
        .required("name", bounded("What people call it.", 200))
        .optional("status", word(stays, &STATUSES))
        .optional(
            "verification_token",
            bounded(
                "What its postbacks must carry as `verification_token`. Made where it is left out; shown to whoever may \
                 change advertisers.",
                128,
            ),
        )
        .optional("require_token", flag("Whether postbacks without the token are refused; true by default."))
        .optional(
            "ip_list",
            list("Where its postbacks may come from; empty allows all.", text("An address or CIDR block.")),
        );
    let partner = Fields::of("Who sends visitors.")
        .kept()
        .shown("code", text("What names the partner in tracking links."))
        .required("name", bounded("What people call it.", 200))
        .optional("status", word("Deleted ones are kept, and hidden from lists.", &STATUSES))
        .optional(
            "manager_id",
            id_or_null("The employee who looks after it; some of them see only those that are theirs."),
        );
    vec![("Advertiser", advertiser.done()), ("Partner", partner.done())]
}

/// A secret for an advertiser's postbacks.
pub(super) fn fresh_token() -> String {
    Secret::random().reveal().to_owned()
}

impl Object for Advertiser {
    type Input = Self;
    const SECTION: Section = Section::Advertisers;
    const SCHEMA: &'static str = "Advertiser";
    const COLLECTION: &'static str = "/api/v1/advertisers";
    const ID: &'static str = "advertiser_id";
    const STATUS: bool = true;
    const SECRETS: &'static [&'static str] = &["verification_token"];
    const FILTERS: &'static [(&'static str, Compared)] =
        &[("name", Compared::Text), ("status", Compared::Word(&STATUSES))];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        input
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }

    fn complete(&mut self) {
        if self.verification_token.is_empty() {
            self.verification_token = fresh_token();
        }
    }
}

impl Object for Partner {
    type Input = Self;
    const SECTION: Section = Section::Partners;
    const SCHEMA: &'static str = "Partner";
    const COLLECTION: &'static str = "/api/v1/partners";
    const ID: &'static str = "partner_id";
    const STATUS: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] = &[
        ("name", Compared::Text),
        ("status", Compared::Word(&STATUSES)),
        ("code", Compared::Text),
        ("manager_id", Compared::Id),
    ];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        input
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }

    /// A partner is looked after by people of the network.
    async fn check(&self, access: &Access, _: Option<i64>) -> Result<(), Failure> {
        let Some(id) = self.manager_id else { return Ok(()) };
        match person(access.scope(), id).await {
            Ok(user) if user.kind == UserKind::Employee => Ok(()),
            Ok(_) | Err(store::Error::Missing) => {
                Err(Failure::field("manager_id", "names no employee of this network"))
            }
            Err(other) => Err(other.into()),
        }
    }
}
