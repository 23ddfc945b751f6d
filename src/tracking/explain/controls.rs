//! Which source block or traffic control refused a click, as its page and the API tell.

use crate::web::{Access, parts::Fact};
use chrono::{DateTime, Utc};
use domain::{
    identity::{Level, Section},
    tracking::{Code, Control, Explained, Plan, Visit},
};
use serde_json::{Value, json};

/// A stop of a visit and what refused it there.
pub struct Refusing {
    /// Which stop, from 0.
    stop: usize,
    control: Control,
    /// Whether whoever asks may open all of them: else only the kind is told.
    is_named: bool,
}

/// What refused a visitor at each stop that has code 14 or 24.
pub fn refusing(
    access: &Access,
    plan: &Plan,
    explained: &Explained,
    visit: &Visit<'_>,
    at: DateTime<Utc>,
) -> Vec<Refusing> {
    let is_named = access.may(Section::SmartSwitch, Level::Read) && !access.scope().is_limited();
    let hops = explained.decision.hops.iter().enumerate();
    let refused = hops.filter(|(_, hop)| {
        hop.code.is_some_and(|code| matches!(code, Code::SourceBlock | Code::TrafficControl))
    });
    let found = refused.filter_map(|(stop, hop)| {
        Some(Refusing { stop, is_named, control: plan.control_of(hop.partner?, hop.offer?, visit, at)? })
    });
    found.collect()
}

impl Refusing {
    /// As the click's page tells it.
    pub fn fact(&self) -> Fact {
        let label = match self.stop {
            0 => "Refused by".to_owned(),
            stop => format!("Refused at stop {} by", stop + 1),
        };
        let by = match &self.control {
            Control::Black(..) if !self.is_named => "a traffic control".to_owned(),
            Control::Source(..) if !self.is_named => "a source block".to_owned(),
            Control::Black(_, name) => format!("traffic control {name}"),
            Control::White(field) => format!("the white lists on {field}: the visitor is on none"),
            Control::Source(_, name) => format!("source block {name}"),
        };
        Fact::new(label, by)
    }

    /// As the API tells it.
    pub fn json(&self) -> Value {
        match &self.control {
            Control::Black(..) if !self.is_named => json!({ "stop": self.stop, "kind": "black_list" }),
            Control::Source(..) if !self.is_named => json!({ "stop": self.stop, "kind": "source_block" }),
            Control::Black(id, name) => {
                json!({ "stop": self.stop, "kind": "black_list", "id": id, "name": name })
            }
            Control::White(field) => json!({ "stop": self.stop, "kind": "white_list", "field": field }),
            Control::Source(id, name) => {
                json!({ "stop": self.stop, "kind": "source_block", "id": id, "name": name })
            }
        }
    }
}
