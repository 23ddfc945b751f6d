//! Which source block or traffic control refused a click, as its page and the API tell.

use crate::web::parts::Fact;
use chrono::{DateTime, Utc};
use domain::tracking::{Code, Control, Explained, Plan, Visit};
use serde_json::{Value, json};

/// A stop of a visit and what refused it there.
pub struct Refusing {
    /// Which stop, from 0.
    stop: usize,
    control: Control,
}

/// What refused a visitor at each stop that has code 14 or 24.
pub fn refusing(plan: &Plan, explained: &Explained, visit: &Visit<'_>, at: DateTime<Utc>) -> Vec<Refusing> {
    let hops = explained.decision.hops.iter().enumerate();
    let refused = hops.filter(|(_, hop)| {
        hop.code.is_some_and(|code| matches!(code, Code::SourceBlock | Code::TrafficControl))
    });
    let found = refused.filter_map(|(stop, hop)| {
        Some(Refusing { stop, control: plan.control_of(hop.partner?, hop.offer?, visit, at)? })
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
            Control::Black(_, name) => format!("traffic control {name}"),
            Control::White(field) => format!("the white lists on {field}: the visitor is on none"),
            Control::Source(_, name) => format!("source block {name}"),
        };
        Fact::new(label, by)
    }

    /// As the API tells it.
    pub fn json(&self) -> Value {
        match &self.control {
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
