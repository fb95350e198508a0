//! The files of requests: one request a line, as in
//! `PATCH /api/v1/tags/1 {"name": "x"} | Prefer: return=minimal | If-Match: @`.
//!
//! A line that begins with a space goes on with the line before it, `#` begins a heading. `@` stands
//! for a part of the answer before: its `nextCursor` in a path, its `ETag` in a header. `\n` is a line
//! feed in a body that has a `Content-Type`.

use std::fmt;

use crate::support::{Answer, App};

pub enum Line {
    Heading(String),
    Request(Request),
}

pub struct Request {
    method: String,
    path: String,
    body: Option<String>,
    headers: Vec<(String, String)>,
}

pub fn parse(text: &str) -> Vec<Line> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match (line.starts_with(' '), lines.last_mut()) {
            (true, Some(last)) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.trim_end().to_owned()),
        }
    }
    let lines = lines.iter().map(|line| match line.strip_prefix('#') {
        Some(heading) => Line::Heading(heading.trim().to_owned()),
        None => Line::Request(Request::parse(line)),
    });
    lines.collect()
}

impl Request {
    fn parse(line: &str) -> Self {
        let mut parts = line.split(" | ");
        let request = parts.next().expect("a request");
        let mut words = request.splitn(3, ' ');
        let headers = parts.map(|header| {
            let (name, value) = header.split_once(": ").expect("a header");
            (name.to_owned(), value.to_owned())
        });
        Self {
            method: words.next().expect("a method").to_owned(),
            path: words.next().expect("a path").to_owned(),
            body: words.next().map(str::to_owned),
            headers: headers.collect(),
        }
    }

    pub async fn send(&self, app: &App, last: Option<&Answer>) -> Answer {
        let path = match self.path.strip_suffix('@') {
            Some(path) => {
                let last = last.expect("an answer before this one").json();
                let cursor = last["nextCursor"].as_str().expect("another page");
                format!("{path}{cursor}")
            }
            None => self.path.clone(),
        };
        let mut request = app.request(&self.method, &path);
        for (name, value) in &self.headers {
            let etag = || last.and_then(|last| last.header("etag"));
            let value = match value.as_str() {
                "@" => etag().expect("an ETag before this one"),
                value => value,
            };
            request = request.header(name, value);
        }
        let is_typed = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        match &self.body {
            None => request,
            Some(body) if self.headers.iter().any(is_typed) => {
                request.raw_as_is(body.replace("\\n", "\n"))
            }
            Some(body) => request.raw(body.clone()),
        }
        .send()
        .await
    }
}

impl fmt::Display for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.method, self.path)?;
        if let Some(body) = &self.body {
            write!(out, " {body}")?;
        }
        for (name, value) in &self.headers {
            write!(out, " | {name}: {value}")?;
        }
        Ok(())
    }
}
