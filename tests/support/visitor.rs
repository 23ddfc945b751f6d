//! Those who follow links, from where and with what, and the advertisers that post back. They have
//! no login; the tests stand where a trusted proxy would and name the visitor's address.

use super::{
    api::{Reply, client},
    server::Server,
};
use reqwest::{Client, header};
use std::net::Ipv4Addr;

pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
pub const ANDROID_PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
pub const ANDROID_TABLET: &str = "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
pub const WINDOWS_CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
pub const MAC_SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15";
pub const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// Networks that the embedded table has had in one country for years: 65,536 addresses each.
const COUNTRIES: [(&str, [u8; 2]); 7] = [
    ("DE", [84, 128]),
    ("US", [12, 0]),
    ("GB", [86, 128]),
    ("FR", [90, 0]),
    ("IN", [49, 36]),
    ("JP", [126, 0]),
    ("BR", [177, 32]),
];

/// Someone who follows a link.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub user_agent: String,
    pub address: Ipv4Addr,
    /// `Accept-Language`.
    pub language: String,
    /// Empty where none is sent.
    pub referrer: String,
    /// The `Cookie` header; empty where none is sent.
    pub cookies: String,
    /// The `Host` header; empty for that of the link.
    pub host: String,
}

/// What a visitor was answered.
pub type Answer = Reply;

impl Visitor {
    /// A visitor from `country`, one of the seven that the tests know addresses of.
    pub fn new(user_agent: &str, country: &str) -> Self {
        Self {
            user_agent: user_agent.to_owned(),
            address: address_in(country, 1),
            language: "en-US,en;q=0.9".to_owned(),
            referrer: String::new(),
            cookies: String::new(),
            host: String::new(),
        }
    }

    /// The same person's neighbour: another address of the same country, one for each number.
    pub fn number(&self, number: u16) -> Self {
        let [first, second, ..] = self.address.octets();
        let [third, fourth] = number.to_be_bytes();
        Self { address: Ipv4Addr::new(first, second, third, fourth), ..self.clone() }
    }

    fn request(&self, client: &Client, url: &str) -> reqwest::RequestBuilder {
        let mut request = client.get(url).header(header::USER_AGENT, &self.user_agent);
        request = request.header("X-Forwarded-For", self.address.to_string());
        let rest = [
            (header::ACCEPT_LANGUAGE, &self.language),
            (header::REFERER, &self.referrer),
            (header::COOKIE, &self.cookies),
            (header::HOST, &self.host),
        ];
        for (name, value) in rest.into_iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        request
    }

    /// Follows a link as far as its answer.
    pub async fn follow(&self, link: &str) -> Answer {
        self.follow_with(&client(), link).await.expect("the server answers")
    }

    /// The same over a client that is kept, where the server may be away: for loads and crashes.
    pub async fn follow_with(&self, client: &Client, link: &str) -> reqwest::Result<Answer> {
        Reply::attempt(self.request(client, link)).await
    }
}

impl Reply {
    /// Where a redirect leads; empty where this is none.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The click's id, as the landing page of the tests is told it.
    pub fn click_id(&self) -> String {
        let id = self.parameter("cid");
        assert_eq!(id.len(), 32, "no click id in `{}` ({})", self.location(), self.status);
        id
    }

    /// A parameter of the address that a redirect leads to; empty where it is not there.
    pub fn parameter(&self, name: &str) -> String {
        let Ok(url) = reqwest::Url::parse(self.location()) else { return String::new() };
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map_or_else(String::new, |(_, value)| value.into_owned())
    }
}

impl Server {
    /// An advertiser's call of `/postback` with these parameters.
    pub async fn postback(&self, parameters: &[(&str, &str)]) -> Reply {
        Reply::read(client().get(format!("{}/postback", self.url)).query(parameters)).await
    }

    /// A page or other address of the server, asked for without a login.
    pub async fn visit(&self, path: &str) -> Reply {
        Reply::read(client().get(format!("{}{path}", self.url))).await
    }
}

/// An address of a country, one for each number.
pub fn address_in(country: &str, number: u16) -> Ipv4Addr {
    let known = COUNTRIES.iter().find(|(code, _)| *code == country);
    let (_, [first, second]) = known.unwrap_or_else(|| panic!("the tests know no address in {country}"));
    let [third, fourth] = number.to_be_bytes();
    Ipv4Addr::new(*first, *second, third, fourth)
}
