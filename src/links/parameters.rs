//! What a tracking link carries beside partner and target, and what of it the offer does not take.

use super::link;
use crate::web::{Access, Failure, Form};
use domain::{
    accounts::Partner,
    links::{Campaign, SmartLink, click_url, impression_url},
    offers::Offer,
    shared::{DomainId, Problems},
};
use store::{
    offers::LandingPageOf,
    shared::{Filter, Page, Stored},
};

/// How many subs a link may carry.
pub const SUBS: usize = 30;
/// The longest value, in characters; a deep link may be longer.
const LONGEST: usize = 255;
/// What stands before the subs.
const FIRST: [&str; 3] = ["lp", "source_id", "ref_id"];

/// The names, in the order of the link.
pub fn names() -> impl Iterator<Item = String> {
    let first = FIRST.into_iter().map(str::to_owned);
    first.chain((1..=SUBS).map(|number| format!("sub{number}"))).chain(["url".to_owned()])
}

/// Both addresses, with what the form says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Built {
    pub url: String,
    pub impression_url: String,
}

/// What a link leads to.
pub enum Target {
    Offer(Stored<Offer>),
    SmartLink(Stored<SmartLink>),
    Campaign(Stored<Campaign>),
}

impl Target {
    /// The code that its links carry.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Offer(offer) => &offer.code,
            Self::SmartLink(link) => &link.code,
            Self::Campaign(campaign) => &campaign.code,
        }
    }

    /// The tracking domain that its links are shown with, where it has one of its own.
    fn domain(&self) -> Option<DomainId> {
        match self {
            Self::Offer(_) => None,
            Self::SmartLink(link) => link.body.domain_id,
            Self::Campaign(campaign) => campaign.body.domain_id,
        }
    }

    async fn problems(&self, access: &Access, form: &Form) -> Result<Problems, Failure> {
        Ok(match self {
            Self::Offer(offer) => {
                let of_offer = Filter::exactly([("offer_id", offer.id)]);
                let pages = access.scope().list(&of_offer, Page::default()).await?;
                problems(form, &offer.body, &pages)
            }
            Self::SmartLink(_) => chosen_by("Smart Link", form),
            Self::Campaign(_) => chosen_by("campaign", form),
        })
    }
}

/// Builds the link of a partner for a target.
///
/// # Errors
/// [`Failure::Invalid`] at the fields that the target does not take; [`Failure::NotFound`] where the
/// network lacks the domain.
pub async fn build(
    access: &Access,
    form: &Form,
    partner: &Stored<Partner>,
    target: &Target,
) -> Result<Built, Failure> {
    target.problems(access, form).await?.into_result(())?;
    let domain = match form.get("domain_id") {
        "" => target.domain(),
        text => Some(text.parse().map(DomainId).map_err(|_| Failure::field("domain_id", "must be an id"))?),
    };
    let origin = link::origin(access, domain).await?;
    let names: Vec<String> = names().collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), form.get(name))).collect();
    let with = |url: String| link::with_parameters(url, &pairs);
    let of_impression =
        pairs.iter().copied().filter(|(name, _)| !["lp", "url"].contains(name)).collect::<Vec<_>>();
    Ok(Built {
        url: with(click_url(&origin, &partner.code, target.code())),
        impression_url: link::with_parameters(
            impression_url(&origin, &partner.code, target.code()),
            &of_impression,
        ),
    })
}

/// A link over several offers takes neither a landing page nor a deep link: it chooses both.
fn chosen_by(what: &str, form: &Form) -> Problems {
    let mut problems = texts(form);
    let message = format!("a {what} chooses the landing page; leave it empty");
    problems.check(form.get("lp").is_empty(), "lp", message);
    let message = format!("a {what} chooses where its visitors go; leave it empty");
    problems.check(form.get("url").is_empty(), "url", message);
    problems
}

fn texts(form: &Form) -> Problems {
    let mut problems = Problems::default();
    for name in names().filter(|name| name != "url") {
        problems.text(&name, form.get(&name), false, LONGEST);
    }
    problems
}

fn problems(form: &Form, offer: &Offer, pages: &[Stored<LandingPageOf>]) -> Problems {
    let mut problems = texts(form);
    let page = form.get("lp");
    let is_own = pages.iter().any(|row| row.id.to_string() == page);
    problems.check(page.is_empty() || is_own, "lp", "is no landing page of this offer");
    check_deep_link(&mut problems, form.get("url"), offer);
    problems
}

/// A deep link is followed only to the hosts that the offer lists; what it would lose is said here.
fn check_deep_link(problems: &mut Problems, url: &str, offer: &Offer) {
    if url.is_empty() {
        return;
    }
    if !offer.deep_links.allowed {
        problems.push("url", "this offer does not allow deep links; leave it empty");
    } else if let Some(wrong) = domain::shared::destination_problem(url) {
        problems.push("url", wrong);
    } else if offer.deep_links.followed(url).is_none() {
        let hosts = offer.deep_links.hosts.join(", ");
        problems.push(
            "url",
            format!("this offer leads to {hosts} alone; anything else ends at its landing page"),
        );
    }
}
