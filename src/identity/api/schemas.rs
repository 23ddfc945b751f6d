//! The schemas of the network, its users, roles, API keys and audit log.

use crate::web::describe::{
    Fields, Schema, Schemas, anything, bounded, flag, id, id_of, id_or_null, moment, moment_or_null,
    password, text, text_or_null, whole, word,
};
use domain::identity::Section;

const KINDS: [&str; 3] = ["employee", "partner", "advertiser"];
const STATUSES: [&str; 3] = ["active", "invited", "inactive"];
const LEVELS: [&str; 3] = ["none", "read", "full"];

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [network(), users(), sessions(), roles(), keys(), audit()].into_iter().flatten().collect()
}

fn network() -> Schemas {
    let network = Fields::of("The network that the key belongs to.")
        .shown("id", id())
        .optional("name", bounded("What people call it.", 200))
        .shown("currency", text("Of all its money."))
        .optional("zone", text("What cuts its days; can be changed until the first click."))
        .optional(
            "fallback_url",
            text_or_null(
                "Where visitors go whom no row of a Smart Link takes, nor its catch-all; may hold macros.",
            ),
        )
        .shown("status", word("A suspended network takes no clicks.", &["active", "suspended"]))
        .shown("plan_version", whole("Counts the saves that traffic is decided by."))
        .shown("created_at", moment("When it was made."));
    vec![("Network", network.done())]
}

fn users() -> Schemas {
    let user = Fields::of("A person who can sign in.")
        .shown("id", id())
        .shown("kind", word("On which side.", &KINDS))
        .shown("email", text("Lower case; one address is one person in the whole installation."))
        .shown("name", text("What people call them."))
        .shown("role_id", id_or_null("What an employee may do."))
        .shown("role", text_or_null("The role's name; null where it has none."))
        .shown("partner_id", id_or_null("Whose people a partner's user belongs to."))
        .shown("advertiser_id", id_or_null("Whose people an advertiser's user belongs to."))
        .shown("own_partners", flag("Whether an employee sees only the partners whose manager they are."))
        .shown("two_step", flag("Whether signing in takes a code beside the password."))
        .shown("status", word("Only active users can sign in.", &STATUSES))
        .shown("created_at", moment("When it was made."));
    let new = Fields::of("A user that is to be.")
        .optional("kind", word("On which side; `employee` by default.", &KINDS))
        .required("email", bounded("What they sign in with.", 254))
        .required("name", bounded("What people call them.", 200))
        .optional(
            "password",
            password("12 to 256 characters; left out, the person is invited by mail to choose one."),
        )
        .optional("role_id", id_of("An employee's role."))
        .optional("own_partners", flag("Whether an employee sees only the partners whose manager they are."))
        .optional("role", text("An employee's role by its name, such as `manager`."))
        .optional("partner_id", id_of("A partner's user's partner."))
        .optional("advertiser_id", id_of("An advertiser's user's advertiser."));
    let change = Fields::of("What may change about a user.")
        .optional("name", bounded("What people call them.", 200))
        .optional("role_id", id_of("An employee's role."))
        .optional("role", text("The same by its name."))
        .optional("own_partners", flag("Whether an employee sees only the partners whose manager they are."))
        .optional("status", word("Whoever becomes inactive is signed out everywhere.", &STATUSES));
    vec![("User", user.done()), ("NewUser", new.done()), ("UserChange", change.done())]
}

fn sessions() -> Schemas {
    let session = Fields::of("Where a user is signed in.")
        .shown("id", text("What the session is ended by; it opens nothing."))
        .shown("device", text("The browser and system in words."))
        .shown("user_agent", text("What the browser says of itself."))
        .shown("ip", text("The address that signed in."))
        .shown("created_at", moment("When they signed in."))
        .shown("seen_at", moment("When it was last used, to the minute."))
        .shown("expires_at", moment("When it ends, whatever happens."));
    vec![("Session", session.done())]
}

/// A level for each section; those left out are `none`.
fn rights(description: &str) -> Schema {
    let of_sections = |fields: Fields, section: Section| {
        fields.optional(section.name(), word("How far the right goes.", &LEVELS))
    };
    Section::ALL.into_iter().fold(Fields::of(description), of_sections).done()
}

fn roles() -> Schemas {
    let own = || flag("Whether whoever has it sees only the partners whose manager they are.");
    let role = Fields::of("A named set of rights.")
        .shown("id", id())
        .required("name", bounded("Unique in the network.", 60))
        .shown("built_in", flag("Whether nobody can change it."))
        .optional("rights", rights("A level for each section."))
        .optional("own_partners", own())
        .shown("created_at", moment("When it was made."));
    let change = Fields::of("What may change about a role.")
        .optional("name", bounded("Unique in the network.", 60))
        .optional("rights", rights("Replaces only the sections that are named."))
        .optional("own_partners", own());
    vec![("Role", role.done()), ("RoleChange", change.done())]
}

fn keys() -> Schemas {
    let fields = |description| {
        Fields::of(description)
            .shown("id", id())
            .required("name", bounded("What it is for.", 200))
            .optional("role_id", id_of("The role whose rights it has; this or `role` is required."))
            .shown("prefix", text("Its beginning, to know it by."))
            .shown("created_at", moment("When it was made."))
            .shown("used_at", moment_or_null("When it was last used, to the minute."))
            .shown("revoked_at", moment_or_null("When it was revoked."))
            .optional("expires_at", moment_or_null("When it ends by itself; calls then get 401."))
            .optional("rights", rights("What it may do: no more than its role and its maker may."))
            .shown("manager_id", id_or_null("Whose partners alone it sees."))
    };
    let new = fields("A key in the moment of its making.")
        .optional("role", text("The role by its name; not shown again."))
        .shown(
            "key",
            text_or_null(
                "The key, shown this once: null where the request is sent again with its `Idempotency-Key`.",
            ),
        );
    vec![("ApiKey", fields("A key for the API.").done()), ("NewApiKey", new.done())]
}

fn audit() -> Schemas {
    let entry = Fields::of("One thing that somebody did.")
        .shown("id", id())
        .shown("at", moment("When."))
        .shown("actor_kind", word("Who.", &["user", "api_key", "system"]))
        .shown("actor_id", id_or_null("Which one."))
        .shown("actor_name", text("What they were called then."))
        .shown("ip", text("From where."))
        .shown("action", text("Such as `create`, `update`, `delete`, `sign_in`."))
        .shown("object", text("Such as `offer`."))
        .shown("object_id", id_or_null("Which one."))
        .shown("before", anything("The object before, or null."))
        .shown("after", anything("The object after, or null."));
    vec![("AuditEntry", entry.done())]
}
