//! Which sources SmartSwitch keeps out at this moment: what a click looks up. The look costs the same however many
//! sources are blocked, and allocates nothing (DOMAIN.md, section 8).

use super::{SwitchAction, Variable};
use crate::shared::{ActionableVariableId, OfferId, PartnerId, SmartSwitchRuleId};
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::hash::BuildHasher;

/// Where a source stands: at which offer, of which partner, by which variable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourcePlace {
    pub offer: OfferId,
    pub partner: PartnerId,
    pub variable: Variable,
}

/// What a source meets, and by which rule. Of several the least counts: block before fail traffic, the older rule
/// before the younger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Met {
    pub action: SwitchAction,
    pub rule_id: SmartSwitchRuleId,
    /// The variable whose value is the source.
    pub variable: Variable,
}

/// The sources of a network that clicks are kept from.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    sources: FxHashMap<(OfferId, PartnerId), Sources>,
    /// How many blocks stand on each value of a variable, whosever it is: most visitors bring none of them, which is
    /// found out once a visitor.
    values: FxHashMap<u64, u32>,
    /// Where each stands, by which it is found again when it is lifted.
    stand: FxHashMap<ActionableVariableId, (SourcePlace, u64)>,
}

/// A partner's sources at an offer, by the hash of variable and value.
type Sources = FxHashMap<u64, Entries>;
/// What stands on one hash: mostly one rule's block.
type Entries = SmallVec<[Entry; 1]>;

/// One block on a source.
#[derive(Clone, Debug)]
struct Entry {
    id: ActionableVariableId,
    value: Box<str>,
    met: Met,
}

/// The hashes of those of a visitor's values that are blocked somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Suspects([Option<u64>; Variable::ALL.len()]);

fn hash(variable: Variable, value: &str) -> u64 {
    FxBuildHasher.hash_one((variable, value))
}

impl Blocks {
    /// Which of a visitor's values are blocked at any offer; told once, however many offers are asked.
    #[must_use]
    pub fn suspects<'v>(&self, value: impl Fn(Variable) -> &'v str) -> Suspects {
        let suspect = |variable| {
            let hash = hash(variable, value(variable));
            self.values.contains_key(&hash).then_some(hash)
        };
        Suspects(Variable::ALL.map(suspect))
    }

    /// What a visitor meets whose value of each variable is told, and who is suspect among these; none where it is let
    /// through.
    #[must_use]
    pub fn met<'v>(
        &self,
        offer: OfferId,
        partner: PartnerId,
        suspects: impl FnOnce() -> Suspects,
        value: impl Fn(Variable) -> &'v str,
    ) -> Option<Met> {
        let sources = self.sources.get(&(offer, partner))?;
        let suspects = suspects();
        let entries = suspects.0.iter().flatten().filter_map(|hash| sources.get(hash)).flatten();
        let stands = entries.filter(|entry| *entry.value == *value(entry.met.variable));
        stands.map(|entry| entry.met).min()
    }

    /// Keeps the clicks of a source out from now on, as its variable's state says. What stood there by the same id
    /// is lifted.
    pub fn insert(
        &mut self,
        id: ActionableVariableId,
        place: SourcePlace,
        value: &str,
        (action, rule_id): (SwitchAction, SmartSwitchRuleId),
    ) {
        self.remove(id);
        let hash = hash(place.variable, value);
        let met = Met { action, rule_id, variable: place.variable };
        let sources = self.sources.entry((place.offer, place.partner)).or_default();
        sources.entry(hash).or_default().push(Entry { id, value: Box::from(value), met });
        *self.values.entry(hash).or_default() += 1;
        self.stand.insert(id, (place, hash));
    }

    /// Lets the clicks of a source through again, as far as this one is concerned.
    pub fn remove(&mut self, id: ActionableVariableId) {
        let Some((place, hash)) = self.stand.remove(&id) else { return };
        self.forget_value(hash);
        let at = (place.offer, place.partner);
        let Some(sources) = self.sources.get_mut(&at) else { return };
        if let Some(entries) = sources.get_mut(&hash) {
            entries.retain(|entry| entry.id != id);
            if entries.is_empty() {
                sources.remove(&hash);
            }
        }
        if sources.is_empty() {
            self.sources.remove(&at);
        }
    }

    fn forget_value(&mut self, hash: u64) {
        let Some(count) = self.values.get_mut(&hash) else { return };
        *count -= 1;
        if *count == 0 {
            self.values.remove(&hash);
        }
    }

    /// How many blocks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stand.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stand.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocks, Met, SourcePlace, SwitchAction, Variable};
    use crate::shared::{ActionableVariableId, OfferId, PartnerId, SmartSwitchRuleId};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const OFFER: OfferId = OfferId(1);
    const PARTNER: PartnerId = PartnerId(2);

    fn put(blocks: &mut Blocks, id: i64, variable: Variable, value: &str, action: SwitchAction, rule: i64) {
        let place = SourcePlace { offer: OFFER, partner: PARTNER, variable };
        blocks.insert(ActionableVariableId(id), place, value, (action, SmartSwitchRuleId(rule)));
    }

    /// What a click with these values of source_id and sub1 meets: the action and its rule.
    fn met(blocks: &Blocks, source_id: &'static str, sub1: &'static str) -> Option<(SwitchAction, i64)> {
        let value = |variable| match variable {
            Variable::SourceId => source_id,
            Variable::Sub1 => sub1,
            Variable::Sub2 | Variable::Sub3 | Variable::Sub4 | Variable::Sub5 => "",
        };
        blocks.met(OFFER, PARTNER, || blocks.suspects(value), value).map(|met| (met.action, met.rule_id.0))
    }

    #[test]
    fn a_value_is_blocked_exactly_as_it_is_written_for_its_partner_at_its_offer() {
        let mut blocks = Blocks::default();
        put(&mut blocks, 1, Variable::Sub1, "Bad", SwitchAction::Block, 3);
        assert_eq!(met(&blocks, "", "Bad"), Some((SwitchAction::Block, 3)));
        for (source_id, sub1) in [("", "bad"), ("", "Bad "), ("Bad", ""), ("", "")] {
            assert_eq!(met(&blocks, source_id, sub1), None, "{source_id} {sub1}");
        }
        let elsewhere = |offer, partner| blocks.met(offer, partner, || blocks.suspects(|_| "Bad"), |_| "Bad");
        assert_eq!((elsewhere(OfferId(9), PARTNER), elsewhere(OFFER, PartnerId(9))), (None, None));
    }

    #[test]
    fn an_empty_value_may_be_blocked_too() {
        let mut blocks = Blocks::default();
        put(&mut blocks, 1, Variable::SourceId, "", SwitchAction::Block, 3);
        assert_eq!(met(&blocks, "", "any"), Some((SwitchAction::Block, 3)));
        assert_eq!(met(&blocks, "named", "any"), None);
    }

    #[test]
    fn block_comes_before_fail_traffic_and_the_older_rule_on_a_tie() {
        let mut blocks = Blocks::default();
        put(&mut blocks, 1, Variable::Sub1, "x", SwitchAction::FailTraffic, 1);
        put(&mut blocks, 2, Variable::SourceId, "s", SwitchAction::Block, 7);
        put(&mut blocks, 3, Variable::Sub1, "x", SwitchAction::Block, 5);
        assert_eq!(met(&blocks, "s", "x"), Some((SwitchAction::Block, 5)));
        assert_eq!(met(&blocks, "s", ""), Some((SwitchAction::Block, 7)));
        blocks.remove(ActionableVariableId(3));
        assert_eq!(met(&blocks, "", "x"), Some((SwitchAction::FailTraffic, 1)), "the other one stands");
        blocks.remove(ActionableVariableId(1));
        blocks.remove(ActionableVariableId(2));
        assert_eq!(met(&blocks, "s", "x"), None);
        assert!(
            blocks.is_empty() && blocks.sources.is_empty() && blocks.values.is_empty(),
            "nothing is left behind"
        );
    }

    #[test]
    fn who_is_put_again_stands_only_where_it_was_put_last() {
        let mut blocks = Blocks::default();
        put(&mut blocks, 1, Variable::Sub1, "x", SwitchAction::Block, 1);
        put(&mut blocks, 1, Variable::Sub1, "y", SwitchAction::FailTraffic, 1);
        assert_eq!(met(&blocks, "", "x"), None);
        assert_eq!(met(&blocks, "", "y"), Some((SwitchAction::FailTraffic, 1)));
        assert_eq!(blocks.len(), 1);
    }

    /// A change: of which id, and where it stands from then on, or that it is lifted.
    type Step = (i64, Option<(i64, i64, usize, usize, bool, i64)>);

    const VALUES: [&str; 4] = ["", "a", "A", "b"];

    fn step() -> impl Strategy<Value = Step> {
        let block = (1..3_i64, 1..3_i64, 0..6_usize, 0..4_usize, any::<bool>(), 1..4_i64);
        (1..12_i64, proptest::option::weighted(0.7, block))
    }

    proptest! {
        #[test]
        fn a_look_finds_what_a_search_through_all_would(
            steps in proptest::collection::vec(step(), 0..60),
            asked in proptest::collection::vec(0..4_usize, 6),
        ) {
            let (mut blocks, mut model) = (Blocks::default(), BTreeMap::new());
            for (id, block) in steps {
                let id = ActionableVariableId(id);
                let Some((offer, partner, variable, value, fails, rule)) = block else {
                    blocks.remove(id);
                    model.remove(&id);
                    continue;
                };
                let action = if fails { SwitchAction::FailTraffic } else { SwitchAction::Block };
                let variable = Variable::ALL[variable];
                let place = SourcePlace { offer: OfferId(offer), partner: PartnerId(partner), variable };
                blocks.insert(id, place, VALUES[value], (action, SmartSwitchRuleId(rule)));
                model.insert(id, (place, VALUES[value], action, SmartSwitchRuleId(rule)));
            }
            prop_assert_eq!(blocks.len(), model.len());
            let value = |variable: Variable| VALUES[asked[variable.place()]];
            for (offer, partner) in [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)] {
                let (offer, partner) = (OfferId(offer), PartnerId(partner));
                let hits = model.values().filter(|(place, blocked, ..)| {
                    (place.offer, place.partner) == (offer, partner) && *blocked == value(place.variable)
                });
                let found = hits.map(|(place, _, action, rule)| {
                    Met { action: *action, rule_id: *rule, variable: place.variable }
                });
                let met = blocks.met(offer, partner, || blocks.suspects(value), value);
                prop_assert_eq!(met, found.min());
            }
        }
    }
}
