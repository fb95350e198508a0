//! The URL of a request line, percent-encoded where it has to be.

use poem::http::Uri;

use crate::http::rejection::{MAX_URL_BYTES, Rejection};

/// How a byte of a URL is treated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Plain,
    Encode,
    Refuse,
}

/// `Plain` bytes are those of RFC 3986, and `%` whatever follows. Browsers and PostgREST also
/// accept the `Encode` bytes. The `Refuse` bytes end a URL, a line or a word.
pub(super) const CLASSES: [Class; 256] = {
    let mut classes = [Class::Encode; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte <= 0x20 || byte == 0x7f || byte == b'#' as usize {
            classes[byte] = Class::Refuse;
        } else if byte < 0x7f
            && !matches!(
                byte as u8,
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
            )
        {
            classes[byte] = Class::Plain;
        }
        byte += 1;
    }
    classes
};

/// The percent-encoded URL, where the URL needs it.
pub(super) fn encoded_url(url: &[u8]) -> Result<Option<Vec<u8>>, Rejection> {
    let mut to_encode = 0;
    for byte in url {
        match CLASSES[usize::from(*byte)] {
            Class::Plain => {}
            Class::Encode => to_encode += 1,
            Class::Refuse => {
                return Err(Rejection::Unreadable(match *byte {
                    b' ' => "its URL has a space; write %20",
                    b'#' => "its URL has a fragment, which is not for servers; write # as %23",
                    _ => "its URL has a control character",
                }));
            }
        }
    }
    if url.len() + 2 * to_encode > MAX_URL_BYTES {
        return Err(Rejection::UrlTooLong);
    }
    let encoded = (to_encode > 0).then(|| percent_encoded(url));
    if !url.starts_with(b"/") {
        check_form(encoded.as_deref().unwrap_or(url))?;
    }
    Ok(encoded)
}

pub(super) fn percent_encoded(url: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(url.len() + 32);
    for byte in url {
        match CLASSES[usize::from(*byte)] {
            Class::Plain => encoded.push(*byte),
            Class::Encode | Class::Refuse => {
                encoded.extend_from_slice(percent_encoding::percent_encode_byte(*byte).as_bytes());
            }
        }
    }
    encoded
}

/// URLs that do not begin with `/`: proxies send `http://host/path`, and `OPTIONS` has `*`.
fn check_form(url: &[u8]) -> Result<(), Rejection> {
    let has_form = url == b"*" || Uri::try_from(url).is_ok_and(|url| url.scheme().is_some());
    if has_form {
        Ok(())
    } else {
        Err(Rejection::Unreadable("its URL does not begin with /"))
    }
}
