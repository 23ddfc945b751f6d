//! Loops in fail traffic: offers that hand a click round in a circle. Refused when saved.

use super::{Destination, Offer};
use crate::shared::OfferId;
use std::collections::{BTreeMap, BTreeSet};

/// The offers that each offer may hand a click to.
type Ways = BTreeMap<OfferId, Vec<OfferId>>;

/// One loop in the fail traffic of these offers, first offer first, or none.
#[must_use]
pub fn find_loop<'a>(offers: impl IntoIterator<Item = (OfferId, &'a Offer)>) -> Option<Vec<OfferId>> {
    let ways: Ways = offers.into_iter().map(|(id, offer)| (id, next_offers(offer))).collect();
    let mut done = BTreeSet::new();
    ways.keys().find_map(|start| walk(&ways, *start, &mut done))
}

fn next_offers(offer: &Offer) -> Vec<OfferId> {
    let to = |destination: &Destination| match destination {
        Destination::Offer(id) => Some(*id),
        Destination::SmartLink(_) | Destination::Campaign(_) | Destination::Url(_) => None,
    };
    offer.fail_traffic.rows.iter().filter_map(|row| to(&row.destination)).collect()
}

/// Goes down every way from `start`. Iterative: a chain of offers may be longer than the stack is deep.
fn walk(ways: &Ways, start: OfferId, done: &mut BTreeSet<OfferId>) -> Option<Vec<OfferId>> {
    let mut path: Vec<(OfferId, usize)> = if done.contains(&start) { Vec::new() } else { vec![(start, 0)] };
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
    use super::find_loop;
    use crate::{offers::Offer, shared::OfferId};

    fn offer(fails_to: &[i64]) -> Offer {
        let rows: Vec<_> =
            fails_to.iter().map(|id| serde_json::json!({"destination": {"offer": id.to_string()}})).collect();
        let json = serde_json::json!({"name": "x", "advertiser_id": "1", "fail_traffic": {"rows": rows}});
        serde_json::from_value(json).expect("an offer")
    }

    fn looped(ways: &[(i64, &[i64])]) -> Option<Vec<i64>> {
        let offers: Vec<_> = ways.iter().map(|(id, to)| (OfferId(*id), offer(to))).collect();
        let found = find_loop(offers.iter().map(|(id, offer)| (*id, offer)));
        found.map(|path| path.into_iter().map(|id| id.0).collect())
    }

    #[test]
    fn a_loop_is_found_and_named() {
        assert_eq!(looped(&[(1, &[1])]), Some(vec![1]));
        assert_eq!(looped(&[(1, &[2]), (2, &[3]), (3, &[2])]), Some(vec![2, 3]));
        assert_eq!(looped(&[(1, &[2, 3]), (2, &[3]), (3, &[])]), None);
        assert_eq!(looped(&[(1, &[2, 9]), (2, &[])]), None);
    }

    #[test]
    fn a_chain_of_many_thousands_is_walked() {
        let offers: Vec<_> = (0..20_000).map(|id| (OfferId(id), offer(&[id + 1]))).collect();
        assert_eq!(find_loop(offers.iter().map(|(id, offer)| (*id, offer))), None);
    }
}
