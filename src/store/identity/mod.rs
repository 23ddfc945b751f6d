//! Networks and who may enter them: users and their roles, sessions, API keys, the pause after
//! failed sign-ins, the audit log, and the answers kept for repeated requests.
//!
//! Secrets never lie here: of passwords the argon2 hash is kept, of tokens and keys the SHA-256.

mod audit;
mod clause;
mod creation;
mod entrant;
mod idempotency;
mod invitations;
mod keys;
mod networks;
mod passwords;
mod roles;
mod secrets;
mod sessions;
mod sweep;
mod throttle;
mod tokens;
mod users;

pub use audit::{AuditEntry, AuditFilter, audit_entry, audit_log, record};
pub use creation::{Created, NewNetwork, create_network};
pub use entrant::{Entrant, Who, entrant_of_key, entrant_of_session};
pub use idempotency::{Kept, Reservation, forget_request, keep_answer, reserve_request};
pub use invitations::{ask_reset_for, invite_again};
pub use keys::{ApiKey, NewKey, api_key, api_keys, create_key, revoke_key};
pub(crate) use networks::network_in;
pub use networks::{Network, calendar, network, networks, rename_network, set_zone};
pub use passwords::set_password;
pub use roles::{Role, role, roles};
pub use secrets::secret;
pub use sessions::{
    IDLE, LIFETIME, NewSession, Session, SessionOf, Which, begin_session, end_session, revoke_sessions,
    sessions_of,
};
pub use sweep::sweep;
pub use throttle::{Attempt, Door, attempt_reset, attempt_sign_in, forgive};
pub use tokens::{Holder, Purpose, accept_invitation, issue_token, reset_password, token_holder};
pub use users::{
    Credentials, NewUser, User, UserChange, UserFilter, UserStatus, change_user, create_user, credentials,
    user, users,
};

/// The longest name of a network, person or key, in characters.
pub const LONGEST_NAME: usize = 200;
/// The longest e-mail address, in characters.
pub const LONGEST_EMAIL: usize = 254;
