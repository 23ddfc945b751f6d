//! Which deep links are followed.

use super::DeepLinks;
use crate::shared::LONGEST_URL;
use url::Url;

impl DeepLinks {
    /// The deep link as it is followed, or none where the offer does not list its host. Macros work in
    /// its query; in its path the braces are encoded away.
    #[must_use]
    pub fn followed(&self, asked: &str) -> Option<String> {
        if !self.allowed || asked.is_empty() || asked.len() > LONGEST_URL {
            return None;
        }
        let url = Url::parse(asked).ok()?;
        let plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let host = url.host_str()?;
        let listed = self.hosts.iter().any(|listed| is_listed(listed, host));
        (plain && listed).then(|| url.into())
    }
}

/// Whether a host is the listed one or, for `*.example.com`, below it.
fn is_listed(listed: &str, host: &str) -> bool {
    match listed.strip_prefix("*.") {
        None => listed.eq_ignore_ascii_case(host),
        Some(parent) => {
            let cut = host.len().checked_sub(parent.len() + 1);
            cut.is_some_and(|cut| {
                cut > 0
                    && host.as_bytes()[cut] == b'.'
                    && host.get(cut + 1..).is_some_and(|end| end.eq_ignore_ascii_case(parent))
            })
        }
    }
}
