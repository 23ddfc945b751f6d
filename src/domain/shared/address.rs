//! Ranges of addresses as targeting and IP lists write them: one address, a CIDR block, or `first-last`.

use ipnet::IpNet;
use std::{net::IpAddr, str::FromStr};

/// All addresses from `first` to `last`, both included and of one family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AddressRange {
    pub first: IpAddr,
    pub last: IpAddr,
}

impl AddressRange {
    /// Whether the range holds `address`; an IPv4 address written as IPv6 counts as IPv4.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }
}

/// A text that is no range of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be an address, a CIDR block such as 10.0.0.0/8, or a range such as 10.0.0.1-10.0.0.9")]
pub struct NotAnAddressRange;

impl FromStr for AddressRange {
    type Err = NotAnAddressRange;

    fn from_str(text: &str) -> Result<Self, NotAnAddressRange> {
        if let Some((first, last)) = text.split_once('-') {
            return of_ends(address(first)?, address(last)?);
        }
        if let Ok(block) = text.trim().parse::<IpNet>() {
            let (first, last) = (block.network(), block.broadcast());
            // Visitors come with plain addresses, so a block of IPv4 within IPv6 is one of them too.
            return Ok(match (first.to_canonical(), last.to_canonical()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => Self { first: first.into(), last: last.into() },
                (IpAddr::V4(_) | IpAddr::V6(_), _) => Self { first, last },
            });
        }
        let address = address(text)?;
        Ok(Self { first: address, last: address })
    }
}

fn address(text: &str) -> Result<IpAddr, NotAnAddressRange> {
    text.trim().parse::<IpAddr>().map(|address| address.to_canonical()).map_err(|_| NotAnAddressRange)
}

fn of_ends(first: IpAddr, last: IpAddr) -> Result<AddressRange, NotAnAddressRange> {
    let fine = first.is_ipv4() == last.is_ipv4() && first <= last;
    if fine { Ok(AddressRange { first, last }) } else { Err(NotAnAddressRange) }
}

#[cfg(test)]
mod tests {
    use super::AddressRange;

    #[test]
    fn a_range_is_an_address_a_block_or_two_ends() {
        for (text, inside, outside) in [
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("10.0.0.5 - 10.0.0.9", "10.0.0.9", "10.0.0.10"),
            ("2001:db8::/32", "2001:db8::1", "2001:db9::"),
            ("10.0.0.1", "::ffff:10.0.0.1", "::1"),
            ("::ffff:203.0.113.0/120", "203.0.113.9", "203.0.114.9"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
        ] {
            let range: AddressRange = text.parse().expect(text);
            assert!(range.holds(inside.parse().expect(inside)), "{inside} in {text}");
            assert!(!range.holds(outside.parse().expect(outside)), "{outside} not in {text}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.0/33", "a-b"] {
            assert!(text.parse::<AddressRange>().is_err(), "{text}");
        }
    }
}
