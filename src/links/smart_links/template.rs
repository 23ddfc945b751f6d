//! The example of the field as the start of a new Smart Link: one offer for each operating system, three
//! creatives each, shared by weight (seed 000, "OS-Based Offer Routing").

use crate::web::{Form, objects::pages::Paged};
use domain::links::SmartLink;

/// What names it in the address of the form.
pub const NAME: &str = "systems";
/// Creatives of each system.
const CREATIVES: usize = 3;
/// Each system's targeting, a condition a line.
const SYSTEMS: [&str; 3] = ["os is ios", "os is android", "device is desktop"];

/// The form that holds it; its offers and landing pages are still to be chosen.
#[must_use]
pub fn form() -> Form {
    let usual =
        <SmartLink as Paged>::USUAL.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut fields: Vec<_> = usual.collect();
    fields.push(("mechanism".to_owned(), "weight".to_owned()));
    for (place, system) in SYSTEMS.iter().flat_map(|system| [system; CREATIVES]).enumerate() {
        fields.push((format!("rows[{place}].targeting"), (*system).to_owned()));
        fields.push((format!("rows[{place}].weight"), "1".to_owned()));
    }
    Form::of(fields)
}
