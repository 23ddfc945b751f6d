//! What is known of an address, put together from every file in force.

use super::{Connection, Kind, answers, files::InForce};
use crate::tracking::signals::Country;
use smallvec::SmallVec;
use std::net::IpAddr;

/// Bytes of texts that need no room of their own; most places have about 50.
const USUAL: usize = 96;

/// Where an address lies and whose it is. An empty text is "unknown".
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub country: Option<Country>,
    pub connection: Connection,
    /// None where no file tells.
    pub proxy: Option<bool>,
    /// The autonomous system's number; 0 where it is unknown.
    pub asn: u32,
    /// Region, city, ISP and carrier, one behind the other.
    texts: SmallVec<[u8; USUAL]>,
    ends: [u16; 4],
}

impl Place {
    /// The English name of the region, or its code where there is no name.
    #[must_use]
    pub fn region(&self) -> &str {
        self.text(0)
    }

    /// The city's English name.
    #[must_use]
    pub fn city(&self) -> &str {
        self.text(1)
    }

    /// The internet service provider.
    #[must_use]
    pub fn isp(&self) -> &str {
        self.text(2)
    }

    /// The mobile network's operator.
    #[must_use]
    pub fn carrier(&self) -> &str {
        self.text(3)
    }

    fn text(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        let bytes = &self.texts[usize::from(start)..usize::from(self.ends[place])];
        std::str::from_utf8(bytes).expect("whole texts were put there")
    }

    fn hold(&mut self, texts: [&str; 4]) {
        for (end, text) in self.ends.iter_mut().zip(texts) {
            self.texts.extend_from_slice(text.as_bytes());
            *end = u16::try_from(self.texts.len()).expect("four names of at most 120 bytes");
        }
    }
}

impl InForce {
    /// What the files tell of an address; `embedded` tells the country where none of them does.
    pub(super) fn place(&self, address: IpAddr, embedded: impl FnOnce() -> Option<Country>) -> Place {
        let mut place = Place::default();
        let city = self.found(Kind::City, address);
        let of_city = city.as_ref().and_then(answers::country);
        let of_country = || self.found(Kind::Country, address).as_ref().and_then(answers::country);
        place.country = of_city.or_else(of_country).or_else(embedded);
        let isp = self.found(Kind::Isp, address).as_ref().map(answers::isp).unwrap_or_default();
        let asn = self.found(Kind::Asn, address).as_ref().map(answers::asn).unwrap_or_default();
        place.asn = if asn.asn == 0 { isp.asn } else { asn.asn };
        let told = self.found(Kind::ConnectionType, address).as_ref().map(answers::connection);
        place.connection = match told.unwrap_or_default() {
            Connection::Unknown if isp.is_mobile => Connection::Mobile,
            told => told,
        };
        place.proxy = self.proxy(address);
        // The provider of a mobile connection is its carrier; an autonomous system's owner need not be.
        let is_carrier = place.connection == Connection::Mobile;
        place.hold([
            city.as_ref().map_or("", answers::region),
            city.as_ref().map_or("", answers::city),
            if isp.isp.is_empty() { asn.isp } else { isp.isp },
            if is_carrier { isp.isp } else { "" },
        ]);
        place
    }

    /// Such a file lists the anonymous addresses: an address that it could list and does not is none.
    fn proxy(&self, address: IpAddr) -> Option<bool> {
        let file = self.database(Kind::AnonymousIp).filter(|file| file.speaks_of(address))?;
        Some(file.find(address).as_ref().is_some_and(answers::is_anonymous))
    }
}
