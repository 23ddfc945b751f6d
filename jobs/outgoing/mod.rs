//! The one way out over HTTP, for every address that somebody of a network may choose. It goes to public
//! addresses alone and to those that the operator allows, by name and by number; it follows no redirect, uses no
//! proxy, waits no longer than it is told and reads no more than is wanted.

mod guard;
mod resolver;

pub use guard::Guard;
pub use reqwest::Method;

use ipnet::IpNet;
use reqwest::{Client, Response, redirect::Policy};
use resolver::{NoAddress, Resolver};
use std::{error::Error as StdError, io, sync::Arc, time::Duration};
use url::{Host, Url};

/// How the other side knows us.
const NAME: &str = concat!("Switchyard/", env!("CARGO_PKG_VERSION"));
/// Too many open files, of this process or of the machine.
const TOO_MANY_FILES: [i32; 2] = [24, 23];

/// The client of all outgoing calls. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outgoing {
    client: Client,
    guard: Arc<Guard>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: Method,
    /// http or https.
    pub url: String,
    /// How long the whole answer may take.
    pub timeout: Duration,
    /// How much of the body is read, in bytes; what is beyond is not waited for.
    pub body: usize,
}

/// What was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    pub status: u16,
    /// As much as was wanted.
    pub body: Vec<u8>,
}

/// Why there is no answer, in a few words.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failure {
    /// It was not sent, because of where it would go.
    #[error("not sent: {0}")]
    Forbidden(String),
    /// This machine could not ask; that says nothing of the other side.
    #[error("not asked: {0}")]
    Unable(String),
    /// The other side did not answer.
    #[error("{0}")]
    NoAnswer(String),
}

impl Outgoing {
    /// A client that also goes to the allowed ranges.
    ///
    /// # Errors
    /// TLS can't be had.
    pub fn new(allowed: &[IpNet]) -> Result<Self, crate::Error> {
        let guard = Arc::new(Guard::new(allowed));
        let client = Client::builder()
            .user_agent(NAME)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            // Each call stands for itself: one that was kept open may be closed by now.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Resolver::new(Arc::clone(&guard))))
            .build()
            .map_err(|error| crate::Error::Outgoing(error.to_string()))?;
        Ok(Self { client, guard })
    }

    /// Asks.
    ///
    /// # Errors
    /// There is no answer; says why.
    pub async fn ask(&self, call: &Call) -> Result<Answer, Failure> {
        let url = self.checked(&call.url)?;
        match tokio::time::timeout(call.timeout, self.send(url, call)).await {
            Ok(answered) => answered,
            Err(_) => Err(Failure::NoAnswer(format!("no answer within {} s", call.timeout.as_secs()))),
        }
    }

    /// The address, unless it is a number that is closed; names are judged by what they resolve to.
    fn checked(&self, url: &str) -> Result<Url, Failure> {
        let forbidden = |why: &str| Failure::Forbidden(why.to_owned());
        let url = Url::parse(url).map_err(|_| forbidden("the address is none"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(forbidden("the address is neither http nor https"));
        }
        let number = match url.host() {
            Some(Host::Ipv4(number)) => Some(number.into()),
            Some(Host::Ipv6(number)) => Some(number.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(forbidden("the address has no host")),
        };
        if number.is_some_and(|number| !self.guard.opens(number)) {
            return Err(Failure::Forbidden(NoAddress::Closed.to_string()));
        }
        Ok(url)
    }

    async fn send(&self, url: Url, call: &Call) -> Result<Answer, Failure> {
        let sent = self.client.request(call.method.clone(), url).send().await;
        let mut response = sent.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let body = read(&mut response, call.body).await.map_err(|error| failure(&error))?;
        Ok(Answer { status, body })
    }
}

/// Reads the begin of a body.
async fn read(response: &mut Response, most: usize) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while body.len() < most {
        let Some(part) = response.chunk().await? else { break };
        let room = most - body.len();
        body.extend_from_slice(&part[..part.len().min(room)]);
    }
    Ok(body)
}

/// What went wrong, by the deepest cause that is known.
fn failure(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(found) = cause {
        if let Some(name) = found.downcast_ref::<NoAddress>() {
            return name.failure();
        }
        if let Some(told) = found.downcast_ref::<io::Error>().and_then(of_connection) {
            return told;
        }
        cause = found.source();
    }
    let words = if error.is_connect() {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection ended without an HTTP answer"
    };
    Failure::NoAnswer(words.to_owned())
}

fn of_connection(error: &io::Error) -> Option<Failure> {
    if error.raw_os_error().is_some_and(|number| TOO_MANY_FILES.contains(&number)) {
        return Some(Failure::Unable("this machine has too many files open".to_owned()));
    }
    let words = match error.kind() {
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => {
            return Some(Failure::Unable("this machine has no way there".to_owned()));
        }
        io::ErrorKind::ConnectionRefused => "the connection was refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "the connection was reset",
        io::ErrorKind::HostUnreachable => "the host can't be reached",
        io::ErrorKind::InvalidData => "no TLS that can be trusted",
        _ => return None,
    };
    Some(Failure::NoAnswer(words.to_owned()))
}
