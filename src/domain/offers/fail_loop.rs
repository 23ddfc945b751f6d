//! Loops in fail traffic and forwarding: offers and Smart Links that hand a click round in a circle. Refused when saved.

use super::{Destination, Offer};
use crate::shared::{OfferId, SmartLinkId};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What may hand a click on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stop {
    Offer(OfferId),
    SmartLink(SmartLinkId),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offer(id) => write!(f, "offer {id}"),
            Self::SmartLink(id) => write!(f, "Smart Link {id}"),
        }
    }
}

/// The stops that each stop may hand a click to.
type Ways = BTreeMap<Stop, Vec<Stop>>;

/// One loop in these ways, first stop first, or none.
#[must_use]
pub fn find_loop(ways: impl IntoIterator<Item = (Stop, Vec<Stop>)>) -> Option<Vec<Stop>> {
    let ways: Ways = ways.into_iter().collect();
    let mut done = BTreeSet::new();
    ways.keys().find_map(|start| walk(&ways, *start, &mut done))
}

impl Destination {
    /// The stop that it is; none where the click leaves, or where it is of a kind that takes none.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        match self {
            Self::Offer(id) => Some(Stop::Offer(*id)),
            Self::SmartLink(id) => Some(Stop::SmartLink(*id)),
            Self::Campaign(_) | Self::Url(_) => None,
        }
    }
}

impl Offer {
    /// The stops that its fail traffic and its forwarding lead to.
    #[must_use]
    pub fn next_stops(&self) -> Vec<Stop> {
        let failing = self.fail_traffic.rows.iter().map(|row| &row.destination);
        let forwarded = self.forwarding.iter().map(|row| &row.destination);
        failing.chain(forwarded).filter_map(Destination::stop).collect()
    }
}

/// Goes down every way from `start`. Iterative: a chain of offers may be longer than the stack is deep.
fn walk(ways: &Ways, start: Stop, done: &mut BTreeSet<Stop>) -> Option<Vec<Stop>> {
    let mut path: Vec<(Stop, usize)> = if done.contains(&start) { Vec::new() } else { vec![(start, 0)] };
    let mut on_path = BTreeSet::from([start]);
    while let Some((offer, tried)) = path.last_mut() {
        let (offer, next) = (*offer, ways.get(offer).and_then(|next| next.get(*tried)).copied());
        *tried += 1;
        let Some(next) = next else {
            done.insert(offer);
            on_path.remove(&offer);
            path.pop();
            continue;
        };
        if on_path.contains(&next) {
            return Some(path.into_iter().map(|(id, _)| id).skip_while(|id| *id != next).collect());
        }
        if !done.contains(&next) {
            on_path.insert(next);
            path.push((next, 0));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Stop, find_loop};
    use crate::shared::{OfferId, SmartLinkId};

    fn offers(ids: &[i64]) -> Vec<Stop> {
        ids.iter().map(|id| Stop::Offer(OfferId(*id))).collect()
    }

    fn looped(ways: &[(i64, &[i64])]) -> Option<Vec<Stop>> {
        find_loop(ways.iter().map(|(id, to)| (Stop::Offer(OfferId(*id)), offers(to))))
    }

    #[test]
    fn a_loop_is_found_and_named() {
        assert_eq!(looped(&[(1, &[1])]), Some(offers(&[1])));
        assert_eq!(looped(&[(1, &[2]), (2, &[3]), (3, &[2])]), Some(offers(&[2, 3])));
        assert_eq!(looped(&[(1, &[2, 3]), (2, &[3]), (3, &[])]), None);
        assert_eq!(looped(&[(1, &[2, 9]), (2, &[])]), None);
    }

    #[test]
    fn a_loop_may_lead_through_a_smart_link() {
        let (offer, link) = (Stop::Offer(OfferId(1)), Stop::SmartLink(SmartLinkId(1)));
        assert_eq!(find_loop([(offer, vec![link]), (link, vec![])]), None);
        let round = find_loop([(offer, vec![link]), (link, vec![offer])]).expect("a loop");
        assert_eq!(round.iter().map(ToString::to_string).collect::<Vec<_>>(), ["offer 1", "Smart Link 1"]);
    }

    #[test]
    fn a_chain_of_many_thousands_is_walked() {
        let chain = (0..20_000).map(|id| (Stop::Offer(OfferId(id)), offers(&[id + 1])));
        assert_eq!(find_loop(chain), None);
    }
}
