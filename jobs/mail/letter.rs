//! What each letter says. The words are written once and laid out twice, as text and as HTML.

use askama::Template;

/// A way on: what the button says, and where it leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Way {
    pub label: &'static str,
    pub url: String,
}

/// A letter before it is laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Letter {
    pub subject: String,
    /// What happened, a paragraph each.
    pub lines: Vec<String>,
    pub way: Option<Way>,
    /// What to know of it, smaller.
    pub notes: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct AsText<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct AsHtml<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// To somebody who is to become a user.
    pub fn invitation(network: &str, by: &str, url: &str) -> Self {
        Self {
            subject: format!("You are invited to {}", one_line(network)),
            lines: vec![format!("{by} invites you to work in {network} on Switchyard.")],
            way: Some(Way { label: "Accept the invitation", url: url.to_owned() }),
            notes: vec![
                "The link works once, for 7 days. You choose your password there.",
                "If you don't know what this is about, ignore this message: nothing happens.",
            ],
        }
    }

    /// To somebody who has forgotten the password.
    pub fn reset(network: &str, url: &str) -> Self {
        Self {
            subject: "Set a new password".to_owned(),
            lines: vec![format!("Somebody, probably you, asked for a new password for {network}.")],
            way: Some(Way { label: "Set a new password", url: url.to_owned() }),
            notes: vec![
                "The link works once, for one hour. It signs you out everywhere.",
                "If it was not you, ignore this message: your password stays as it is.",
            ],
        }
    }

    /// To somebody whose password is another now.
    pub fn password_changed(network: &str, ip: &str, site: &str) -> Self {
        Self {
            subject: "Your password was changed".to_owned(),
            lines: vec![format!("Your password for {network} was changed, from the address {ip}.")],
            way: Some(Way { label: "It was not me", url: format!("{site}/password/forgot") }),
            notes: vec!["If it was you, there is nothing to do."],
        }
    }

    /// To somebody who signs in by another number of steps now.
    pub fn two_step_changed(network: &str, is_on: bool, by: &str, site: &str) -> Self {
        let now = if is_on { "on" } else { "off" };
        Self {
            subject: format!("Two-step sign-in is {now}"),
            lines: vec![format!("Two-step sign-in of your account at {network} was turned {now} by {by}.")],
            way: Some(Way { label: "Open your account", url: format!("{site}/account/two-step") }),
            notes: vec!["If that is wrong, change your password and tell an administrator of your network."],
        }
    }

    /// As plain text.
    pub fn to_text(&self) -> Result<String, askama::Error> {
        AsText { letter: self }.render()
    }

    /// As HTML.
    pub fn to_html(&self) -> Result<String, askama::Error> {
        AsHtml { letter: self }.render()
    }
}

/// A name as it may stand in a header.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
