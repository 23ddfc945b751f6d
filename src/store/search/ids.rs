//! Beginnings of ids as ranges of them: what an index can look up.

use domain::shared::{ClickId, DayNumber};
use uuid::Uuid;

/// How many more digits than the text an id may have.
const MORE_DIGITS: u32 = 5;
/// The digits that every id has room for.
const DIGITS: usize = 18;
/// The hex characters of the ids of clicks and conversions.
const HEX: usize = 32;
/// A beginning of a click's id has at least so many: they tell its minute.
const SHORTEST: usize = 8;

/// The ranges of whole numbers that are written with `text` at the beginning; none where it is no number.
pub fn numbers(text: &str) -> Vec<(i64, i64)> {
    let is_number =
        !text.is_empty() && text.len() <= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(number) = text.parse::<i64>().ok().filter(|number| is_number && *number > 0) else {
        return Vec::new();
    };
    let range = |more: u32| {
        let scale = 10_i64.pow(more);
        Some((number.checked_mul(scale)?, number.checked_mul(scale)?.checked_add(scale - 1)?))
    };
    (0..=MORE_DIGITS).filter_map(range).collect()
}

/// The first and the last id that begin with `text`, and the days under which clicks of such ids lie;
/// none where it is no beginning of an id, or too short to tell anything.
pub fn hex(text: &str) -> Option<HexRange> {
    let plain: String = text.chars().filter(|sign| *sign != '-').collect();
    let fits = (SHORTEST..=HEX).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !fits {
        return None;
    }
    let fill = |with: char| {
        let whole = plain.chars().chain(std::iter::repeat(with)).take(HEX).collect::<String>();
        u128::from_str_radix(&whole, 16).ok()
    };
    let (first, last) = (fill('0')?, fill('f')?);
    Some(HexRange {
        first: Uuid::from_u128(first),
        last: Uuid::from_u128(last),
        first_day: ClickId(first).day(),
        last_day: ClickId(last).day(),
    })
}

/// Ids of clicks or conversions, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HexRange {
    pub first: Uuid,
    pub last: Uuid,
    pub first_day: DayNumber,
    pub last_day: DayNumber,
}

#[cfg(test)]
mod tests {
    use super::{hex, numbers};

    #[test]
    fn a_number_is_the_beginning_of_itself_and_of_longer_ones() {
        let ranges = numbers("12");
        assert_eq!(ranges[..3], [(12, 12), (120, 129), (1_200, 1_299)]);
        for text in ["", "0", "00", "-1", "1a", "9999999999999999999"] {
            assert_eq!(numbers(text), [], "{text}");
        }
        assert_eq!(numbers("999999999999999999").len(), 1, "what is longer is no id");
    }

    #[test]
    fn a_beginning_of_a_click_id_is_a_range_of_at_most_two_days() {
        let id = "0196f3a2b4c58001800000000000002a";
        let whole = hex(id).expect("an id");
        assert_eq!(whole.first, whole.last);
        let part = hex(&id[..8]).expect("a beginning");
        assert!(part.first <= whole.first && whole.first <= part.last);
        assert!(part.last_day.0 - part.first_day.0 <= 1);
        assert_eq!(hex("0196F3A2-B4C5-8001-8000-00000000002A").map(|range| range.first), Some(whole.first));
        for text in ["0196f3a", "xyz", "0196f3a2b4c58001800000000000002a0", "Aurora VPN"] {
            assert_eq!(hex(text), None, "{text}");
        }
    }
}
