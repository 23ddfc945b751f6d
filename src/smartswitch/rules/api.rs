//! Rules in the API: how one is shown and written, what its history calls its fields, what is done with several.

use crate::{
    smartswitch::source_blocks::VARIABLES,
    web::{
        history::Viewed,
        objects::{
            Compared, Object,
            bulk::{Act, Bulk},
            copies::{Copied, name_of_copy},
        },
        signal::Signal,
        status::{STATUSES, status_signal},
        traffic::Side,
        views::{SMART_SWITCH_RULE, Subject},
    },
};
use domain::{
    identity::Section,
    shared::{Problems, Status},
    smartswitch::{SmartSwitchRule, SwitchAction},
};

/// The words of actions.
pub const ACTIONS: [&str; 3] =
    [SwitchAction::Block.name(), SwitchAction::FailTraffic.name(), SwitchAction::Notify.name()];

impl Object for SmartSwitchRule {
    type Input = Self;
    const SECTION: Section = Section::SmartSwitch;
    const SCHEMA: &'static str = "SmartSwitchRule";
    const COLLECTION: &'static str = "/api/v1/smart-switch/rules";
    const ID: &'static str = "smart_switch_rule_id";
    const MONEY: bool = true;
    const STATUS: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] = &[
        ("name", Compared::Text),
        ("status", Compared::Word(&STATUSES)),
        ("variable", Compared::Word(&VARIABLES)),
        ("action", Compared::Word(&ACTIONS)),
    ];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        input
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }
}

impl Viewed for SmartSwitchRule {
    const SUBJECT: Subject = SMART_SWITCH_RULE;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("start_date", "Start date"),
        ("end_date", "End date"),
        ("notify_employees", "Enable Notifications"),
        ("notify_partners", "Notify Partners"),
        ("entity_type", "Targeted Entity Type"),
        ("offer_ids", "Offers"),
        ("advertiser_ids", "Advertisers"),
        ("variable", "Variable"),
        ("action", "Action"),
        ("run_every_hours", "Run Frequency in hours"),
        ("lookback_hours", "Data Lookback Window in hours"),
        ("action_delay_minutes", "Action Delay in minutes"),
        ("thresholds[].data_point", "Activation threshold"),
        ("thresholds[].bound", "Threshold's side"),
        ("thresholds[].value", "Threshold's value"),
        ("kpis[].event", "KPI's events"),
        ("kpis[].event_name", "KPI's event"),
        ("kpis[].metric", "KPI's metric"),
        ("kpis[].operator", "KPI's operator"),
        ("kpis[].value", "KPI's value"),
        ("kpis[].to", "KPI's range to"),
        ("kpis[].only_when_sure", "KPI only when we are sure"),
        ("advanced_kpis[].event", "Advanced KPI's events"),
        ("advanced_kpis[].event_name", "Advanced KPI's event"),
        ("advanced_kpis[].metric", "Advanced KPI's metric"),
        ("advanced_kpis[].operator", "Advanced KPI's operator"),
        ("advanced_kpis[].value", "Advanced KPI's value"),
        ("advanced_kpis[].to", "Advanced KPI's range to"),
        ("advanced_kpis[].only_when_sure", "Advanced KPI only when we are sure"),
        ("exclusions[].partner_id", "Excluded partner"),
        ("exclusions[].value", "Excluded value"),
        ("block_hours", "Block lasts, in hours"),
        ("judge_empty", "Empty values are judged"),
        ("recover", "What has recovered is left alone"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Copied for SmartSwitchRule {
    const WITH: &'static str = "its thresholds, KPIs and exclusions";
    const BEFORE: &'static str = "Say what it is about";

    fn copied(self) -> Self {
        Self { name: name_of_copy(&self.name), status: Status::Paused, ..self }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Bulk for SmartSwitchRule {
    const TRAFFIC: Option<Side> = None;
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: true,
            what: "From the next run on, sources that breach are told of and acted on.",
            done: |rule| Self { status: Status::Active, ..rule },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: false,
            what: "No more runs, and what is pending is cancelled. Sources that are blocked stay blocked.",
            done: |rule| Self { status: Status::Paused, ..rule },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists and run no more, and what is pending is cancelled. Sources that are blocked stay blocked. Activating one brings it back.",
            done: |rule| Self { status: Status::Deleted, ..rule },
        },
    ];
}
