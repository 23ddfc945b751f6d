//! What serde says of a document that does not fit, in words that do not name types of the program.

/// A complaint in words: what may stand there instead of variants, and kinds of JSON instead of types.
#[must_use]
pub fn words(complaint: &str) -> String {
    variant(complaint).or_else(|| kind(complaint)).unwrap_or_else(|| complaint.to_owned())
}

/// `unknown variant X, expected one of A, B`
fn variant(complaint: &str) -> Option<String> {
    let (given, known) = complaint.strip_prefix("unknown variant ")?.rsplit_once(", expected ")?;
    let known = known.trim_start_matches("one of ").replace(" or ", ", ").replace('`', "");
    Some(format!("{given} is none of these: {known}"))
}

/// `invalid type: string "x", expected u32`
fn kind(complaint: &str) -> Option<String> {
    let rest =
        complaint.strip_prefix("invalid type: ").or_else(|| complaint.strip_prefix("invalid value: "))?;
    let (given, expected) = rest.rsplit_once(", expected ")?;
    Some(format!("must be {}, not {}", wanted(expected), found(given)))
}

fn wanted(expected: &str) -> String {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number of 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a string" | "string" | "a borrowed string" | "a character" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        // Words stand for themselves, and where one of them needs more it is an object's only field.
        "string or map" => "a text",
        "map with a single key" => "an object with one field",
        named if named.starts_with("struct ") => "an object",
        named if named.starts_with("enum ") || named.starts_with("newtype ") => "another kind of value",
        named if named.starts_with("a tuple") || named.starts_with("tuple ") => "a list",
        other => other,
    }
    .to_owned()
}

fn found(given: &str) -> String {
    let (kind, value) = given.split_once(' ').unwrap_or((given, ""));
    match (kind, value.trim_matches('`')) {
        ("string", text) => format!("the text {text}"),
        ("integer", number) => format!("the number {number}"),
        ("floating", number) => format!("the number {}", number.trim_start_matches("point `")),
        ("boolean", value) => value.to_owned(),
        ("sequence", _) => "a list".to_owned(),
        ("map", _) => "an object".to_owned(),
        (_, _) => given.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use domain::offers::Destination;
    use serde::Deserialize;
    use serde_json::{Value, json};

    #[derive(Deserialize, Debug)]
    #[expect(dead_code, reason = "only what reading it says is looked at")]
    struct Row {
        weight: u32,
    }

    #[derive(Deserialize, Debug)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
        Two,
    }

    fn said<T: serde::de::DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        words(&serde_json::from_value::<T>(value).expect_err("it does not fit").to_string())
    }

    #[test]
    fn complaints_name_kinds_of_json() {
        for (told, words) in [
            (said::<Word>(json!("three")), "`three` is none of these: one, two"),
            (
                said::<u32>(json!("5, expected")),
                "must be a whole number from 0 to 4294967295, not the text \"5, expected\"",
            ),
            (said::<u32>(json!(-1)), "must be a whole number from 0 to 4294967295, not the number -1"),
            (said::<u32>(json!(1.5)), "must be a whole number from 0 to 4294967295, not the number 1.5"),
            (said::<bool>(Value::Null), "must be true or false, not null"),
            (said::<String>(json!(true)), "must be a text, not true"),
            (said::<Vec<u32>>(json!({})), "must be a list, not an object"),
            (said::<Row>(json!(7)), "must be an object, not the number 7"),
            (said::<Word>(json!("a, expected b")), "`a, expected b` is none of these: one, two"),
            (said::<Destination>(json!(7)), "must be a text, not the number 7"),
        ] {
            assert_eq!(told, words);
        }
        assert!(matches!(serde_json::from_value(json!("one")), Ok(Word::One)));
        assert!(matches!(serde_json::from_value(json!("two")), Ok(Word::Two)));
    }
}
