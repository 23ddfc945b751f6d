//! The query of a postback: how long it may be, what it says, and what the log shows of it.

use domain::conversions::{Call, Malformed, Sender, is_token};
use std::net::IpAddr;

/// Bytes of query and body together. What is longer is refused; the log keeps this much of it.
pub const LONGEST_QUERY: usize = 16 << 10;

/// The parameters of a query string, decoded; broken UTF-8 is mended.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Reads the call that a query is.
pub fn call(query: &str, from: IpAddr) -> Result<Call, Malformed> {
    if query.len() > LONGEST_QUERY {
        let message = format!("query and body have more than {LONGEST_QUERY} bytes together");
        return Err(Malformed { field: "query", message });
    }
    Call::parse(&pairs(query), from)
}

/// Whose call it is, as far as the query says that within the bound.
pub fn sender(query: &str) -> Sender {
    Sender::read(&pairs(within_the_bound(query)))
}

fn within_the_bound(query: &str) -> &str {
    &query[..query.floor_char_boundary(LONGEST_QUERY)]
}

/// The query as the log shows it: cut to the bound, without what verification tokens say, which are
/// secrets however their name is written.
pub fn logged(query: &str) -> String {
    let shown = within_the_bound(query).split('&').map(|pair| {
        let name = pair.split_once('=').map(|(name, _)| name);
        match name.filter(|_| pairs(pair).iter().any(|(name, _)| is_token(name))) {
            Some(name) => format!("{name}=…"),
            None => pair.to_owned(),
        }
    });
    shown.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_QUERY, call, logged};
    use std::net::{IpAddr, Ipv4Addr};

    #[test]
    fn no_token_is_logged_however_its_name_is_written() {
        for name in ["token", "Verification_Token", "verification%5Ftoken", "%74oken"] {
            let shown = logged(&format!("cid=1&{name}=secret&adv1=kept"));
            assert_eq!(shown, format!("cid=1&{name}=…&adv1=kept"));
        }
        assert_eq!(logged("tokens=shown&x"), "tokens=shown&x");
    }

    #[test]
    fn what_is_too_long_is_refused_and_logged_up_to_the_bound() {
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let start = "cid=0196f3a2b4c58001800000000000002a&adv1=x&more=";
        let longest = format!("{start}{}", "y".repeat(LONGEST_QUERY - start.len()));
        assert!(call(&longest, from).is_ok());
        assert_eq!(logged(&longest), longest);
        let longer = format!("{}\u{e9}", &longest[1..]);
        assert_eq!(call(&longer, from).expect_err("too long").field, "query");
        assert_eq!(logged(&longer).len(), LONGEST_QUERY - 1, "no character is cut in two");
    }
}
