//! What the places of an explanation said, as tables.

use super::told::{Told, words_of};
use crate::{
    links::{
        campaigns::{self, option_name, rule_name},
        smart_links::{self, row_name},
    },
    web::{chart, format, markup::Markup, parts::Column, sheet::condition_line, signal::Signal},
};
use domain::{
    links::{Campaign, SmartLink},
    offers::{self, Offer},
    tracking::{
        CampaignTold, Code, Decision, Explained, OfferTold, PlaceTold, Plan, RowVerdict, RuleTold,
        RuleVerdict, SmartLinkTold, WayOutTold, WayOutVerdict, WayTold,
    },
};
use store::offers::{Named, Names};

/// What the parts of a place said.
pub struct Table {
    pub title: String,
    pub columns: Vec<Column>,
    pub has_chances: bool,
    pub rows: Vec<Row>,
    /// What stands there where nothing was asked.
    pub empty: &'static str,
}

pub struct Row {
    pub name: String,
    pub signal: Signal,
    pub said: String,
    pub chance: String,
    pub bar: Markup,
    pub is_drawn: bool,
}

impl Table {
    /// With how probable each part was, or without.
    fn of(title: impl Into<String>, head: &'static str, rows: Vec<Row>, has_chances: bool) -> Self {
        let mut columns = vec![Column::text(head), Column::text("What it says")];
        if has_chances {
            columns.extend([Column::bars("Chance, drawn"), Column::number("Chance")]);
        }
        let empty = "Nothing was asked: the link, the partner or the network takes no traffic.";
        Self { title: title.into(), columns, has_chances, rows, empty }
    }
}

impl Row {
    /// A part with its chance.
    fn new(name: String, signal: Signal, said: String, propensity: f32, is_drawn: bool) -> Self {
        let chance = f64::from(propensity);
        let shown = if propensity > 0.0 { format::percent(Some(chance)) } else { String::new() };
        Self { name, signal, said, chance: shown, bar: chart::cell_bar(chance, 1.0), is_drawn }
    }
}

/// Everything that a made-up visitor's explanation names.
pub fn named(told: &Told) -> Vec<(Named, i64)> {
    named_in(told.plan(), &told.explained)
}

/// Everything that an explanation names.
pub fn named_in(plan: &Plan, explained: &Explained) -> Vec<(Named, i64)> {
    let mut named = Vec::new();
    for place in &explained.places {
        match place {
            PlaceTold::Offer(told) => {
                named.push((Named::Offer, told.offer.0));
                named.extend(offer_of(plan, told).into_iter().flat_map(named_by_ways));
            }
            PlaceTold::SmartLink(told) => {
                named.push((Named::SmartLink, told.smart_link.0));
                let link = link_of(plan, told);
                named.extend(link.into_iter().flat_map(smart_links::named_by));
                let catch_all = link.and_then(|link| catch_all_of(plan, link));
                named.extend(catch_all.into_iter().flat_map(named_by_ways));
            }
            PlaceTold::Campaign(told) => {
                named.push((Named::Campaign, told.campaign.0));
                named.extend(campaign_of(plan, told).into_iter().flat_map(campaigns::named_by));
            }
        }
    }
    let hops = &explained.decision.hops;
    named.extend(hops.iter().filter_map(|hop| Some((Named::Offer, hop.offer?.0))));
    named.extend(hops.iter().filter_map(|hop| Some((Named::LandingPage, hop.landing_page?.0))));
    named
}

fn offer_of<'p>(plan: &'p Plan, told: &OfferTold) -> Option<&'p Offer> {
    Some(plan.offer_of(told.offer)?.document())
}

/// The document that a place was compiled from; none where the plan has no such thing.
pub fn link_of<'p>(plan: &'p Plan, told: &SmartLinkTold) -> Option<&'p SmartLink> {
    Some(plan.smart_link(plan.smart_link_index(told.smart_link)?)?.document())
}

fn catch_all_of<'p>(plan: &'p Plan, link: &SmartLink) -> Option<&'p Offer> {
    Some(plan.offer_of(link.catch_all_id?)?.document())
}

/// The document that a place was compiled from; none where the plan has no such thing.
pub fn campaign_of<'p>(plan: &'p Plan, told: &CampaignTold) -> Option<&'p Campaign> {
    Some(plan.campaign(plan.campaign_index(told.campaign)?)?.document())
}

fn named_by_ways(offer: &Offer) -> impl Iterator<Item = (Named, i64)> {
    let forwarding = offer.forwarding.iter().map(|row| &row.destination);
    let fail_traffic = offer.fail_traffic.rows.iter().map(|row| &row.destination);
    forwarding.chain(fail_traffic).filter_map(|destination| match destination {
        offers::Destination::Offer(id) => Some((Named::Offer, id.0)),
        offers::Destination::SmartLink(id) => Some((Named::SmartLink, id.0)),
        offers::Destination::Campaign(id) => Some((Named::Campaign, id.0)),
        offers::Destination::Url(_) => None,
    })
}

/// What every place of the way said, in the order in which the click came to them.
pub fn tables(plan: &Plan, names: &Names, explained: &Explained) -> Vec<Table> {
    let places = explained.places.iter().enumerate();
    let tables = places.flat_map(|(at, place)| {
        let way = Way { names, decision: &explained.decision, at };
        match place {
            PlaceTold::Offer(told) => offer_of(plan, told).map(|offer| way.offer_tables(offer, told)),
            PlaceTold::SmartLink(told) => {
                link_of(plan, told).map(|link| way.link_tables(link, catch_all_of(plan, link), told))
            }
            PlaceTold::Campaign(told) => {
                campaign_of(plan, told).map(|campaign| way.campaign_tables(campaign, told))
            }
        }
        .unwrap_or_default()
    });
    tables.collect()
}

/// A place on the way of a decision.
struct Way<'a> {
    names: &'a Names,
    decision: &'a Decision,
    /// Which stop it is.
    at: usize,
}

impl Way<'_> {
    /// Behind the first place it is said whose table it is.
    fn title(&self, title: &str, name: &str) -> String {
        if self.at == 0 { title.to_owned() } else { format!("{title}: {name}") }
    }

    fn offer_tables(&self, offer: &Offer, told: &OfferTold) -> Vec<Table> {
        let name = self.names.of(Named::Offer, told.offer.0);
        let drawn = told.drawn.map(usize::from);
        let mut tables = Vec::new();
        if !told.forwarding.is_empty() {
            let to = offer.forwarding.iter().map(|row| &row.destination);
            let drawn = drawn.filter(|_| told.refused == Some(Code::Forwarded));
            let title = format!("Where {name} forwards");
            tables.push(ways_table(self.names, title, to.zip(&told.forwarding), drawn));
        }
        if !told.fail_traffic.is_empty() {
            tables.push(fail_table(self.names, offer, &told.fail_traffic, drawn));
        }
        tables
    }

    fn link_tables(&self, link: &SmartLink, catch_all: Option<&Offer>, told: &SmartLinkTold) -> Vec<Table> {
        let hop = self.decision.hops.get(self.at);
        let drawn = hop.filter(|hop| hop.row.is_some()).and_then(|hop| hop.branch).map(usize::from);
        let rows = link.rows.iter().zip(&told.rows).enumerate();
        let mut rows: Vec<Row> = rows
            .map(|(place, (row, said))| {
                let name = row_name(self.names, place, row);
                let is_drawn = drawn == Some(place);
                Row::new(name, signal_of(said.verdict), words_of(said.verdict), said.propensity, is_drawn)
            })
            .collect();
        if let (Some(offer), Some(said)) = (link.catch_all_id, told.catch_all) {
            let is_drawn = drawn.is_none() && said == RowVerdict::Takes;
            let name = format!("Catch-all: {}", self.names.of(Named::Offer, offer.0));
            rows.push(Row {
                bar: Markup::default(),
                ..Row::new(name, signal_of(said), words_of(said), 0.0, is_drawn)
            });
        }
        let mut tables = vec![Table::of(self.title("What each row says", &link.name), "Row", rows, true)];
        if let Some(offer) = catch_all.filter(|_| !told.catch_all_ways.is_empty()) {
            let drawn = told.catch_all_drawn.map(usize::from);
            tables.push(fail_table(self.names, offer, &told.catch_all_ways, drawn));
        }
        tables
    }

    fn campaign_tables(&self, campaign: &Campaign, told: &CampaignTold) -> Vec<Table> {
        if told.is_closed {
            let title = self.title("What the campaign says", &campaign.name);
            let empty = "Nothing was asked: the campaign, the partner or the network takes no traffic.";
            return vec![Table { empty, ..Table::of(title, "Rule", Vec::new(), false) }];
        }
        let hop = self.decision.hops.get(self.at);
        let taken = hop.and_then(|hop| hop.offer.zip(Some(hop.rotator_option)));
        let by_rule = hop.is_some_and(|hop| hop.row.is_some());
        let rules = told.rules.iter().map(|said| rule_row(campaign, said)).collect();
        let ways = |ways: &[WayTold], has_click: bool| {
            let is_drawn = |way: &WayTold| has_click && taken == Some((way.offer, way.option));
            ways.iter().map(|way| way_row(campaign, self.names, way, is_drawn(way))).collect::<Vec<_>>()
        };
        let mut tables = vec![Table {
            empty: "It has no rules.",
            ..Table::of("What each rule says, in the order in which they are asked", "Rule", rules, false)
        }];
        if !told.ways.is_empty() {
            let rows = ways(&told.ways, by_rule);
            tables.push(Table::of("Where the winning rule leads", "Offer", rows, true));
        }
        tables.push(Table {
            empty: "The defaults lead to no offer, or were not asked: a rule has the click.",
            ..Table::of("Where the defaults lead", "Offer", ways(&told.defaults, !by_rule), true)
        });
        tables
    }
}

fn signal_of(verdict: RowVerdict) -> Signal {
    if verdict == RowVerdict::Takes { Signal::Good } else { Signal::Off }
}

fn fail_table(names: &Names, offer: &Offer, said: &[WayOutTold], drawn: Option<usize>) -> Table {
    let to = offer.fail_traffic.rows.iter().map(|row| &row.destination);
    let title = format!("Where the fail traffic of {} leads", offer.name);
    ways_table(names, title, to.zip(said), drawn)
}

fn ways_table<'a>(
    names: &Names,
    title: String,
    ways: impl Iterator<Item = (&'a offers::Destination, &'a WayOutTold)>,
    drawn: Option<usize>,
) -> Table {
    let rows = ways.enumerate().map(|(at, way)| way_out_row(names, at, way, drawn == Some(at)));
    Table::of(title, "Row", rows.collect(), true)
}

fn way_out_row(
    names: &Names,
    at: usize,
    (to, said): (&offers::Destination, &WayOutTold),
    is_drawn: bool,
) -> Row {
    let to = match to {
        offers::Destination::Offer(id) => names.of(Named::Offer, id.0).to_owned(),
        offers::Destination::SmartLink(id) => names.of(Named::SmartLink, id.0).to_owned(),
        offers::Destination::Campaign(id) => names.of(Named::Campaign, id.0).to_owned(),
        offers::Destination::Url(url) => url.clone(),
    };
    let signal = if said.verdict == WayOutVerdict::Takes { Signal::Good } else { Signal::Off };
    let name = format!("{}. {to}", at + 1);
    Row::new(name, signal, way_out_words(said.verdict), said.propensity, is_drawn)
}

/// What a row of forwarding or fail traffic says, in words.
pub fn way_out_words(verdict: WayOutVerdict) -> String {
    match verdict {
        WayOutVerdict::Takes => "takes the click".to_owned(),
        WayOutVerdict::OtherPartners => "is for other partners".to_owned(),
        WayOutVerdict::OtherCodes => "is for clicks that fail on something else".to_owned(),
        WayOutVerdict::Targeting(code) => format!("the row: {}", code.words()),
        WayOutVerdict::Closed => {
            "leads to where the click has been, or to nothing that takes clicks".to_owned()
        }
    }
}

fn rule_row(campaign: &Campaign, said: &RuleTold) -> Row {
    let rule = campaign.rules.get(said.place);
    let name = rule.map_or_else(String::new, |rule| rule_name(said.place, rule));
    let signal = match said.verdict {
        RuleVerdict::Wins => Signal::Good,
        RuleVerdict::Fails(_) | RuleVerdict::Later | RuleVerdict::NotAsked => Signal::Off,
    };
    Row::new(name, signal, rule_words(campaign, said), 0.0, said.verdict == RuleVerdict::Wins)
}

/// What a rule says, in words.
pub fn rule_words(campaign: &Campaign, said: &RuleTold) -> String {
    match said.verdict {
        RuleVerdict::Wins => "wins".to_owned(),
        RuleVerdict::NotAsked => "not asked whole: a rule before it wins".to_owned(),
        RuleVerdict::Later => "would win, but one that is asked before it does".to_owned(),
        RuleVerdict::Fails(at) => {
            let condition = campaign.rules.get(said.place).and_then(|rule| rule.conditions.get(at));
            let line = condition.map_or_else(String::new, condition_line);
            format!("does not hold: {line}")
        }
    }
}

fn way_row(campaign: &Campaign, names: &Names, way: &WayTold, is_drawn: bool) -> Row {
    let options = campaign.rotators.iter().flat_map(|rotator| &rotator.options);
    let option = way.option.and_then(|id| options.clone().find(|option| option.id == id));
    let name = match option {
        Some(option) => option_name(campaign, names, option),
        None => names.of(Named::Offer, way.offer.0).to_owned(),
    };
    let signal = if way.refused.is_none() { Signal::Good } else { Signal::Off };
    Row::new(name, signal, way_words(way), way.propensity, is_drawn)
}

/// What an offer or option says, in words.
pub fn way_words(way: &WayTold) -> String {
    match way.refused {
        None if way.propensity > 0.0 => "takes the click".to_owned(),
        None => "would take the click, but is not drawn".to_owned(),
        Some(code) => format!("the offer: {} (code {})", code.words(), code.number()),
    }
}
