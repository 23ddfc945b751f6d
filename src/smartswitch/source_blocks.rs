//! Source blocks in the API and in lists: what must hold beyond their documents, what is done with several.

use super::words::{in_a_line, variables};
use crate::web::{
    Access, Failure,
    filters::{Entry, Field, or_any},
    history::Viewed,
    icon::Icon,
    navigation,
    objects::{
        Compared, Object,
        bulk::{Act, Bulk},
        copies::{Copied, name_of_copy},
        list::Listed,
    },
    parts::{Cell, Choice, Column, Tab},
    signal::Signal,
    status::{STATUSES, status_cell, status_signal, statuses},
    traffic::Side,
    views::{SOURCE_BLOCK, Subject},
};
use domain::{
    identity::Section,
    shared::{Problems, Status},
    smartswitch::{SourceBlock, Variable},
};
use store::{
    offers::{Named, Names},
    shared::Stored,
};

/// The words of variables.
pub const VARIABLES: [&str; 6] = ["source_id", "sub1", "sub2", "sub3", "sub4", "sub5"];

impl Object for SourceBlock {
    type Input = Self;
    const SECTION: Section = Section::SmartSwitch;
    const SCHEMA: &'static str = "SourceBlock";
    const COLLECTION: &'static str = "/api/v1/source-blocks";
    const ID: &'static str = "source_block_id";
    const STATUS: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] = &[
        ("name", Compared::Text),
        ("status", Compared::Word(&STATUSES)),
        ("partner_id", Compared::Id),
        ("offer_id", Compared::Id),
        ("variable", Compared::Word(&VARIABLES)),
    ];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        let values = input.values.iter().map(|value| value.trim().to_owned()).collect();
        Self { values, ..input }
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }

    /// Who sees only some partners blocks only theirs.
    async fn check(&self, access: &Access, _: Option<i64>) -> Result<(), Failure> {
        if access.own().is_some() && self.partner_id.is_none() {
            return Err(Failure::field("partner_id", "must name one of your partners"));
        }
        Ok(())
    }
}

impl Viewed for SourceBlock {
    const SUBJECT: Subject = SOURCE_BLOCK;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("partner_id", "Partner"),
        ("offer_id", "Offer"),
        ("variable", "Variable"),
        ("operator", "Compared by"),
        ("values[]", "Value"),
        ("note", "Note"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Copied for SourceBlock {
    const WITH: &'static str = "its values";
    const BEFORE: &'static str = "Say whom it is about";

    fn copied(self) -> Self {
        Self { name: name_of_copy(&self.name), status: Status::Paused, ..self }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Bulk for SourceBlock {
    const TRAFFIC: Option<Side> = None;
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: true,
            what: "Clicks of the sources are refused with code 14 from the next click on.",
            done: |block| Self { status: Status::Active, ..block },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: false,
            what: "The sources are let through again.",
            done: |block| Self { status: Status::Paused, ..block },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists, and the sources are let through again. Activating one brings it back.",
            done: |block| Self { status: Status::Deleted, ..block },
        },
    ];
}

impl Listed for SourceBlock {
    const TITLE: &'static str = "Source blocks";
    const ONE: &'static str = "source block";
    const ICON: Icon = Icon::SourceBlocks;
    const MEANING: &'static str = "A source block refuses clicks of a partner's sources at an offer with code 14, until somebody lifts it.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn tabs(access: &Access, path: &str) -> Vec<Tab> {
        navigation::smart_switch_tabs(access, path)
    }

    async fn fields(_: &Access) -> Result<Vec<Field>, Failure> {
        Ok(vec![Field::new("Variable", "variable", Entry::Menu(or_any("any variable", variables())))])
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Source block").named("name"),
            Column::text("State").named("status").hint("Only active ones refuse"),
            Column::text("Partner").named("partner"),
            Column::text("Offer").named("offer"),
            Column::text("Sources").named("sources"),
            Column::number("Values").named("values"),
            Column::text("Note").named("note").extra(),
        ]
    }

    async fn cells(access: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let partners = rows.iter().filter_map(|row| Some((Named::Partner, row.body.partner_id?.0)));
        let offers = rows.iter().filter_map(|row| Some((Named::Offer, row.body.offer_id?.0)));
        let names = Names::read(access.scope(), partners.chain(offers)).await?;
        let cells = |row: &Stored<Self>| {
            let Stored { id, body, .. } = row;
            let partner = body.partner_id.map_or("every partner", |id| names.of(Named::Partner, id.0));
            let offer = body.offer_id.map_or("every offer", |id| names.of(Named::Offer, id.0));
            vec![
                Cell::way(body.name.as_str(), SOURCE_BLOCK.page(*id)),
                status_cell(body.status),
                Cell::Words(partner.to_owned()),
                Cell::Words(offer.to_owned()),
                Cell::Words(in_a_line(Variable::name(body.variable), body.operator, &body.values)),
                Cell::Number(body.values.len().to_string()),
                Cell::Words(body.note.clone()),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}
