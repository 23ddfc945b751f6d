//! What needs somebody, each with its one act; only what the role may see.

use crate::web::{
    Access, Failure, format,
    format::Grain,
    parts::{Link, Task},
    plan_view,
    signal::Signal,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    conversions::ConversionCode,
    identity::{Level, Section},
    offers::{CapPeriod, Outlook, outlook},
    shared::{Calendar, Currency},
};
use store::{
    offers::{Named, Names},
    reports::{Filling, Needs, PendingSources, RefusedCalls, needs},
};

/// The tasks, the most urgent first.
///
/// # Errors
/// What the database said.
pub(super) async fn tasks(access: &Access, now: DateTime<Utc>) -> Result<Vec<Task>, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let since = (now - Duration::hours(1)).timestamp_millis();
    let needs = needs(access.scope(), calendar.hour(now), since).await?;
    let names = Names::read(access.scope(), named(&needs)).await?;
    let teller = Teller { names, calendar, now, currency: access.entrant().network.currency };
    let may = |section| access.may(section, Level::Read);
    let mut tasks = Vec::new();
    if may(Section::SmartSwitch) {
        tasks.extend(needs.sources.as_ref().map(|sources| teller.sources(sources)));
    }
    if may(Section::Offers) {
        tasks.extend(needs.caps.iter().map(|filling| teller.cap(filling)));
    }
    if may(Section::Conversions) {
        tasks.extend(needs.refused.iter().map(|calls| teller.refused(calls)));
    }
    if may(Section::Partners) && needs.applications > 0 {
        tasks.push(teller.applications(&needs));
    }
    if may(Section::Conversions) && needs.pending > 0 {
        tasks.push(Task {
            signal: Signal::Warn,
            title: format!("{} to approve", format::counted(needs.pending, "conversion")),
            text: "pending, of the last 30 days".to_owned(),
            act: Link::new(
                "Review",
                format!("/conversions?status=pending&event=base&from={}", needs.pending_from.date()),
            ),
        });
    }
    Ok(tasks)
}

fn named(needs: &Needs) -> Vec<(Named, i64)> {
    let caps = needs.caps.iter().flat_map(|filling| {
        let partner = filling.partner.map_or(0, |partner| partner.0);
        [(Named::Offer, filling.offer.0), (Named::Partner, partner)]
    });
    let refused = needs.refused.iter().map(|calls| (Named::Advertiser, calls.advertiser_id));
    let partners = needs.applicants.iter().map(|id| (Named::Partner, *id));
    caps.chain(refused).chain(partners).collect()
}

struct Teller {
    names: Names,
    calendar: Calendar,
    now: DateTime<Utc>,
    currency: Currency,
}

impl Teller {
    fn sources(&self, sources: &PendingSources) -> Task {
        let at = DateTime::from_timestamp_millis(sources.due_at).unwrap_or_default();
        let act =
            if sources.blocked == sources.count { "blocked" } else { "blocked or sent to fail traffic" };
        let which = if sources.count == 1 { "" } else { "the first " };
        let is_today = self.calendar.day(at) == self.calendar.day(self.now);
        let shape = if is_today { "%H:%M" } else { "%-d %b %H:%M" };
        let until = format::until(at, self.now, Grain::Coarse);
        Task {
            signal: Signal::Warn,
            title: format!("{} will be {act}", format::counted(sources.count, "source")),
            text: format!("{which}{until}, at {}", self.calendar.local(at).format(shape)),
            act: Link::new("Look", "/smart-switch/variables?status=pending"),
        }
    }

    fn cap(&self, filling: &Filling) -> Task {
        let offer = self.names.of(Named::Offer, filling.offer.0);
        let partner =
            filling.partner.map(|partner| format!(" for {}", self.names.of(Named::Partner, partner.0)));
        let (signal, title) = match filling.is_reached {
            true => (Signal::Bad, "Cap reached"),
            false => (Signal::Warn, "Cap 90 % used"),
        };
        let kind = format!("{} {}", period(filling.cap.period), filling.cap.measure.name());
        let limit = self.amount(filling, filling.cap.limit.0);
        let used = filling.used.map_or_else(
            || format!("limit {limit}"),
            |used| format!("{} of {limit}", self.amount(filling, used)),
        );
        let text = format!(
            "{offer}{} · {kind} {used}{}",
            partner.unwrap_or_default(),
            self.full_at(filling).map_or_else(String::new, |at| format!(" · full about {at}"))
        );
        let act = Link::new("Raise or fail over", format!("/offers/{}", filling.offer));
        Task { signal, title: title.to_owned(), text, act }
    }

    fn amount(&self, filling: &Filling, millionths: i64) -> String {
        plan_view::shown(filling.cap.measure, millionths, self.currency)
    }

    /// When it will be full at today's pace; none where that is not today, or nothing came yet.
    fn full_at(&self, filling: &Filling) -> Option<String> {
        let Filling { cap, used, today, .. } = filling;
        match outlook(cap.period, ((*used)?, (*today)?, cap.limit.0), self.calendar, self.now) {
            Outlook::At(at)
                if self.calendar.day(at) == self.calendar.day(self.now) && !filling.is_reached =>
            {
                Some(self.calendar.local(at).format("%H:%M").to_string())
            }
            Outlook::At(_) | Outlook::Reached | Outlook::Short(_) | Outlook::Idle => None,
        }
    }

    fn refused(&self, calls: &RefusedCalls) -> Task {
        let code = u16::try_from(calls.code).ok().and_then(ConversionCode::of_number);
        let why = code.map_or_else(|| format!("code {}", calls.code), |code| code.words().to_owned());
        let name = match self.names.of(Named::Advertiser, calls.advertiser_id) {
            "" => "no advertiser known",
            name => name,
        };
        let by = if calls.advertiser_id == 0 {
            String::new()
        } else {
            format!("&advertiser_id={}", calls.advertiser_id)
        };
        Task {
            signal: Signal::Bad,
            title: format!("Postbacks refused: {why}"),
            text: format!("{name} · {} in the last hour", format::count(calls.count)),
            act: Link::new("Open log", format!("/postbacks?outcome=refused{by}")),
        }
    }

    fn applications(&self, needs: &Needs) -> Task {
        let mut names: Vec<&str> =
            needs.applicants.iter().map(|id| self.names.of(Named::Partner, *id)).collect();
        names.dedup();
        let way = match needs.applicants.first() {
            Some(partner) => format!("/partners/{partner}/offers"),
            None => "/partners".to_owned(),
        };
        let title = format!("{} to answer", format::counted(needs.applications, "application"));
        Task { signal: Signal::Note, title, text: names.join(", "), act: Link::new("Decide", way) }
    }
}

fn period(period: CapPeriod) -> &'static str {
    match period {
        CapPeriod::Global => "all-time",
        CapPeriod::Daily | CapPeriod::Weekly | CapPeriod::Monthly => period.name(),
    }
}
