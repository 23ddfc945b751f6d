//! The API as a customer's program uses it: a key, JSON in, JSON out.

use reqwest::{Client, Method, StatusCode, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use std::time::Duration;

/// One key's view of `/api/v1`.
#[derive(Clone)]
pub struct Api {
    /// The server's address, without a slash at its end.
    url: String,
    key: String,
    client: Client,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body; null where it is not JSON.
    pub json: Value,
    pub text: String,
}

/// A client that follows no redirect and heeds no proxy. One a test: it belongs to the test's runtime.
pub fn client() -> Client {
    let builder = Client::builder().redirect(Policy::none()).no_proxy().timeout(Duration::from_secs(30));
    // The server drops a connection that rests for five seconds; one that is about to be dropped is not taken.
    let builder = builder.pool_idle_timeout(Duration::from_secs(2));
    builder.build().expect("an HTTP client can be made")
}

impl Api {
    pub fn new(url: &str, key: &str) -> Self {
        Self { url: url.to_owned(), key: key.to_owned(), client: client() }
    }

    /// The same server with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// A POST that may be sent again, whatever comes of it.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Reply {
        let request = self.client.post(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.key);
        Reply::read(request.header("Idempotency-Key", key).json(&body)).await
    }

    /// Uploads a file of conversions, whatever comes of it.
    pub async fn upload(&self, kind: &str, file: impl Into<Vec<u8>>) -> Reply {
        let address = format!("{}/api/v1/uploads?kind={kind}&name=file.csv", self.url);
        let request = self.client.post(address).bearer_auth(&self.key);
        Reply::read(request.header("Content-Type", "text/csv").body(file.into())).await
    }

    /// One call, whatever comes of it. `path` stands behind `/api/v1/`; a null body is none.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> Reply {
        let mut request =
            self.client.request(method, format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.key);
        if !body.is_null() {
            request = request.json(&body);
        }
        Reply::read(request).await
    }

    /// Reads; fails the test where that is refused.
    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, Value::Null).await.success()
    }

    /// Creates or starts something; fails the test where that is refused.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, body).await.success()
    }

    /// Changes what `body` names; fails the test where that is refused.
    pub async fn patch(&self, path: &str, body: Value) -> Value {
        self.call(Method::PATCH, path, body).await.success()
    }

    /// All items of a list, page after page.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = self.get(path).await;
        loop {
            items.extend(page["items"].as_array().expect("a list has items").iter().cloned());
            let Some(next) = page["next"].as_str() else { return items };
            let sign = if path.contains('?') { '&' } else { '?' };
            page = self.get(&format!("{path}{sign}cursor={next}")).await;
        }
    }
}

impl Reply {
    /// Sends a request and reads its answer.
    pub async fn read(request: reqwest::RequestBuilder) -> Self {
        Self::attempt(request).await.expect("the server answers")
    }

    /// The same where the server may be away.
    pub async fn attempt(request: reqwest::RequestBuilder) -> reqwest::Result<Self> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await?;
        Ok(Self { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }

    /// The body of a success; fails the test on anything else.
    pub fn success(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self.json
    }
}

/// The id in an answer.
pub fn id_of(object: &Value) -> String {
    object["id"].as_str().unwrap_or_else(|| panic!("no id in {object}")).to_owned()
}
