//! The way out: a server that takes mail, or files in the data folder where none is named.

use super::Letter;
use crate::{Error, Options};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use std::{fs, os::unix::fs::DirBuilderExt, time::Duration};

/// How long the server may take over one letter.
const PATIENCE: Duration = Duration::from_secs(30);
/// The folder for files.
const FOLDER: &str = "mail";

/// Sends letters from one address.
pub(crate) struct Sender {
    from: Mailbox,
    way: Way,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Files(AsyncFileTransport<Tokio1Executor>),
}

/// What became of a letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Sent {
    Yes,
    /// The server is away, or says that it may be tried again.
    NotNow(String),
    /// The letter or its address is refused for good.
    Never(String),
}

impl Sender {
    /// Reads the options; nothing is connected to yet.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let wrong = |what: &str, error: &dyn std::error::Error| Error::Mail(format!("{what}: {error}"));
        let from = options.mail_from.clone().unwrap_or_else(|| usual_from(&options.public_url));
        let from = from.parse().map_err(|error| wrong("--mail-from", &error))?;
        let way = match &options.smtp_url {
            Some(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
                let builder = builder.map_err(|error| wrong("--smtp-url", &error))?;
                Way::Smtp(Box::new(builder.timeout(Some(PATIENCE)).build()))
            }
            None => {
                let folder = options.data.join(FOLDER);
                fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(&folder)
                    .map_err(|error| wrong("the folder for mail", &error))?;
                tracing::info!(folder = %folder.display(), "no --smtp-url: mail is written to files");
                Way::Files(AsyncFileTransport::new(folder))
            }
        };
        Ok(Self { from, way })
    }

    /// Sends one letter.
    pub async fn send(&self, to: &str, letter: &Letter) -> Sent {
        let message = match self.message(to, letter) {
            Ok(message) => message,
            Err(why) => return Sent::Never(why),
        };
        match &self.way {
            Way::Files(files) => match files.send(message).await {
                Ok(_) => Sent::Yes,
                Err(error) => Sent::NotNow(error.to_string()),
            },
            Way::Smtp(server) => match server.send(message).await {
                Ok(_) => Sent::Yes,
                Err(error) if error.is_permanent() => Sent::Never(told(&error)),
                Err(error) => Sent::NotNow(told(&error)),
            },
        }
    }

    fn message(&self, to: &str, letter: &Letter) -> Result<Message, String> {
        let to = Mailbox::new(None, to.parse().map_err(|error| format!("the address: {error}"))?);
        let text = letter.to_text().map_err(|error| error.to_string())?;
        let html = letter.to_html().map_err(|error| error.to_string())?;
        let message = Message::builder().from(self.from.clone()).to(to).subject(letter.subject.clone());
        let message = message.multipart(MultiPart::alternative_plain_html(text, html));
        message.map_err(|error| error.to_string())
    }
}

/// What went wrong, with what lies beneath it.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut beneath = error.source();
    while let Some(inner) = beneath {
        text = format!("{text}: {inner}");
        beneath = inner.source();
    }
    text
}

/// An address at the host that people know.
fn usual_from(public_url: &str) -> String {
    let host = public_url.split("://").last().unwrap_or_default();
    let host =
        host.split(['/', ':']).next().filter(|host| host.contains('.')).unwrap_or("localhost.localdomain");
    let host = if host.parse::<std::net::IpAddr>().is_ok() { "localhost.localdomain" } else { host };
    format!("Switchyard <no-reply@{host}>")
}
