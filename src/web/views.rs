//! The views of one object: its figures, its settings, what hangs on it, its history. They are data
//! here, because the rooms that show them may not know of each other; a view without a page in the
//! table, or that the person may not see, is left out.

use super::{
    Access,
    navigation::may_open,
    parts::{Link, Tab},
};

use store::offers::Named;

/// A kind of object that has views.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject {
    /// What one is called within a sentence.
    pub one: &'static str,
    /// The heading of its list.
    pub title: &'static str,
    /// The list's address.
    pub list: &'static str,
    /// The name of the id in the paths.
    id: &'static str,
    /// The words of each view, and what stands behind the object's own address.
    views: &'static [(&'static str, &'static str)],
}

pub const OFFER: Subject = Subject {
    one: "offer",
    title: "Offers",
    list: "/offers",
    id: "offer_id",
    views: &[
        ("Settings", ""),
        ("Figures", "/figures"),
        ("Landing pages", "/landing-pages"),
        ("Events", "/events"),
        ("Coupons", "/coupons"),
        ("Partners and links", "/partners"),
        ("What uses it", "/uses"),
        ("History", "/history"),
    ],
};

pub const PARTNER: Subject = Subject {
    one: "partner",
    title: "Partners",
    list: "/partners",
    id: "partner_id",
    views: &[
        ("Settings", ""),
        ("Figures", "/figures"),
        ("Offers and links", "/offers"),
        ("Users", "/users"),
        ("What uses it", "/uses"),
        ("History", "/history"),
    ],
};

pub const ADVERTISER: Subject = Subject {
    one: "advertiser",
    title: "Advertisers",
    list: "/advertisers",
    id: "advertiser_id",
    views: &[
        ("Settings and postback", ""),
        ("Figures", "/figures"),
        ("Users", "/users"),
        ("What uses it", "/uses"),
        ("History", "/history"),
    ],
};

pub const DOMAIN: Subject = Subject {
    one: "tracking domain",
    title: "Tracking domains",
    list: "/settings/domains",
    id: "domain_id",
    views: &[("Settings and links", ""), ("Figures", "/figures"), ("History", "/history")],
};

pub const SMART_LINK: Subject = Subject {
    one: "Smart Link",
    title: "Smart Links",
    list: "/smart-links",
    id: "smart_link_id",
    views: &[
        ("Rows", ""),
        ("Figures", "/figures"),
        ("Runs", "/runs"),
        ("Test this link", "/test"),
        ("Partners' rules", "/partners"),
        ("What uses it", "/uses"),
        ("History", "/history"),
    ],
};

pub const CAMPAIGN: Subject = Subject {
    one: "campaign",
    title: "Campaigns",
    list: "/campaigns",
    id: "campaign_id",
    views: &[
        ("Flow", ""),
        ("Experiments", "/experiments"),
        ("Figures", "/figures"),
        ("Test this link", "/test"),
        ("What uses it", "/uses"),
        ("History", "/history"),
    ],
};

pub const MONITOR: Subject = Subject {
    one: "monitor",
    title: "Monitors",
    list: "/monitors",
    id: "monitor_id",
    views: &[("Settings", ""), ("Checks", "/checks"), ("What uses it", "/uses"), ("History", "/history")],
};

pub const SOURCE_BLOCK: Subject = Subject {
    one: "source block",
    title: "Source blocks",
    list: "/source-blocks",
    id: "source_block_id",
    views: &[("Settings", ""), ("History", "/history")],
};

pub const SMART_SWITCH_RULE: Subject = Subject {
    one: "rule",
    title: "Rules",
    list: "/smart-switch/rules",
    id: "smart_switch_rule_id",
    views: &[("Settings", ""), ("History", "/history")],
};

pub const TRAFFIC_CONTROL: Subject = Subject {
    one: "traffic control",
    title: "Traffic controls",
    list: "/traffic-controls",
    id: "traffic_control_id",
    views: &[("Settings", ""), ("History", "/history")],
};

/// The page of what is named, where the person may open it.
#[must_use]
pub fn page_of(access: &Access, kind: Named, id: i64) -> Option<String> {
    let subject = match kind {
        Named::Offer => OFFER,
        Named::Partner => PARTNER,
        Named::Advertiser => ADVERTISER,
        Named::SmartLink => SMART_LINK,
        Named::Campaign => CAMPAIGN,
        Named::Monitor => MONITOR,
        Named::LandingPage => return None,
        Named::SmartSwitchRule => SMART_SWITCH_RULE,
    };
    (id != 0 && may_open(access, &subject.pattern(""))).then(|| subject.page(id))
}

impl Subject {
    /// The pattern of a view in the route table.
    #[must_use]
    pub fn pattern(&self, view: &str) -> String {
        format!("{}/{{{}}}{view}", self.list, self.id)
    }

    /// The address of one object.
    #[must_use]
    pub fn page(&self, id: i64) -> String {
        format!("{}/{id}", self.list)
    }

    /// The way back to the list.
    #[must_use]
    pub fn crumbs(&self) -> Vec<Link> {
        vec![Link::new(self.title, self.list)]
    }

    /// The views of one object that the person may see; `path` is the one that is open.
    #[must_use]
    pub fn tabs(&self, access: &Access, id: i64, path: &str) -> Vec<Tab> {
        let shown = self.views.iter().filter(|(_, view)| may_open(access, &self.pattern(view)));
        let tab = |(label, view): &(&str, &str)| {
            let href = format!("{}{view}", self.page(id));
            let is_under = path.strip_prefix(href.as_str()).is_some_and(|rest| rest.starts_with('/'));
            Tab {
                label: (*label).to_owned(),
                is_current: path == href || (!view.is_empty() && is_under),
                href,
                count: None,
            }
        };
        shown.map(tab).collect()
    }
}
