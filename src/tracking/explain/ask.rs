//! A made-up visitor: what is asked, read from an address.

use crate::{
    tracking::signals::Country,
    web::{Access, Failure, Form, Listing, describe::Parameter, sheet::at_wall, span},
};
use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use domain::{
    accounts::Partner,
    shared::{Calendar, PartnerId, Problems},
    tracking::{Device, SUBS, SessionKeys, Visit},
};
use std::net::{IpAddr, Ipv4Addr};

/// The longest text of a signal, in characters.
const LONGEST: usize = 255;

/// What may be asked.
pub const PARAMETERS: [Parameter; 23] = [
    ("partner_id", "Whose visitor it is; required."),
    ("at", "When it comes, a moment such as 2026-11-22T12:00:00Z or a date; now without."),
    ("country", "Two letters, such as DE."),
    ("region", "The region's name."),
    ("city", "The city's name."),
    ("isp", "The provider's name."),
    ("connection", "mobile, wifi or cable."),
    ("carrier", "The mobile network's operator."),
    ("proxy", "`true` or `false`; unknown without."),
    ("language", "Such as de."),
    ("device", "desktop, mobile, tablet, tv, console or bot."),
    ("os", "ios, android, windows, macos, linux, …"),
    ("os_version", "Such as 17.5."),
    ("browser", "chrome, safari, firefox, edge, …"),
    ("is_bot", "`true` for a robot."),
    ("ip", "Its address."),
    ("source_id", "What the link carries; so with the subs, sub1 to sub30."),
    ("sub1", "As source_id."),
    ("sub2", "As source_id."),
    ("sub3", "As source_id."),
    ("sub4", "As source_id."),
    ("sub5", "As source_id."),
    ("seed", "The dice, a whole number; drawn anew without."),
];

/// A visitor that nobody met.
#[derive(Clone, Debug)]
pub struct MadeUp {
    pub partner: PartnerId,
    pub at: DateTime<Utc>,
    pub seed: u64,
    country: String,
    device: Device,
    is_bot: bool,
    proxy: Option<bool>,
    ip: IpAddr,
    /// As they were typed, by name.
    texts: Form,
    /// Lower-case, as targeting writes them.
    os: String,
    browser: String,
    language: String,
    connection: String,
    subs: Vec<String>,
}

impl MadeUp {
    /// Reads it; `seed` is the dice where none are asked for.
    ///
    /// # Errors
    /// What is wrong, each at its field.
    pub fn read(form: &Form, calendar: Calendar, now: DateTime<Utc>, seed: u64) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        for name in
            ["region", "city", "isp", "carrier", "language", "os", "os_version", "browser", "source_id"]
        {
            problems.text(name, form.get(name), false, LONGEST);
        }
        let subs: Vec<String> =
            (1..=SUBS).map(|number| form.get(&format!("sub{number}")).to_owned()).collect();
        for (place, sub) in subs.iter().enumerate() {
            problems.text(&format!("sub{}", place + 1), sub, false, LONGEST);
        }
        let partner = form.get("partner_id").parse().ok();
        problems.check(partner.is_some(), "partner_id", "choose whose visitor it is");
        let country = given(form.get("country"), Country::of_code);
        problems.check(country.is_ok(), "country", "must be two letters, such as DE");
        let named = |text: &str| {
            (0..7).map(Device::of_number).find(|device| device.name().eq_ignore_ascii_case(text))
        };
        let device = given(form.get("device"), named);
        problems.check(device.is_ok(), "device", "must be desktop, mobile, tablet, tv, console or bot");
        let at = given(form.get("at"), |text| moment(text, calendar));
        problems.check(at.is_ok(), "at", "must be a moment such as 2026-11-22T12:00:00Z, or a date");
        let ip = given(form.get("ip"), |text| text.parse().ok());
        problems.check(ip.is_ok(), "ip", "must be an address such as 192.0.2.44");
        let asked = given(form.get("seed"), |text| text.parse().ok());
        problems.check(asked.is_ok(), "seed", "must be a whole number");
        let bot = given(form.get("is_bot"), |text| text.parse().ok());
        problems.check(bot.is_ok(), "is_bot", "must be true or false");
        let proxy = given(form.get("proxy"), |text| text.parse().ok());
        problems.check(proxy.is_ok(), "proxy", "must be true or false");
        let lower = |name: &str| form.get(name).trim().to_lowercase();
        let connection = lower("connection");
        let is_known = ["", "mobile", "wifi", "cable"].contains(&connection.as_str());
        problems.check(is_known, "connection", "must be mobile, wifi or cable");
        problems.into_result(())?;
        Ok(Self {
            partner: partner.unwrap_or_default(),
            at: at.ok().flatten().unwrap_or(now),
            seed: asked.ok().flatten().unwrap_or(seed),
            country: country.ok().flatten().map(|country| country.as_str().to_owned()).unwrap_or_default(),
            device: device.ok().flatten().unwrap_or_default(),
            is_bot: bot.ok().flatten().unwrap_or_default(),
            proxy: proxy.ok().flatten(),
            connection,
            ip: ip.ok().flatten().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            os: lower("os"),
            browser: lower("browser"),
            language: lower("language"),
            texts: form.clone(),
            subs,
        })
    }

    /// The visitor as decisions see it. Nobody has met it before: it is no duplicate.
    #[must_use]
    pub fn visit(&self) -> Visit<'_> {
        Visit {
            country: &self.country,
            region: self.texts.get("region"),
            city: self.texts.get("city"),
            language: &self.language,
            device: self.device,
            os: &self.os,
            os_version: self.texts.get("os_version"),
            browser: &self.browser,
            browser_version: "",
            isp: self.texts.get("isp"),
            asn: 0,
            connection: &self.connection,
            carrier: self.texts.get("carrier"),
            proxy: self.proxy,
            is_bot: self.is_bot,
            domain: "",
            ip: self.ip,
            user_agent: "",
            referrer: "",
            source_id: self.texts.get("source_id"),
            subs: std::array::from_fn(|place| self.subs[place].as_str()),
            ref_id: "",
            landing_page: None,
            deep_link: "",
            other: &[],
            session: SessionKeys { cookie: self.seed, ip: self.seed, ip_user_agent: self.seed },
        }
    }
}

/// The visitor that a form makes up, of a partner that there is.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong, each at its field; [`Failure::NotFound`] where there is no such
/// partner.
pub async fn asked(access: &Access, form: &Form) -> Result<MadeUp, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let visitor = MadeUp::read(form, calendar, Utc::now(), rand::random()).map_err(Failure::Invalid)?;
    access.scope().get::<Partner>(visitor.partner.0).await?;
    Ok(visitor)
}

/// The same of a call of the API, which names nothing else.
///
/// # Errors
/// As [`asked`], and a name that is none of the parameters.
pub async fn asked_by_call(access: &Access, request: &HttpRequest) -> Result<MadeUp, Failure> {
    let subs: Vec<String> = (1..=SUBS).map(|number| format!("sub{number}")).collect();
    let known = PARAMETERS.iter().map(|(name, _)| *name).chain(subs.iter().map(String::as_str));
    Listing::read(request.query_string(), &known.collect::<Vec<_>>())?;
    asked(access, &Form::read(request.query_string().as_bytes())).await
}

/// A value that may be left out; what can't be read is an error.
fn given<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => read(text).map(Some).ok_or(()),
    }
}

/// A moment as the API writes it, or as a page's field does by the clock of the network.
fn moment(text: &str, calendar: Calendar) -> Option<DateTime<Utc>> {
    span::moment(text, calendar).or_else(|| at_wall(text, calendar.zone()))
}
