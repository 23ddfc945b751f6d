//! The list of monitors, with what is known of their sites.

use super::words::{minutes, site};
use crate::web::{
    Access, Failure, format,
    icon::Icon,
    objects::list::Listed,
    parts::{Cell, Choice, Column},
    status::{status_cell, statuses},
};
use chrono::DateTime;
use domain::{
    links::Monitor,
    shared::{Calendar, MonitorId, Status},
};
use store::{
    links::site_states,
    shared::{Stored, now_millis},
};

impl Listed for Monitor {
    const TITLE: &'static str = "Monitors";
    const ONE: &'static str = "monitor";
    const ICON: Icon = Icon::Monitors;
    const MEANING: &'static str = "A monitor asks a web site every few minutes whether it is up. An offer that names one takes no click while the site is down.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Monitor").named("name"),
            Column::text("Site")
                .named("site")
                .hint("What the last checks say; what is not known counts as up"),
            Column::text("Since").named("since"),
            Column::text("Address").named("url"),
            Column::text("Checked every").named("every_minutes"),
            Column::text("State").named("status").hint("Only active monitors check"),
            Column::text("Last check").named("checked_at").extra(),
        ]
    }

    async fn cells(access: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let ids: Vec<MonitorId> = rows.iter().map(|row| MonitorId(row.id)).collect();
        let states = site_states(access.scope(), &ids).await?;
        let (now, calendar) = (now_millis(), Calendar::new(access.entrant().network.zone));
        let moment = |millis: i64| match millis {
            0 => Cell::Words("never".to_owned()),
            _ => {
                let at = DateTime::from_timestamp_millis(millis).unwrap_or_default();
                Cell::Moment(format::moment_html(at, calendar), None)
            }
        };
        let cells = |row: &Stored<Self>| {
            let Stored { id, body, .. } = row;
            let state = states.get(&MonitorId(*id)).copied().unwrap_or_default();
            let is_active = body.status == Status::Active;
            let (signal, words) = if is_active { site(&state, now) } else { site(&Default::default(), now) };
            vec![
                Cell::way(body.name.as_str(), format!("/monitors/{id}")),
                Cell::State(signal, words.to_owned()),
                if is_active && now <= state.valid_until {
                    moment(state.since)
                } else {
                    Cell::Words("–".to_owned())
                },
                Cell::LongCode(body.url.clone()),
                Cell::Words(minutes(body.every_minutes)),
                status_cell(body.status),
                moment(state.checked_at),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}
