//! What a destination's URL may look like: http or https, and a host that is written out. A macro
//! stands only behind the host, so that nothing a visitor brings can choose where it is sent.

use url::Url;

/// Most characters of a URL.
pub const LONGEST_URL: usize = 2_048;

/// The length in bytes of scheme and authority (`https://shop.example:8080`), or in words what is wrong.
///
/// # Errors
/// Where the text is no http or https URL with a written-out host.
pub fn origin_length(url: &str) -> Result<usize, &'static str> {
    let behind = authority_start(url).ok_or("must start with http:// or https://")?;
    let length = behind + url[behind..].find(['/', '?', '#']).unwrap_or(url.len() - behind);
    if url[..length].contains(['{', '}']) {
        return Err("may hold macros in its path or query, not in its host");
    }
    if url[..length].chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("must not hold spaces or backslashes in its host");
    }
    match Url::parse(&url[..length]) {
        Ok(parsed) if parsed.has_host() && !parsed.username().is_empty() => Err("must not hold a user name"),
        Ok(parsed) if parsed.has_host() => Ok(length),
        Ok(_) | Err(_) => Err("must have a host, such as https://shop.example/"),
    }
}

/// What is wrong with a destination, or none.
#[must_use]
pub fn destination_problem(url: &str) -> Option<String> {
    let length = url.chars().count();
    if length > LONGEST_URL {
        return Some(format!("has {length} characters; at most {LONGEST_URL} are allowed"));
    }
    if url.chars().any(char::is_control) {
        return Some("must not hold line breaks or other control characters".to_owned());
    }
    origin_length(url.trim()).err().map(str::to_owned)
}

fn authority_start(url: &str) -> Option<usize> {
    ["http://", "https://"]
        .into_iter()
        .find(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        .map(str::len)
}

#[cfg(test)]
mod tests {
    use super::{destination_problem, origin_length};

    #[test]
    fn a_destination_is_a_web_address_with_a_written_out_host() {
        for url in
            ["https://a.example", "http://a.example:81/{sub1}?x={clickid}#{os}", "HTTPS://A.example?{sub1}"]
        {
            assert_eq!(destination_problem(url), None, "{url}");
        }
        for url in [
            "",
            "a.example",
            "ftp://a.example",
            "javascript:alert(1)",
            "https://",
            "https:///{sub1}",
            "https://a\\b",
            "https://{sub1}/",
            "https://a.{sub1}.example/",
            "{sub1}",
            "http:/a",
            "https://?a",
            "https://\\evil",
            "https://a b/",
            "https://user@a.example/",
            "https://a.example/\r\nx",
            "//a.example",
            "https://:80/",
        ] {
            assert!(destination_problem(url).is_some(), "{url}");
        }
    }

    #[test]
    fn the_origin_ends_where_the_path_query_or_fragment_starts() {
        for (url, length) in
            [("https://a.b/c", 11), ("https://a.b", 11), ("https://a.b?c", 11), ("https://a.b#c", 11)]
        {
            assert_eq!(origin_length(url), Ok(length), "{url}");
        }
    }
}
