//! Compresses large responses where `Accept-Encoding` asks for it.
//!
//! poem has a middleware for this. It compresses responses of ten bytes, takes `q=0` for a
//! preference, misspells zstd, and cannot set brotli's window size.

use std::io;

use async_compression::{
    Level,
    brotli::EncoderParams,
    tokio::bufread::{BrotliEncoder, GzipEncoder, ZstdEncoder},
};
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::combinators::BoxBody;
use poem::{
    Body, Endpoint, IntoResponse, Request, Response, Result,
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, VARY},
    },
};
use tokio::io::BufReader;

use super::accept_encoding::{self, Coding};

/// Smaller bodies fit into one packet.
const MIN_BODY_BYTES: u64 = 1024;

/// Compresses the responses of the inner endpoint.
pub(crate) struct Compression<E> {
    enabled: bool,
    inner: E,
}

impl<E> Compression<E> {
    pub(crate) fn new(enabled: bool, inner: E) -> Self {
        Self { enabled, inner }
    }
}

impl<E: Endpoint> Endpoint for Compression<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let coding = accept_encoding::preferred(request.headers());
        let response = self.inner.call(request).await?.into_response();
        Ok(match self.enabled {
            true => compress(response, coding),
            false => response,
        })
    }
}

fn compress(mut response: Response, coding: Option<Coding>) -> Response {
    if !is_large(&mut response) || !is_compressible(response.headers()) {
        return response;
    }
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        headers.remove(CONTENT_LENGTH);
        let body = coded(response.take_body(), coding);
        response.set_body(body);
    }
    response
}

/// Compresses a body while it is sent. The levels are low, since each response is sent once.
fn coded(body: Body, coding: Coding) -> Body {
    let body = BufReader::new(body.into_async_read());
    match coding {
        Coding::Zstd => Body::from_async_read(ZstdEncoder::with_quality(body, Level::Precise(2))),
        Coding::Br => {
            // Allocating the default window of 4 MiB takes longer than compressing a list. Below
            // level 2, every piece would be compressed separately.
            let params = EncoderParams::default()
                .quality(Level::Precise(2))
                .window_size(18);
            Body::from_async_read(BrotliEncoder::with_params(body, params))
        }
        Coding::Gzip => Body::from_async_read(GzipEncoder::with_quality(body, Level::Precise(1))),
    }
}

/// Whether the body is large, or its size is unknown.
fn is_large(response: &mut Response) -> bool {
    // The body is taken out and put back, since poem's type does not tell its size. Nothing is
    // copied.
    let body: BoxBody<Bytes, io::Error> = response.take_body().into();
    let most = body.size_hint().upper();
    response.set_body(body);
    most.is_none_or(|bytes| bytes >= MIN_BODY_BYTES)
}

/// Whether the body is a complete text that is not compressed yet.
fn is_compressible(headers: &HeaderMap) -> bool {
    let is_bytes_of_more = headers
        .get(CONTENT_RANGE)
        .is_some_and(|range| range.as_bytes().starts_with(b"bytes"));
    !is_bytes_of_more
        && !headers.contains_key(CONTENT_ENCODING)
        && headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(is_text)
}

/// `text/*`, and media types whose syntax is text, such as `application/problem+json`.
fn is_text(media_type: &str) -> bool {
    const LANGUAGES: [&str; 5] = ["json", "javascript", "xml", "yaml", "x-ndjson"];
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else {
        return false;
    };
    let language = subtype.rsplit('+').next().unwrap_or(subtype);
    kind.eq_ignore_ascii_case("text")
        || LANGUAGES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(language))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
    use futures_util::stream;
    use poem::http::HeaderName;
    use tokio::{
        io::{AsyncRead, AsyncReadExt},
        sync::mpsc,
        time::timeout,
    };

    use super::*;

    fn decoder(response: Response, coding: Coding) -> Box<dyn AsyncRead + Unpin> {
        assert_eq!(response.header(CONTENT_ENCODING), Some(coding.name()));
        let body = BufReader::new(response.into_body().into_async_read());
        match coding {
            Coding::Zstd => Box::new(ZstdDecoder::new(body)),
            Coding::Br => Box::new(BrotliDecoder::new(body)),
            Coding::Gzip => Box::new(GzipDecoder::new(body)),
        }
    }

    #[tokio::test]
    async fn a_stream_is_compressed_as_it_comes() {
        for coding in [Coding::Zstd, Coding::Br, Coding::Gzip] {
            let (sender, receiver) = mpsc::unbounded_channel();
            let chunks = stream::unfold(receiver, async |mut receiver| {
                let chunk: Bytes = receiver.recv().await?;
                Some((io::Result::Ok(chunk), receiver))
            });
            let events = Response::builder()
                .content_type("text/event-stream")
                .body(Body::from_bytes_stream(chunks));
            let mut decoder = decoder(compress(events, Some(coding)), coding);
            for event in ["data: one\n\n", "data: two\n\n"] {
                sender.send(event.into()).expect("somebody listens");
                let mut received = vec![0; event.len()];
                let receiving = decoder.read_exact(&mut received);
                let in_time = timeout(Duration::from_secs(10), receiving).await;
                in_time
                    .expect("no event waits for the next")
                    .expect("decodes");
                assert_eq!(received, event.as_bytes());
            }
            drop(sender);
            let mut rest = Vec::new();
            decoder.read_to_end(&mut rest).await.expect("ends well");
            assert_eq!(rest, b"");
        }
    }

    #[tokio::test]
    async fn what_is_small_or_coded_or_no_text_is_left_alone() {
        const LARGE: usize = 1024;
        let json = || (CONTENT_TYPE, "application/json");
        let cases: [(usize, &[(HeaderName, &str)]); 5] = [
            (LARGE - 1, &[json()]),
            (LARGE, &[]),
            (LARGE, &[(CONTENT_TYPE, "image/png")]),
            (LARGE, &[json(), (CONTENT_ENCODING, "br")]),
            (LARGE, &[json(), (CONTENT_RANGE, "bytes 0-1023/4096")]),
        ];
        for (length, headers) in cases {
            let response = headers
                .iter()
                .fold(Response::builder(), |response, (name, value)| {
                    response.header(name, *value)
                })
                .body(vec![b' '; length]);
            let before = response.headers().clone();
            let after = compress(response, Some(Coding::Gzip));
            assert_eq!(*after.headers(), before);
            let body = after.into_body().into_vec().await.expect("a body");
            assert_eq!(body, vec![b' '; length]);
        }
    }

    #[test]
    fn text_is_told_from_the_rest() {
        for media_type in [
            "application/json",
            "application/problem+json",
            "Application/JSON; charset=utf-8",
            "application/vnd.oai.openapi+json;version=3.0",
            "text/html; charset=utf-8",
            "application/javascript",
            "image/svg+xml",
        ] {
            assert!(is_text(media_type), "{media_type}");
        }
        for media_type in [
            "",
            "json",
            "image/png",
            "application/octet-stream",
            "application/zip",
        ] {
            assert!(!is_text(media_type), "{media_type}");
        }
    }
}
