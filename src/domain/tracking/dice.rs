//! Chance as an argument: draws follow from a seed and from what they are for, never from how many
//! were made before. So deciding again with one offer masked changes nothing else.

/// The chance of one click. The same seed gives the same draws.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dice(pub u64);

/// What is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    LandingPage = 1,
    FailRow = 2,
    Row = 3,
    /// A landing page of a campaign, an offer of its split, and an option of a rotator.
    CampaignPage = 4,
    Offer = 5,
    Option = 6,
    /// Whether a rotator explores, and what it then draws.
    Exploration = 7,
    Explored = 8,
}

impl Dice {
    /// A number from 0 up to but without `below`, for a purpose at a hop (0 for the first); 0 where `below` is 0.
    pub(super) fn draw(self, hop: usize, purpose: Purpose, below: u64) -> u64 {
        let address = (hop as u64) << 8 | purpose as u64;
        let mixed = mix(self.0.wrapping_add(mix(address.wrapping_add(0x9e37_79b9_7f4a_7c15))));
        ((u128::from(mixed) * u128::from(below)) >> 64) as u64
    }
}

/// The finalising steps of SplitMix64: every bit of the input moves every bit of the result.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// One place drawn among weighted ones, with the probability that it had. A weight of 0 is never
/// drawn, unless all are 0: then all are equal. None where there is nothing to draw from.
pub(super) fn draw_weighted<T>(
    options: impl Iterator<Item = (T, u32)> + Clone,
    number: impl FnOnce(u64) -> u64,
) -> Option<(T, f32)> {
    let total: u64 = options.clone().map(|(_, weight)| u64::from(weight)).sum();
    let equal = total == 0;
    let total = if equal { options.clone().count() as u64 } else { total };
    let mut left = number(total);
    for (option, weight) in options {
        let weight = if equal { 1 } else { u64::from(weight) };
        if left < weight {
            return Some((option, weight as f32 / total as f32));
        }
        left -= weight;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Dice, Purpose, draw_weighted};

    #[test]
    fn draws_follow_the_weights() {
        let mut hits = [0_u32; 3];
        for seed in 0..40_000 {
            let options = [(0, 1), (1, 0), (2, 3)].into_iter();
            let drawn = draw_weighted(options, |below| Dice(seed).draw(0, Purpose::LandingPage, below));
            hits[drawn.expect("there are options").0] += 1;
        }
        assert_eq!(hits[1], 0);
        assert!((9_600..10_400).contains(&hits[0]), "{hits:?}");
    }

    #[test]
    fn options_that_all_weigh_nothing_are_equal() {
        let options = [("a", 0), ("b", 0)].into_iter();
        assert_eq!(draw_weighted(options.clone(), |below| below - 1), Some(("b", 0.5)));
        assert_eq!(draw_weighted(options, |_| 0), Some(("a", 0.5)));
        assert_eq!(draw_weighted(std::iter::empty::<((), u32)>(), |below| below), None);
    }

    #[test]
    fn draws_for_different_purposes_are_independent() {
        let same = (0..10_000)
            .filter(|seed| {
                Dice(*seed).draw(0, Purpose::LandingPage, 100) == Dice(*seed).draw(0, Purpose::FailRow, 100)
            })
            .count();
        assert!((50..150).contains(&same), "{same}");
    }
}
