//! What may be an e-mail address, a password, or the name of a person or thing.

use domain::shared::Problems;
use store::identity::{LONGEST_EMAIL, LONGEST_NAME};

/// Least characters of a password.
const SHORTEST_PASSWORD: usize = 12;
/// Most characters of a password, so that hashing it stays cheap.
pub(super) const LONGEST_PASSWORD: usize = 256;

/// Notes what is wrong with an e-mail address. Whether it arrives is only known by writing to it, so
/// little is asked of its shape.
pub fn check_email(problems: &mut Problems, field: &str, email: &str) {
    let length = email.chars().count();
    problems.check(
        length <= LONGEST_EMAIL,
        field,
        format!("has {length} characters; at most {LONGEST_EMAIL} are allowed"),
    );
    let fine = email.split_once('@').is_some_and(|(person, host)| {
        let plain = |text: &str| !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        !person.is_empty() && !host.is_empty() && !host.contains('@') && plain(person) && plain(host)
    });
    problems.check(fine, field, "must be an e-mail address such as ann@network.example");
}

/// Notes what is wrong with a new password.
pub fn check_password(problems: &mut Problems, field: &str, password: &str) {
    let length = password.chars().count();
    let fine = (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length);
    let message = format!("must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; it has {length}");
    problems.check(fine, field, message);
}

/// Notes what is wrong with the name of a person, key or network.
pub(super) fn check_name(problems: &mut Problems, field: &str, name: &str) {
    problems.text(field, name, true, LONGEST_NAME);
}
