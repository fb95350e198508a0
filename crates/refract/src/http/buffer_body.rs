//! Reads bodies into memory before the endpoints run and after the key was checked. It limits their
//! size, and enforces a minimum rate.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::{BodyExt, combinators::BoxBody};
use poem::{
    Endpoint, Request, Result,
    http::{Version, header},
};

use crate::{error::Error, settings::ServerSettings};

/// Bytes of the bodies of all requests in flight. Sixteen of the largest bodies are allowed in any
/// case.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Passes requests on with their bodies in memory.
pub(crate) struct BufferBody<E> {
    limits: Limits,
    room: Room,
    inner: E,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    max_bytes: usize,
    /// Longest time without a byte.
    timeout: Duration,
    bytes_per_sec: u32,
}

impl<E> BufferBody<E> {
    pub(crate) fn new(settings: &ServerSettings, inner: E) -> Self {
        let limits = Limits {
            max_bytes: settings.max_body_bytes,
            timeout: settings.connections.body_timeout,
            bytes_per_sec: settings.connections.min_bytes_per_sec,
        };
        let room = Room {
            most: MAX_BYTES.max(limits.max_bytes.saturating_mul(16)),
            taken: AtomicUsize::new(0),
        };
        Self {
            limits,
            room,
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for BufferBody<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<E::Output> {
        if has_body(&request) {
            let body = request.take_body().into();
            // In a box: most requests have no body.
            let mut place = Place {
                room: &self.room,
                bytes: 0,
            };
            let bytes = Box::pin(whole(body, self.limits, &mut place)).await?;
            request.set_body(bytes);
            let answer = self.inner.call(request).await;
            drop(place);
            return answer;
        }
        self.inner.call(request).await
    }
}

/// Counts the bytes of all bodies.
struct Room {
    most: usize,
    taken: AtomicUsize,
}

/// The bytes of one body. Dropping it subtracts them.
struct Place<'room> {
    room: &'room Room,
    bytes: usize,
}

impl Place<'_> {
    /// Adds bytes. Gives whether there is room for them.
    fn grow(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.room.taken.fetch_add(bytes, Relaxed) + bytes <= self.room.most
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.bytes, Relaxed);
    }
}

/// Whether a request may have a body. HTTP/2 needs no header for it, so only a length of zero means
/// that there is none.
pub(super) fn has_body(request: &Request) -> bool {
    let headers = request.headers();
    match headers.get(header::CONTENT_LENGTH) {
        Some(length) => length != "0",
        None => {
            headers.contains_key(header::TRANSFER_ENCODING) || request.version() > Version::HTTP_11
        }
    }
}

async fn whole(
    mut body: BoxBody<Bytes, std::io::Error>,
    limits: Limits,
    place: &mut Place<'_>,
) -> std::result::Result<Bytes, Error> {
    let too_large = Error::BodyTooLarge {
        limit_bytes: limits.max_bytes,
    };
    // Checked before the body is polled, since that sends `100 Continue` where the client expects
    // it.
    if body.size_hint().lower() > limits.max_bytes as u64 {
        return Err(too_large);
    }
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    // As in `serve::min_rate`: waiting uses it up, bytes restore it.
    let mut left = limits.timeout;
    loop {
        let begin = Instant::now();
        let frame = match tokio::time::timeout(left, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => {
                let reason = "its body broke off".to_owned();
                return Err(Error::BadRequest { reason });
            }
            Ok(None) => break,
            Err(_) => return Err(Error::RequestTimeout { part: "body" }),
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + all.len() + data.len() > limits.max_bytes {
            return Err(too_large);
        }
        if !place.grow(data.len()) {
            return Err(Error::TooManyBodies);
        }
        let gained = data.len() as f64 / f64::from(limits.bytes_per_sec);
        left = left
            .saturating_sub(begin.elapsed())
            .saturating_add(Duration::from_secs_f64(gained))
            .min(limits.timeout);
        // Most bodies come in one piece, which need not be copied.
        if first.is_empty() && all.is_empty() {
            first = data;
        } else {
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&data);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};

    use super::*;

    /// A body of `count` pieces, with a pause before each.
    fn body(piece: &'static [u8], count: usize, pause: Duration) -> BoxBody<Bytes, std::io::Error> {
        let pieces = stream::iter(0..count).then(move |_| async move {
            tokio::time::sleep(pause).await;
            std::io::Result::Ok(Bytes::from_static(piece))
        });
        poem::Body::from_bytes_stream(pieces).into()
    }

    #[tokio::test]
    async fn a_slow_body_is_read_and_a_dripping_one_is_not() {
        let limits = Limits {
            max_bytes: 1000,
            timeout: Duration::from_millis(200),
            bytes_per_sec: 100,
        };
        let pause = Duration::from_millis(50);
        let room = Room {
            most: 1500,
            taken: AtomicUsize::new(0),
        };
        let place = || Place {
            room: &room,
            bytes: 0,
        };
        let slow = whole(body(b"0123456789", 12, pause), limits, &mut place()).await;
        assert_eq!(slow.expect("is read").len(), 120);
        let dripping = whole(body(b"0", 12, pause), limits, &mut place()).await;
        assert!(matches!(dripping, Err(Error::RequestTimeout { .. })));
        let pieces = || body(&[b' '; 400], 2, Duration::ZERO);
        let large = body(&[b' '; 600], 2, Duration::ZERO);
        let large = whole(large, limits, &mut place()).await;
        assert!(matches!(large, Err(Error::BodyTooLarge { .. })));
        let mut first = place();
        assert!(whole(pieces(), limits, &mut first).await.is_ok());
        let second = whole(pieces(), limits, &mut place()).await;
        assert!(matches!(second, Err(Error::TooManyBodies)));
        drop(first);
        assert!(whole(pieces(), limits, &mut place()).await.is_ok());
    }
}
