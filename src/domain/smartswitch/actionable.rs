//! The life of an actionable variable: a source that a rule has found, from the notice to its end (DOMAIN.md,
//! section 8).

use super::{Judgement, SmartSwitchRule, SwitchAction};
use serde::{Deserialize, Serialize};

/// Where an actionable variable stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionableState {
    /// Told of, in its delay.
    Pending,
    /// Its clicks see a blank page.
    Blocked,
    /// Its clicks go to the offer's fail traffic.
    Failing,
    /// Told of, and nothing else.
    Notified,
    /// It breached no longer when its delay ended, or when a rule that only tells looked again.
    Recovered,
    /// This rule never acts on it again.
    Whitelisted,
    /// Lifted by hand or with its rule; it may be flagged again.
    Deleted,
    /// Its block has ended by time.
    Expired,
}

impl ActionableState {
    /// All, in the order of a menu.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Blocked,
        Self::Failing,
        Self::Notified,
        Self::Recovered,
        Self::Whitelisted,
        Self::Deleted,
        Self::Expired,
    ];

    /// The word in JSON, in forms and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Blocked => "blocked",
            Self::Failing => "failing",
            Self::Notified => "notified",
            Self::Recovered => "recovered",
            Self::Whitelisted => "whitelisted",
            Self::Deleted => "deleted",
            Self::Expired => "expired",
        }
    }

    /// Whether the source is the rule's already, so that a run that hits it says nothing new.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Blocked | Self::Failing | Self::Notified | Self::Whitelisted => true,
            Self::Recovered | Self::Deleted | Self::Expired => false,
        }
    }

    /// What its clicks meet; none where they are let through.
    #[must_use]
    pub const fn met(self) -> Option<SwitchAction> {
        match self {
            Self::Blocked => Some(SwitchAction::Block),
            Self::Failing => Some(SwitchAction::FailTraffic),
            Self::Pending
            | Self::Notified
            | Self::Recovered
            | Self::Whitelisted
            | Self::Deleted
            | Self::Expired => None,
        }
    }

    /// The state that an act by hand leads to; none where it is not for this state.
    #[must_use]
    pub const fn after(self, act: ActionableAct, action: SwitchAction) -> Option<Self> {
        match (act, self) {
            (ActionableAct::Block, Self::Pending | Self::Notified) => Some(match action {
                SwitchAction::FailTraffic => Self::Failing,
                SwitchAction::Block | SwitchAction::Notify => Self::Blocked,
            }),
            (
                ActionableAct::Delete,
                Self::Pending | Self::Blocked | Self::Failing | Self::Notified | Self::Whitelisted,
            ) => Some(Self::Deleted),
            (
                ActionableAct::Whitelist,
                Self::Pending
                | Self::Blocked
                | Self::Failing
                | Self::Notified
                | Self::Recovered
                | Self::Deleted
                | Self::Expired,
            ) => Some(Self::Whitelisted),
            (ActionableAct::Block | ActionableAct::Delete | ActionableAct::Whitelist, _) => None,
        }
    }
}

/// What people do with actionable variables (seed 003, "Apply to Selected").
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionableAct {
    /// At once, without waiting for the delay to end.
    Block,
    /// Lifts it; a later run may find it again.
    Delete,
    /// Lifts it for good, as far as this rule goes.
    Whitelist,
}

impl ActionableAct {
    /// All.
    pub const ALL: [Self; 3] = [Self::Block, Self::Delete, Self::Whitelist];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Delete => "delete",
            Self::Whitelist => "whitelist",
        }
    }
}

impl SmartSwitchRule {
    /// The state that a source gets which a run has found. A rule that only tells has told with that, and has no
    /// delay; one without a delay acts at once.
    #[must_use]
    pub fn after_hit(&self) -> ActionableState {
        let is_at_once = self.action == SwitchAction::Notify || self.action_delay_minutes.minutes() == 0;
        if is_at_once { self.acted() } else { ActionableState::Pending }
    }

    /// Whether a source that was told of breaches no longer when a run looks at it again. That it brings less does
    /// not help it: only its KPIs do.
    #[must_use]
    pub fn is_calm(&self, judgement: &Judgement) -> bool {
        self.recover && !judgement.is_breached()
    }

    /// What becomes of a pending source when its delay ends, judged over the time from the start of the window in
    /// which it was hit: so that pausing it does not help. Only a KPI that is breached no longer recovers it.
    #[must_use]
    pub fn after_delay(&self, judgement: &Judgement) -> ActionableState {
        if self.is_calm(judgement) {
            return ActionableState::Recovered;
        }
        self.acted()
    }

    /// The state of a source that the rule has acted on.
    fn acted(&self) -> ActionableState {
        match self.action {
            SwitchAction::Block => ActionableState::Blocked,
            SwitchAction::FailTraffic => ActionableState::Failing,
            SwitchAction::Notify => ActionableState::Notified,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ActionableAct, ActionableState, SwitchAction};

    #[test]
    fn acts_by_hand_lead_where_they_say_and_nowhere_else() {
        use ActionableState::{
            Blocked, Deleted, Expired, Failing, Notified, Pending, Recovered, Whitelisted,
        };
        for (state, block, delete, whitelist) in [
            (Pending, Some(Blocked), Some(Deleted), Some(Whitelisted)),
            (Blocked, None, Some(Deleted), Some(Whitelisted)),
            (Failing, None, Some(Deleted), Some(Whitelisted)),
            (Notified, Some(Blocked), Some(Deleted), Some(Whitelisted)),
            (Recovered, None, None, Some(Whitelisted)),
            (Whitelisted, None, Some(Deleted), None),
            (Deleted, None, None, Some(Whitelisted)),
            (Expired, None, None, Some(Whitelisted)),
        ] {
            let after = |act| state.after(act, SwitchAction::Block);
            assert_eq!(ActionableAct::ALL.map(after), [block, delete, whitelist], "{state:?}");
        }
        assert_eq!(Pending.after(ActionableAct::Block, SwitchAction::FailTraffic), Some(Failing));
        assert_eq!(Notified.after(ActionableAct::Block, SwitchAction::Notify), Some(Blocked));
    }

    #[test]
    fn only_what_is_blocked_or_fails_meets_clicks_and_all_that_does_is_open() {
        for state in ActionableState::ALL {
            assert!(state.met().is_none() || state.is_open(), "{state:?}");
        }
        assert_eq!(ActionableState::Blocked.met(), Some(SwitchAction::Block));
        assert_eq!(ActionableState::Failing.met(), Some(SwitchAction::FailTraffic));
    }
}
