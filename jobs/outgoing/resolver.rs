//! Names to addresses: what the system says, without the addresses that are closed. A name that has no other
//! is not asked, whenever it changes: the address that is connected to is the one that was judged.

use super::{Failure, guard::Guard};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{net::SocketAddr, sync::Arc};

/// What the system says of a name that it can't ask for at the moment.
const NOT_NOW: &str = "Temporary failure";

/// Why a name gives no address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum NoAddress {
    #[error(
        "the address is private, or kept for a special use; the operator may allow it (--allow-outgoing)"
    )]
    Closed,
    #[error("no name can be resolved at the moment")]
    NotNow,
    #[error("the name has no address")]
    Unknown,
}

impl NoAddress {
    pub fn failure(self) -> Failure {
        match self {
            Self::Closed => Failure::Forbidden(self.to_string()),
            Self::NotNow => Failure::Unable(self.to_string()),
            Self::Unknown => Failure::NoAnswer(self.to_string()),
        }
    }
}

#[derive(Debug)]
pub(super) struct Resolver {
    guard: Arc<Guard>,
}

impl Resolver {
    pub fn new(guard: Arc<Guard>) -> Self {
        Self { guard }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let found = open_addresses(&guard, name.as_str()).await?;
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

async fn open_addresses(guard: &Guard, name: &str) -> Result<Vec<SocketAddr>, NoAddress> {
    let found = tokio::net::lookup_host((name, 0)).await.map_err(|error| {
        if error.to_string().contains(NOT_NOW) { NoAddress::NotNow } else { NoAddress::Unknown }
    })?;
    let found: Vec<SocketAddr> = found.collect();
    if found.is_empty() {
        return Err(NoAddress::Unknown);
    }
    let open: Vec<_> = found.into_iter().filter(|address| guard.opens(address.ip())).collect();
    if open.is_empty() { Err(NoAddress::Closed) } else { Ok(open) }
}
