//! How one field is typed, and what it is in the document.

use super::{
    super::{Form, json::document},
    condition,
};
use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use domain::shared::{
    Calendar, Condition, FieldError, MOST_CONDITIONS, Micros, NotAnAmount, Problems, check_condition_count,
};
use serde_json::{Value, json};

/// What stands before the id of a Smart Link that a destination names.
pub const SMART_LINK_PREFIX: &str = "smart_link:";
/// The shape of `<input type="datetime-local">`.
const WALL: &str = "%Y-%m-%dT%H:%M";

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text that may be empty.
    Text,
    /// A text, id or word that is left out of the document where it is empty.
    Choice,
    /// A whole number; left out where it is empty.
    Number,
    /// A decimal number; left out where it is empty.
    Amount,
    /// The same on a sum of amounts, which may be larger.
    Limit,
    /// A box to tick.
    Tick,
    /// Several boxes of one name, each with a value of its own.
    Boxes,
    /// Texts, separated by commas or line breaks.
    List,
    /// Texts, a line each: what may hold any sign.
    Lines,
    /// Whole numbers, separated by commas, blanks or line breaks.
    Numbers,
    /// A moment by the clock of the network's zone; null where it is empty.
    Moment,
    /// The values of a condition; its `field` and `op` stand beside it.
    Values,
    /// Conditions, a line each.
    Conditions,
    /// An offer's id, a Smart Link's behind [`SMART_LINK_PREFIX`], or `url` with the address in the field of the same name with `_url` behind it.
    Destination,
}

impl Kind {
    /// The value in a form; none where the document leaves it out.
    pub(super) fn read(self, problems: &mut Problems, form: &Form, name: &str, zone: Tz) -> Option<Value> {
        let text = form.get(name);
        match self {
            Self::Text => Some(text.into()),
            Self::Choice => (!text.is_empty()).then(|| text.into()),
            Self::Number => number(problems, name, text).map(Value::from),
            Self::Amount => amount(problems, name, text, str::parse::<Micros>),
            Self::Limit => amount(problems, name, text, Micros::parse_limit),
            Self::Tick => Some(form.is_ticked(name).into()),
            Self::Boxes => {
                let ticked = form.all(name).filter(|value| !value.is_empty());
                Some(ticked.collect::<Vec<_>>().into())
            }
            Self::List => Some(json!(condition::values("", "", text))),
            Self::Lines => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                Some(lines.collect::<Vec<_>>().into())
            }
            Self::Numbers => {
                let words = text.split([',', '\n', ' ']).map(str::trim).filter(|word| !word.is_empty());
                Some(words.filter_map(|word| number(problems, name, word)).collect::<Vec<_>>().into())
            }
            Self::Moment => moment(problems, name, text, zone),
            Self::Values => {
                let beside = |other: &str| form.get(&name.replace(".values", other)).to_owned();
                Some(json!(condition::values(&beside(".field"), &beside(".op"), text)))
            }
            Self::Conditions => {
                let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
                // So many are not read one by one.
                check_condition_count(problems, name, lines.len());
                if lines.len() > MOST_CONDITIONS {
                    return None;
                }
                let conditions: Vec<Value> = lines.into_iter().map(condition::of_line).collect();
                for (place, condition) in conditions.iter().enumerate() {
                    unread(problems, &format!("{name}[{place}]"), condition);
                }
                Some(conditions.into())
            }
            Self::Destination => {
                let url = form.get(&format!("{name}_url"));
                Some(match text.strip_prefix(SMART_LINK_PREFIX) {
                    Some(id) => json!({ "smart_link": id }),
                    None if text == "url" || text.is_empty() => json!({ "url": url }),
                    None => json!({ "offer": text }),
                })
            }
        }
    }

    /// Adds the fields that show a value.
    pub(super) fn show(
        self,
        fields: &mut Vec<(String, String)>,
        name: &str,
        value: Option<&Value>,
        zone: Tz,
    ) {
        let Some(value) = value else { return };
        let mut add = |name: String, text: String| fields.push((name, text));
        match self {
            Self::Text | Self::Choice | Self::Number | Self::Amount | Self::Limit => {
                add(name.to_owned(), plain(value))
            }
            Self::Tick if value == true => add(name.to_owned(), "true".to_owned()),
            Self::Tick => {}
            Self::Boxes => texts(value).into_iter().for_each(|text| add(name.to_owned(), text)),
            Self::List => {
                let all = texts(value);
                let listed: Vec<&str> = all.iter().map(String::as_str).collect();
                add(name.to_owned(), condition::join("", "", &listed));
            }
            Self::Lines => add(name.to_owned(), texts(value).join("\n")),
            Self::Numbers => add(name.to_owned(), texts(value).join(", ")),
            Self::Moment => add(name.to_owned(), wall(&plain(value), zone)),
            Self::Values => {
                let all = texts(value);
                let listed: Vec<&str> = all.iter().map(String::as_str).collect();
                let beside = |other: &str| {
                    let other = name.replace(".values", other);
                    fields.iter().find(|(found, _)| *found == other).map_or("", |(_, text)| text)
                };
                let text = condition::join(beside(".field"), beside(".op"), &listed);
                fields.push((name.to_owned(), text));
            }
            Self::Conditions => {
                let lines = value.as_array().into_iter().flatten().map(condition::to_line);
                add(name.to_owned(), lines.collect::<Vec<_>>().join("\n"));
            }
            Self::Destination => match (value.get("offer"), value.get("smart_link"), value.get("url")) {
                (Some(offer), _, _) => add(name.to_owned(), plain(offer)),
                (None, Some(link), _) => add(name.to_owned(), format!("{SMART_LINK_PREFIX}{}", plain(link))),
                (None, None, url) => {
                    add(name.to_owned(), "url".to_owned());
                    add(format!("{name}_url"), url.map(plain).unwrap_or_default());
                }
            },
        }
    }
}

/// Adds what in a condition can't be read, so that several of a form are told at once.
fn unread(problems: &mut Problems, path: &str, condition: &Value) {
    let Some(fields) = condition.as_object() else { return };
    let Err(told) = document::<Condition>(fields.clone()) else { return };
    for FieldError { field, message } in told.0 {
        problems.push(format!("{path}.{field}"), message);
    }
}

fn number(problems: &mut Problems, name: &str, text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u32>().ok();
    let message = if is_whole {
        "is larger than any number here may be"
    } else {
        "must be a whole number of 0 or more"
    };
    problems.check(number.is_some(), name, message);
    number.map(u64::from)
}

fn amount(
    problems: &mut Problems,
    name: &str,
    text: &str,
    read: impl Fn(&str) -> Result<Micros, NotAnAmount>,
) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    if let Err(error) = read(text) {
        problems.push(name, error.to_string());
        return None;
    }
    Some(text.into())
}

fn moment(problems: &mut Problems, name: &str, text: &str, zone: Tz) -> Option<Value> {
    if text.is_empty() {
        return Some(Value::Null);
    }
    let moment = at_wall(text, zone);
    problems.check(moment.is_some(), name, "must be a date and time that the network's zone has");
    moment.map(|moment| moment.to_rfc3339_opts(SecondsFormat::Secs, true).into())
}

/// The moment that a field for date and time names by the clock of a zone; none where it names none.
#[must_use]
pub fn at_wall(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let wall = text.get(..16).and_then(|text| NaiveDateTime::parse_from_str(text, WALL).ok());
    Some(zone.from_local_datetime(&wall?).earliest()?.with_timezone(&Utc))
}

fn wall(moment: &str, zone: Tz) -> String {
    let moment = moment.parse::<DateTime<Utc>>();
    moment.map(|moment| Calendar::new(zone).local(moment).format(WALL).to_string()).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(plain).collect()
}
