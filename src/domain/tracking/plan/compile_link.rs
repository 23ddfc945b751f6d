//! Smart Links and partners' rules on them, compiled.

use super::super::matching::{Branches, Targeting};
use super::{CompiledSmartLink, Flaw, FlawedObject, Plan, SmartLinkIndex, Target, compiled_link::Narrowed};
use crate::{
    links::{Mechanism, PartnerRules, SmartLink, kpi::LearntWeights},
    shared::{Condition, SmartLinkId, Status},
};

impl Plan {
    pub(super) fn add_smart_link(
        &mut self,
        (id, code, document): (SmartLinkId, String, SmartLink),
        learnt: Option<&LearntWeights>,
        flaws: &mut Vec<Flaw>,
    ) {
        let index = SmartLinkIndex(self.smart_links.len() as u32);
        self.targets.insert(code.into(), Target::SmartLink(index));
        let note = |field: String, message: &str| Flaw {
            object: FlawedObject::SmartLink(id),
            field,
            message: message.to_owned(),
        };
        let mut offers = Vec::with_capacity(document.rows.len());
        let mut targetings = Vec::with_capacity(document.rows.len());
        for (place, row) in document.rows.iter().enumerate() {
            let offer = self.offer_index(row.offer_id);
            if let Some(message) = self.row_flaw(offer, row) {
                flaws.push(note(format!("rows[{place}]"), &message));
            }
            let (targeting, troubles) = Targeting::compile(&row.targeting);
            let path = format!("rows[{place}].targeting");
            flaws.extend(troubles.into_iter().map(|(at, message)| {
                note(at.map_or_else(|| path.clone(), |at| format!("{path}[{at}]")), &message)
            }));
            offers.push(offer);
            targetings.push(targeting);
        }
        flaws.extend(self.link_flaws(&document).into_iter().map(|(field, message)| note(field, &message)));
        let catch_all = document.catch_all_id.and_then(|offer| self.offer_index(offer));
        if document.status == Status::Active && offers.is_empty() && catch_all.is_none() {
            flaws.push(note("rows".to_owned(), "has no offer, so it takes no visitor; add a row"));
        }
        let weights = match document.mechanism {
            Mechanism::Priority | Mechanism::Weight => document.rows.iter().map(|row| row.weight).collect(),
            Mechanism::Kpi => LearntWeights::of(learnt, &document),
        };
        self.smart_links.push(CompiledSmartLink {
            id,
            weights,
            document,
            offers,
            branches: Branches::compile(targetings),
            catch_all,
            narrowed: Default::default(),
            wants_cookie: false,
        });
    }

    /// Rules for a row that is there no more do nothing.
    pub(super) fn add_partner_rules(&mut self, rules: &PartnerRules, flaws: &mut Vec<Flaw>) {
        let Some(index) = self.smart_link_index(rules.smart_link_id) else { return };
        let Some(link) = self.smart_links.get_mut(index.0 as usize) else { return };
        if !link.document.partner_rules {
            return;
        }
        let rule = |row: usize| rules.rows.iter().find(|rule| rule.row_id == link.document.rows[row].id);
        let places = 0..link.document.rows.len();
        let object = FlawedObject::PartnerRules(rules.partner_id, rules.smart_link_id);
        let mut compile = |conditions: &[Condition]| {
            let (targeting, troubles) = Targeting::compile(conditions);
            let field = "rows".to_owned();
            flaws.extend(troubles.into_iter().map(|(_, message)| Flaw {
                object,
                field: field.clone(),
                message,
            }));
            targeting
        };
        let narrowed = Narrowed {
            left_out: places.clone().map(|row| rule(row).is_some_and(|rule| rule.left_out)).collect(),
            branches: Branches::compile(
                places.map(|row| compile(rule(row).map_or(&[], |rule| &rule.targeting))).collect(),
            ),
        };
        link.narrowed.insert(rules.partner_id, narrowed);
    }
}
