//! Which source block, traffic control or SmartSwitch rule refused a click, as its page and the API tell.

use crate::web::{Access, Failure, parts::Fact};
use chrono::{DateTime, Utc};
use domain::{
    identity::{Level, Section},
    shared::SmartSwitchRuleId,
    smartswitch::{SwitchAction, Variable},
    tracking::{Code, Control, Explained, Hop, NotedFacts, Plan, Visit},
};
use serde_json::{Value, json};
use store::offers::{Named, Names};

/// A stop of a visit and what refused it there.
pub struct Refusing {
    /// Which stop, from 0.
    stop: usize,
    by: By,
    /// Whether whoever asks may open all of them: else only the kind is told.
    is_named: bool,
}

/// What refuses.
enum By {
    Control(Control),
    Rule(Switched),
}

/// A source that SmartSwitch kept out.
struct Switched {
    rule: SmartSwitchRuleId,
    /// What the rule is called now; empty where that may not be seen.
    name: String,
    action: SwitchAction,
    variable: Variable,
    value: String,
}

/// Whether somebody may know which rules refuse clicks: rules are about the sources of all partners.
#[must_use]
pub fn sees_rules(access: &Access) -> bool {
    access.may(Section::SmartSwitch, Level::Read) && !access.scope().is_limited()
}

/// What refused a visitor at each stop that has code 14, 24 or 28.
///
/// # Errors
/// What the database said of the names of rules.
pub async fn refusing(
    access: &Access,
    plan: &Plan,
    (explained, noted): (&Explained, &NotedFacts),
    visit: &Visit<'_>,
    at: DateTime<Utc>,
) -> Result<Vec<Refusing>, Failure> {
    let is_named = sees_rules(access);
    let hops = &explained.decision.hops;
    let rules = hops.iter().filter_map(|hop| hop.smart_switch_rule);
    let names = Names::read(access.scope(), rules.map(|rule| (Named::SmartSwitchRule, rule.0))).await?;
    let by = |hop: &Hop| {
        if hop.smart_switch_rule.is_some() {
            return switched(&names, hop, noted, visit).map(By::Rule);
        }
        let is_controlled =
            hop.code.is_some_and(|code| matches!(code, Code::SourceBlock | Code::TrafficControl));
        let control = || plan.control_of(hop.partner?, hop.offer?, visit, at).map(By::Control);
        if is_controlled { control() } else { None }
    };
    let found = hops.iter().enumerate();
    Ok(found.filter_map(|(stop, hop)| Some(Refusing { stop, is_named, by: by(hop)? })).collect())
}

fn switched(names: &Names, hop: &Hop, noted: &NotedFacts, visit: &Visit<'_>) -> Option<Switched> {
    let met = noted.met.iter().find(|noted| Some(noted.offer_id) == hop.offer)?.met;
    Some(Switched {
        rule: met.rule_id,
        name: names.of(Named::SmartSwitchRule, met.rule_id.0).to_owned(),
        action: met.action,
        variable: met.variable,
        value: visit.source(met.variable).to_owned(),
    })
}

impl Refusing {
    /// As the click's page tells it.
    pub fn fact(&self) -> Fact {
        let label = match self.stop {
            0 => "Refused by".to_owned(),
            stop => format!("Refused at stop {} by", stop + 1),
        };
        let by = match &self.by {
            By::Control(Control::Black(..)) if !self.is_named => "a traffic control".to_owned(),
            By::Control(Control::Source(..)) if !self.is_named => "a source block".to_owned(),
            By::Control(Control::Black(_, name)) => format!("traffic control {name}"),
            By::Control(Control::White(field)) => {
                format!("the white lists on {field}: the visitor is on none")
            }
            By::Control(Control::Source(_, name)) => format!("source block {name}"),
            By::Rule(switched) => switched.words(self.is_named),
        };
        Fact::new(label, by)
    }

    /// As the API tells it.
    pub fn json(&self) -> Value {
        let stop = self.stop;
        match &self.by {
            By::Control(Control::Black(..)) if !self.is_named => {
                json!({ "stop": stop, "kind": "black_list" })
            }
            By::Control(Control::Source(..)) if !self.is_named => {
                json!({ "stop": stop, "kind": "source_block" })
            }
            By::Control(Control::Black(id, name)) => {
                json!({ "stop": stop, "kind": "black_list", "id": id, "name": name })
            }
            By::Control(Control::White(field)) => {
                json!({ "stop": stop, "kind": "white_list", "field": field })
            }
            By::Control(Control::Source(id, name)) => {
                json!({ "stop": stop, "kind": "source_block", "id": id, "name": name })
            }
            By::Rule(Switched { rule, name, action, variable, value }) => {
                let mut told = json!({
                    "stop": stop, "kind": "smart_switch", "action": action, "variable": variable, "value": value,
                });
                if self.is_named {
                    told["id"] = json!(rule);
                    told["name"] = json!(name);
                }
                told
            }
        }
    }
}

impl Switched {
    fn words(&self, is_named: bool) -> String {
        let Self { rule, name, action, variable, value } = self;
        let by = match (is_named, name.as_str()) {
            (false, _) => "SmartSwitch".to_owned(),
            (true, "") => format!("SmartSwitch rule {rule}"),
            (true, name) => format!("SmartSwitch rule {name}"),
        };
        let does = match action {
            SwitchAction::Block => "blocks",
            SwitchAction::FailTraffic => "sends to fail traffic",
            SwitchAction::Notify => "tells of",
        };
        let value = if value.is_empty() { "without a value" } else { value };
        format!("{by}, which {does} {} {value}", variable.name())
    }
}
