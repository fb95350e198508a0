//! Requests and answers.

use std::net::SocketAddr;

use bytes::Bytes;
use reqwest::{Method, StatusCode, Version, header::HeaderMap};
use serde_json::Value;

pub struct Client {
    base: String,
    inner: reqwest::Client,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            base: format!("http://{address}"),
            inner: reqwest::Client::new(),
        }
    }

    /// A client that speaks HTTP/2 from its first byte, as there is no TLS to agree on it in.
    pub fn http2(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder().http2_prior_knowledge();
        Self {
            inner: client.build().expect("a client"),
            ..Self::new(address)
        }
    }

    pub fn request(&self, method: &str, path: &str) -> Request {
        let method: Method = method.parse().expect("a method");
        let exchange = format!("{method} {path}");
        Request {
            exchange,
            builder: self.inner.request(method, format!("{}{path}", self.base)),
        }
    }
}

/// A request that is not sent yet.
pub struct Request {
    exchange: String,
    builder: reqwest::RequestBuilder,
}

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub fn json(mut self, body: Value) -> Self {
        self.exchange.push_str(&format!("\n{body}"));
        self.builder = self.builder.json(&body);
        self
    }

    /// A body as it is, said to be JSON.
    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.builder = self.builder.header("content-type", "application/json");
        self.raw_as_is(body)
    }

    /// A body as it is; what it is said to be is up to the headers.
    pub fn raw_as_is(mut self, body: impl Into<Vec<u8>>) -> Self {
        let body: Vec<u8> = body.into();
        self.exchange
            .push_str(&format!("\n{} raw bytes", body.len()));
        self.builder = self.builder.body(body);
        self
    }

    /// The answer; there must be one.
    pub async fn send(self) -> Answer {
        let exchange = self.exchange.clone();
        self.try_send()
            .await
            .unwrap_or_else(|| panic!("{exchange}\nno answer"))
    }

    /// The answer, if there is one.
    pub async fn try_send(self) -> Option<Answer> {
        let response = self.builder.send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let version = response.version();
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|error| format!("no body: {error}").into());
        Some(Answer {
            exchange: self.exchange,
            version,
            status,
            headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            body,
        })
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    exchange: String,
    pub version: Version,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub text: String,
}

impl Answer {
    /// The JSON body of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        self.assert_status(status);
        if self.text.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The `code` of a problem that must have this status; `errors` of it as
    /// `[(field, code)]`.
    #[track_caller]
    pub fn expect_problem(self, status: u16) -> (String, Vec<(String, String)>) {
        self.assert_status(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self}"
        );
        let body = self.json();
        for member in [
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "code",
            "requestId",
            "timestamp",
        ] {
            assert!(!body[member].is_null(), "no `{member}` in {body}");
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = body["errors"]
            .as_array()
            .map(|errors| {
                errors
                    .iter()
                    .map(|error| (text(&error["field"]), text(&error["code"])))
                    .collect()
            })
            .unwrap_or_default();
        (text(&body["code"]), fields)
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{self}");
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// The path that leads to what was created.
    #[track_caller]
    pub fn location(&self) -> String {
        let location = self.header("location");
        location
            .unwrap_or_else(|| panic!("no Location\n{self}"))
            .to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}\n→ {}\n{}", self.exchange, self.status, self.text)
    }
}
