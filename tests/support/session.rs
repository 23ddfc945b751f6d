//! A person with a browser's cookies but without a browser: signs in, opens pages, sends forms.

use super::{
    api::{Reply, client},
    machine::eventually,
    server::{Network, Server},
};
use reqwest::{Client, header};
use std::time::Duration;

/// How long figures may take that come after their page.
const PATIENCE: Duration = Duration::from_secs(20);

/// Someone who is signed in, or was.
pub struct Session {
    url: String,
    client: Client,
    /// The `Cookie` header.
    pub cookie: String,
}

impl Session {
    /// Signs in as a network's administrator.
    pub async fn of(server: &Server, network: &Network) -> Self {
        Self::sign_in(server, &network.email, &network.password).await
    }

    /// Signs in; fails the test where that is refused.
    pub async fn sign_in(server: &Server, email: &str, password: &str) -> Self {
        let reply = try_sign_in(server, email, password).await;
        assert_eq!(reply.status, 303, "{}", reply.text);
        let cookie = cookie_of(&reply);
        Self { url: server.url.clone(), client: client(), cookie }
    }

    /// Opens a page, and again where it says that its figures come in a moment.
    pub async fn get(&self, path: &str) -> Reply {
        let opened = async || {
            let reply = self.get_once(path).await;
            (!is_waiting(&reply)).then_some(reply)
        };
        eventually(path, PATIENCE, opened).await
    }

    /// Opens a page as it is.
    pub async fn get_once(&self, path: &str) -> Reply {
        let request = self.client.get(format!("{}{path}", self.url)).header(header::COOKIE, &self.cookie);
        Reply::read(request).await
    }

    /// Sends a form, as a page of ours does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post_from(path, fields, "same-origin").await
    }

    /// Sends a form as a page of another site would have the browser do it.
    pub async fn post_from(&self, path: &str, fields: &[(&str, &str)], site: &str) -> Reply {
        let request = self.client.post(format!("{}{path}", self.url)).header(header::COOKIE, &self.cookie);
        Reply::read(request.header("Sec-Fetch-Site", site).form(fields)).await
    }
}

/// Whether a page says that its figures come in a moment.
pub fn is_waiting(reply: &Reply) -> bool {
    reply.text.contains(" data-now>")
}

/// Tries to sign in, whatever comes of it.
pub async fn try_sign_in(server: &Server, email: &str, password: &str) -> Reply {
    let form = [("email", email), ("password", password), ("next", "/")];
    Reply::read(client().post(format!("{}/sign-in", server.url)).form(&form)).await
}

/// The session's cookie as an answer sets it, to be sent back.
pub fn cookie_of(reply: &Reply) -> String {
    let set = reply.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookie = set.filter_map(|value| value.split(';').next());
    cookie.filter(|pair| pair.starts_with("switchyard_session=")).collect()
}
