//! What a host name is, wherever one is typed.

/// Longest host name in characters.
const LONGEST: usize = 253;

/// Whether the text is a host name as DNS takes it: at least two labels with dots between them, each 1 to 63
/// letters, digits and hyphens of ASCII without a hyphen at an end.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    text.len() <= LONGEST && text.contains('.') && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_host_name;

    #[test]
    fn a_host_name_has_labels_that_dns_takes() {
        for fine in ["go.acme.example", "a-b.example", "1.example", "xn--e1a.example"] {
            assert!(is_host_name(fine), "{fine}");
        }
        for wrong in ["", "go", ".example", "a..b", "-a.example", "a-.example", "a b.example", "a.example:80"]
        {
            assert!(!is_host_name(wrong), "{wrong}");
        }
        assert!(!is_host_name(&format!("{}.example", "a".repeat(64))));
    }
}
