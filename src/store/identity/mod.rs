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
mod role_changes;
mod roles;
mod secrets;
mod sessions;
mod sweep;
mod throttle;
mod tokens;
mod totp;
mod user_changes;
mod users;

pub use audit::{AuditEntry, AuditFilter, audit_entry, audit_log, record};
pub use creation::{Created, NewNetwork, create_network};
pub use entrant::{Entrant, KeyHolder, Who, entrant_of_key, entrant_of_session};
pub use idempotency::{Kept, Reservation, forget_request, keep_answer, reserve_request};
pub use invitations::{ask_reset_for, invite_again};
pub use keys::{ApiKey, KeyScope, NewKey, api_key, api_keys, create_key, revoke_key};
pub use networks::{Network, calendar, network, networks, rename_network, set_fallback, set_zone};
pub(crate) use networks::{fallback_at, network_in};
pub use passwords::set_password;
pub use role_changes::{NewRole, change_role, create_role, delete_role};
pub use roles::{Role, role, roles};
pub use secrets::{key_check, secret};
pub use sessions::{
    IDLE, LIFETIME, NewSession, Session, SessionOf, Which, begin_session, end_session, revoke_sessions,
    sessions_of,
};
pub use sweep::sweep;
pub use throttle::{Attempt, Door, attempt_reset, attempt_sign_in, forgive};
pub use tokens::{Holder, Purpose, accept_invitation, end_token, issue_token, reset_password, token_holder};
pub use totp::{
    StoredTotp, begin_totp, confirm_totp, end_totp, recovery_codes_left, renew_recovery_codes,
    take_recovery_code, take_step, totp_of,
};
pub use user_changes::change_user;
pub(crate) use users::seen;
pub use users::{
    Credentials, NewUser, User, UserChange, UserFilter, UserStatus, create_user, credentials, person, user,
    users,
};

/// The longest name of a network, person or key, in characters.
pub const LONGEST_NAME: usize = 200;
/// The longest e-mail address, in characters.
pub const LONGEST_EMAIL: usize = 254;
