//! What conditions are made of, in words, and the picker that helps to write them: where scripts run, a
//! condition is put together from menus and added to the text as a line; the text is what is sent.

use super::{Access, Failure, markup::Markup, parts::Choice};
use askama::Template;
use domain::shared::{Field, Operator};
use store::offers::{Named, choices};

/// The fields of the visitor, in words.
pub fn fields() -> impl Iterator<Item = Choice> {
    let named = [
        ("country", "country"),
        ("region", "region"),
        ("city", "city"),
        ("language", "language"),
        ("device", "device"),
        ("os", "operating system"),
        ("os_version", "OS version"),
        ("browser", "browser"),
        ("isp", "ISP"),
        ("connection", "connection"),
        ("carrier", "carrier"),
        ("ip", "IP address"),
        ("proxy", "proxy"),
        ("is_bot", "bot"),
        ("source_id", "source id"),
        ("schedule", "time of the week"),
    ];
    let subs = (1..=30).map(|number| Choice::new(format!("sub{number}"), format!("sub{number}")));
    named.into_iter().map(|(name, label)| Choice::new(name, label)).chain(subs)
}

/// How fields are compared, in words.
#[must_use]
pub fn operators() -> Vec<Choice> {
    let words = |operator: Operator| match operator {
        Operator::Is => "is",
        Operator::IsNot => "is not",
        Operator::Contains => "contains",
        Operator::StartsWith => "starts with",
        Operator::EndsWith => "ends with",
        Operator::Matches => "matches",
        Operator::IsEmpty => "is unknown or empty",
        Operator::AtLeast => "is at least",
        Operator::AtMost => "is at most",
    };
    Operator::ALL.into_iter().map(|operator| Choice::new(operator.name(), words(operator))).collect()
}

/// A field as the picker offers it.
struct Offered {
    name: String,
    label: String,
    /// The operators that it takes, separated by blanks.
    operators: String,
    /// A value for example.
    hint: &'static str,
    /// The only values that it takes; none where any will do.
    words: &'static [&'static str],
}

impl Offered {
    fn of_visitor(choice: Choice) -> Self {
        let field = choice.value.parse().unwrap_or(Field::Country);
        let operators = Operator::ALL.into_iter().filter(|operator| operator.suits(field));
        let operators: Vec<_> = operators.map(Operator::name).collect();
        let (hint, words) = example(field);
        Self { name: choice.value, label: choice.label, operators: operators.join(" "), hint, words }
    }

    /// What only the flows of campaigns ask.
    fn of_flows() -> [Self; 2] {
        let offered = |field: Field, label: &str, operators: &str| {
            let (hint, words) = example(field);
            Self {
                name: field.to_string(),
                label: label.to_owned(),
                operators: operators.to_owned(),
                hint,
                words,
            }
        };
        [
            offered(Field::OfferCap, "an offer's cap", "is is_not at_least at_most"),
            offered(Field::SiteStatus, "a site's status", "is is_not"),
        ]
    }
}

fn example(field: Field) -> (&'static str, &'static [&'static str]) {
    match field {
        Field::Country => ("US, CA", &[]),
        Field::Region => ("California", &[]),
        Field::City => ("Berlin, Hamburg", &[]),
        Field::Language => ("de, en", &[]),
        Field::Device => ("mobile, tablet", &["desktop", "mobile", "tablet", "tv", "console", "bot"]),
        Field::Os => ("ios, android", &["ios", "android", "windows", "macos", "linux", "chrome os"]),
        Field::OsVersion => ("14", &[]),
        Field::Browser => ("chrome, safari", &["chrome", "safari", "firefox", "edge", "opera"]),
        Field::Isp => ("Example Telecom", &[]),
        Field::Connection => ("wifi", &["mobile", "wifi", "cable"]),
        Field::Carrier => ("Example Mobile", &[]),
        Field::Ip => ("192.0.2.0/24", &[]),
        Field::Proxy | Field::IsBot => ("true", &["true", "false"]),
        Field::SourceId | Field::Sub(_) => ("abc, def", &[]),
        Field::Schedule => ("mon-fri 09:00-17:00", &[]),
        Field::OfferCap => ("open", &["open", "reached"]),
        Field::SiteStatus => ("down", &["up", "down"]),
        Field::Referrer => ("spam.example", &[]),
        Field::UserAgent => ("HeadlessChrome", &[]),
    }
}

#[derive(Template)]
#[template(path = "shared/condition_picker.html")]
struct Picker {
    fields: Vec<Offered>,
    operators: Vec<Choice>,
    zone: &'static str,
    flows: Option<Flows>,
}

/// What flows ask beside the visitor.
struct Flows {
    offers: Vec<Choice>,
    monitors: Vec<Choice>,
}

/// The picker of conditions on the visitor; to stand once in a page.
///
/// # Errors
/// The template can't be written.
pub fn picker(access: &Access) -> Result<Markup, Failure> {
    Picker::of(access, None)
}

/// The same with what the flows of campaigns ask beside.
///
/// # Errors
/// What the database said.
pub async fn picker_of_flows(access: &Access) -> Result<Markup, Failure> {
    let named = async |kind| {
        let found = choices(access.scope(), kind).await?;
        Ok::<_, Failure>(found.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect())
    };
    let flows = Flows { offers: named(Named::Offer).await?, monitors: named(Named::Monitor).await? };
    Picker::of(access, Some(flows))
}

impl Picker {
    fn of(access: &Access, flows: Option<Flows>) -> Result<Markup, Failure> {
        let of_flows = flows.is_some().then(Offered::of_flows).into_iter().flatten();
        let fields = fields().map(Offered::of_visitor).chain(of_flows).collect();
        let zone = access.entrant().network.zone.name();
        let picker = Self { fields, operators: operators(), zone, flows };
        Ok(Markup::trusted(picker.render()?))
    }
}
