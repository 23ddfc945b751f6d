//! Source blocks and traffic controls as they stand in the plan: lists merged by what they ask, so that whole values
//! are looked up once a field however many lists there are; parts of values are looked for one by one (DOMAIN.md,
//! sections 2 and 4; codes 14 and 24).

use super::super::{
    Visit,
    matching::{Signals, Targeting},
};
use super::{Flaw, FlawedObject, Plan};
use crate::{
    shared::{Condition, Field, OfferId, PartnerId, SourceBlockId, Status, TrafficControlId},
    smartswitch::{ListKind, SourceBlock, TrafficControl},
};
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

/// Whom a block is about: every partner, or every offer, where it is none.
type About = (Option<PartnerId>, Option<OfferId>);

/// Who is refused whatever the offer says.
#[derive(Debug, Default)]
pub(in super::super) struct Controls {
    /// Black lists by field: any refuses.
    black: Vec<Targeting>,
    /// White lists by field: each has to let in.
    white: Vec<Targeting>,
    /// Sources by whom they are about: any refuses.
    blocks: FxHashMap<About, Vec<Targeting>>,
    /// Those in force, by which it is told what refused a click.
    source_blocks: Vec<(SourceBlockId, SourceBlock)>,
    traffic_controls: Vec<(TrafficControlId, TrafficControl)>,
}

/// What refuses a visitor, with its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Control {
    /// The visitor is on this black list.
    Black(TrafficControlId, String),
    /// The visitor is on none of the white lists of this field.
    White(Field),
    /// The source is blocked.
    Source(SourceBlockId, String),
}

/// Conditions by field, each with whose it is: within a field any value matches.
type Merged = Vec<(Field, Vec<(FlawedObject, Condition)>)>;

impl Controls {
    /// Compiles those that are active; those that can't work are told.
    pub(super) fn compile(
        source_blocks: Vec<(SourceBlockId, SourceBlock)>,
        traffic_controls: Vec<(TrafficControlId, TrafficControl)>,
        flaws: &mut Vec<Flaw>,
    ) -> Self {
        let source_blocks: Vec<_> =
            source_blocks.into_iter().filter(|(_, block)| block.status == Status::Active).collect();
        let traffic_controls: Vec<_> =
            traffic_controls.into_iter().filter(|(_, control)| control.status == Status::Active).collect();
        let (mut black, mut white) = (Merged::new(), Merged::new());
        for (id, control) in &traffic_controls {
            let to = match control.list {
                ListKind::Black => &mut black,
                ListKind::White => &mut white,
            };
            merge(to, FlawedObject::TrafficControl(*id), control.condition());
        }
        let mut blocks: FxHashMap<About, Merged> = FxHashMap::default();
        for (id, block) in &source_blocks {
            let to = blocks.entry((block.partner_id, block.offer_id)).or_default();
            merge(to, FlawedObject::SourceBlock(*id), block.condition());
        }
        Self {
            black: targetings(black, flaws),
            white: targetings(white, flaws),
            blocks: blocks.into_iter().map(|(about, merged)| (about, targetings(merged, flaws))).collect(),
            source_blocks,
            traffic_controls,
        }
    }

    /// Whether a traffic control refuses the visitor; asked once a visitor.
    pub(in super::super) fn refuse(&self, signals: &Signals<'_>) -> bool {
        if self.black.is_empty() && self.white.is_empty() {
            return false;
        }
        *signals.is_refused.get_or_init(|| {
            self.black.iter().any(|list| list.check(signals).is_ok())
                || self.white.iter().any(|list| list.check(signals).is_err())
        })
    }

    /// Whether the visitor's source is blocked for a partner at an offer.
    pub(in super::super) fn block(&self, partner: PartnerId, offer: OfferId, signals: &Signals<'_>) -> bool {
        if self.blocks.is_empty() {
            return false;
        }
        [(Some(partner), Some(offer)), (Some(partner), None), (None, Some(offer)), (None, None)]
            .iter()
            .filter_map(|about| self.blocks.get(about))
            .flatten()
            .any(|sources| sources.check(signals).is_ok())
    }
}

impl Plan {
    /// The first control that refuses a visitor of a partner at an offer; none where none does.
    #[must_use]
    pub fn control_of(
        &self,
        partner: PartnerId,
        offer: OfferId,
        visit: &Visit<'_>,
        now: DateTime<Utc>,
    ) -> Option<Control> {
        let signals = Signals::new(visit, now);
        let fulfils = |condition: Condition| Targeting::compile(&[condition]).0.check(&signals).is_ok();
        let controls = &self.controls;
        let of_kind =
            |kind: ListKind| controls.traffic_controls.iter().filter(move |(_, one)| one.list == kind);
        let on_black = of_kind(ListKind::Black).find(|(_, control)| fulfils(control.condition()));
        if let Some((id, control)) = on_black {
            return Some(Control::Black(*id, control.name.clone()));
        }
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (_, control) in of_kind(ListKind::White) {
            // One list of a field is enough.
            if !on.contains(&control.field) {
                let place = if fulfils(control.condition()) { &mut on } else { &mut off };
                place.push(control.field);
            }
        }
        if let Some(field) = off.into_iter().find(|field| !on.contains(field)) {
            return Some(Control::White(field));
        }
        let mut blocks = controls.source_blocks.iter();
        let found = blocks.find(|(_, block)| block.is_about(partner, offer) && fulfils(block.condition()));
        found.map(|(id, block)| Control::Source(*id, block.name.clone()))
    }
}

fn merge(merged: &mut Merged, object: FlawedObject, condition: Condition) {
    match merged.iter_mut().find(|(field, _)| *field == condition.field) {
        Some((_, conditions)) => conditions.push((object, condition)),
        None => merged.push((condition.field, vec![(object, condition)])),
    }
}

fn targetings(merged: Merged, flaws: &mut Vec<Flaw>) -> Vec<Targeting> {
    let targeting = |(_, conditions): (Field, Vec<(FlawedObject, Condition)>)| {
        let (objects, conditions): (Vec<_>, Vec<_>) = conditions.into_iter().unzip();
        let (targeting, troubles) = Targeting::compile(&conditions);
        // That nobody is let in follows from what is said of the values.
        let of_values = troubles.into_iter().filter_map(|(place, message)| Some((objects[place?], message)));
        flaws.extend(of_values.map(|(object, message)| Flaw { object, field: "values".to_owned(), message }));
        targeting
    };
    merged.into_iter().map(targeting).collect()
}
