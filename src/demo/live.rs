//! The demo's present: visitors who really come over HTTP, and advertisers who really post back, after
//! seconds to minutes instead of minutes to days, so that a page moves while somebody looks at it.

use super::{
    agents::BROWSERS,
    crowd::{Comer, agents},
    outcome::{Clicked, Due, HASTE, outcome},
    stage::Stage,
};
use domain::{links::click_url, shared::ClickId};
use rand_distr::{Distribution, Exp};
use reqwest::{
    Client, Response,
    header::{ACCEPT_LANGUAGE, HOST, HeaderValue, LOCATION, USER_AGENT},
    redirect::Policy,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc, time::Duration};
use store::shared::now_millis;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// Requests on their way at a time; a server that hangs gets no more.
const MOST_AT_ONCE: usize = 64;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes behind `cid=`: a click id in hex.
const ID: usize = 32;

/// A client that follows no redirect: the advertisers' sites are not there.
///
/// # Errors
/// The system's randomness fails.
pub fn client() -> Result<Client, reqwest::Error> {
    Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build()
}

/// A visitor was sent on.
struct Sent {
    side: usize,
    comer: Comer,
    /// Where to, or the page that leads there.
    to: String,
}

struct Traffic {
    stage: Stage,
    own: String,
    client: Client,
    agents: Vec<&'static str>,
    /// Which advertiser's site a host is: network and offer, by place.
    sites: FxHashMap<String, (usize, usize)>,
    /// Hosts of campaigns' landing pages, which nobody serves: their visitors go straight on.
    pages: Arc<FxHashSet<String>>,
    due: BinaryHeap<Reverse<Due>>,
    on_the_way: JoinSet<Option<Sent>>,
}

/// Sends `rate` clicks a second to the server at `own`, and the postbacks that come of them, until it is
/// cancelled. `due` is what the past left.
pub async fn run(stage: Stage, own: String, rate: f64, due: Vec<Due>) {
    let (Ok(client), Ok(gaps)) = (client(), Exp::new(rate)) else {
        tracing::error!("no live traffic: the HTTP client was not made");
        return;
    };
    let sites = sites(&stage);
    let due = due.into_iter().map(Reverse).collect();
    let mut traffic = Traffic {
        pages: pages(&stage),
        stage,
        own,
        client,
        agents: agents().collect(),
        sites,
        due,
        on_the_way: JoinSet::new(),
    };
    let mut click_at = Instant::now();
    let mut postback_from = Instant::now();
    loop {
        let postback_at = traffic.next_postback().map(|at| at.max(postback_from));
        tokio::select! {
            () = sleep_until(click_at) => {
                traffic.click(rate);
                // What a stalled process has missed is not made up for all at once.
                click_at = click_at.max(Instant::now() - Duration::from_secs(1));
                click_at += Duration::from_secs_f64(gaps.sample(&mut traffic.stage.random));
            }
            () = sleep_until(postback_at.unwrap_or(click_at)), if postback_at.is_some() => {
                traffic.postback();
                postback_from = Instant::now() + Duration::from_secs_f64(1.0 / rate);
            }
            Some(answered) = traffic.on_the_way.join_next() => {
                if let Ok(Some(sent)) = answered {
                    traffic.expect(&sent);
                }
            }
        }
    }
}

fn sites(stage: &Stage) -> FxHashMap<String, (usize, usize)> {
    let mut sites = FxHashMap::default();
    for (side, network) in stage.sides.iter().enumerate() {
        for (offer, entry) in network.entry.offers.iter().enumerate() {
            let hosts = entry.pages.iter().filter_map(|page| host(&page.url));
            sites.extend(hosts.map(|host| (host.to_owned(), (side, offer))));
        }
    }
    sites
}

fn pages(stage: &Stage) -> Arc<FxHashSet<String>> {
    let campaigns = stage.sides.iter().flat_map(|side| &side.entry.campaigns);
    let pages = campaigns.flat_map(|entry| &entry.campaign.landing_pages);
    Arc::new(pages.filter_map(|page| host(&page.url)).map(str::to_owned).collect())
}

/// Where an answer leads: its address, or the page that leads there.
async fn led_to(answer: Response) -> Option<String> {
    let location = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    match location {
        Some(to) => Some(to),
        None => answer.text().await.ok(),
    }
}

/// The host of the first destination in a text.
fn host(text: &str) -> Option<&str> {
    text.split_once("https://")?.1.split('/').next()
}

/// The click id that a destination carries.
fn click_id(text: &str) -> Option<ClickId> {
    text.split_once("cid=")?.1.get(..ID)?.parse().ok()
}

impl Traffic {
    /// A network for the next click, by the networks' shares.
    fn side(&mut self) -> usize {
        use rand::RngExt;
        let shares: f64 = self.stage.sides.iter().map(|side| side.entry.share).sum();
        let mut left = self.stage.random.random_range(0.0..shares);
        for (place, side) in self.stage.sides.iter().enumerate() {
            left -= side.entry.share;
            if left < 0.0 {
                return place;
            }
        }
        0
    }

    fn click(&mut self, rate: f64) {
        if self.on_the_way.len() >= MOST_AT_ONCE.max(rate as usize) {
            return;
        }
        let place = self.side();
        let comer = self.stage.next(place);
        let side = &self.stage.sides[place];
        let partner = &side.kept.partners[comer.partner];
        let mut query = vec![("source_id", side.crowd.source(&comer).name.as_str())];
        query.extend(["sub1", "sub2", "sub3", "sub4", "sub5"].into_iter().zip(side.crowd.subs(&comer)));
        let request = self
            .client
            .get(click_url(&self.own, &partner.code, side.code(comer.aim)))
            .query(&query)
            .header("x-forwarded-for", comer.ip.to_string())
            .header(USER_AGENT, HeaderValue::from_static(self.agents[comer.agent]))
            .header(ACCEPT_LANGUAGE, HeaderValue::from_static(side.crowd.accept_language(&comer)));
        let request = match side.domain(&comer) {
            Some(domain) => request.header(HOST, domain),
            None => request,
        };
        let (client, own, pages) = (self.client.clone(), self.own.clone(), Arc::clone(&self.pages));
        self.on_the_way.spawn(async move {
            let answer =
                request.send().await.inspect_err(|error| tracing::debug!(%error, "a click failed")).ok()?;
            let mut to = led_to(answer).await?;
            if host(&to).is_some_and(|host| pages.contains(host)) {
                let out = format!("{own}/out/{}", click_id(&to)?);
                to = led_to(client.get(out).send().await.ok()?).await?;
            }
            Some(Sent { side: place, comer, to })
        });
    }

    /// Draws what comes of a visitor at its advertiser's site.
    fn expect(&mut self, sent: &Sent) {
        if sent.comer.agent >= BROWSERS.len() {
            return;
        }
        let site = host(&sent.to).and_then(|host| self.sites.get(host));
        let (Some((side, offer)), Some(id)) = (site, click_id(&sent.to)) else { return };
        let network = &self.stage.sides[*side];
        let offer = &network.entry.offers[*offer];
        let source = self.stage.sides[sent.side].crowd.source(&sent.comer);
        let clicked = Clicked {
            id,
            at: now_millis(),
            offer,
            token: network.token(offer),
            quality: source.quality,
            fraud: source.fraud,
            haste: HASTE,
        };
        self.due.extend(outcome(&clicked, &mut self.stage.random).into_iter().map(Reverse));
    }

    fn next_postback(&self) -> Option<Instant> {
        let due = self.due.peek()?.0.at - now_millis();
        Some(Instant::now() + Duration::from_millis(u64::try_from(due).unwrap_or(0)))
    }

    fn postback(&mut self) {
        let Some(Reverse(due)) = self.due.pop() else { return };
        let request = self.client.get(format!("{}/postback?{}", self.own, due.query));
        self.on_the_way.spawn(async move {
            if let Err(error) = request.send().await {
                tracing::debug!(%error, "a postback failed");
            }
            None
        });
    }
}
