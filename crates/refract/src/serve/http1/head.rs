//! The head of a request: its URL, its framing, or the reason to reject it.

use super::request_url::{CLASSES, Class, encoded_url, percent_encoded};
use crate::http::rejection::{MAX_HEADER_BYTES, MAX_HEADERS, MAX_URL_BYTES, Rejection};

/// A request line has little besides the URL: a method, a version, two spaces.
const MAX_LINE_BYTES: usize = MAX_URL_BYTES + 64;
/// Most requests have no more. To make room for more takes longer than to parse them.
const FEW_HEADERS: usize = 20;
/// Longest path that the response to an unreadable request repeats.
const MAX_PATH_BYTES: usize = 256;

/// What a connection's bytes begin with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An incomplete head.
    Partial,
    Whole {
        /// Bytes of the head as it was sent.
        length: usize,
        body: Framing,
        /// Where the URL had to be encoded: the length of the request line without its line end,
        /// and the line that replaces it.
        line: Option<(usize, Vec<u8>)>,
    },
    Rejected(Rejection),
}

/// How the end of the body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// The number of bytes. Zero where there is no body.
    Length(u64),
    Chunked,
}

/// Reads the head at the beginning of `bytes`.
pub(super) fn read(bytes: &[u8]) -> Head {
    match try_read(bytes) {
        Ok(head) => head,
        Err(refused) => Head::Rejected(refused),
    }
}

fn try_read(bytes: &[u8]) -> Result<Head, Rejection> {
    if let Some(&first) = bytes.first()
        && !is_token(first)
    {
        return Err(Rejection::Unreadable(match first {
            // A TLS handshake record.
            0x16 => "it begins with TLS, and this port speaks HTTP without it",
            _ => "it does not begin with a method",
        }));
    }
    let Some(line_feed) = memchr::memchr(b'\n', bytes) else {
        return match bytes.len() {
            ..=MAX_LINE_BYTES => Ok(Head::Partial),
            _ => Err(Rejection::UrlTooLong),
        };
    };
    let line = strip_carriage_return(&bytes[..line_feed])?;
    let (method, url) = split_line(line)?;
    let encoded = encoded_url(url)?;
    let fields = &bytes[line_feed + 1..];
    let mut few = [httparse::EMPTY_HEADER; FEW_HEADERS];
    let mut many;
    let mut read = httparse::parse_headers(fields, &mut few);
    if matches!(read, Err(httparse::Error::TooManyHeaders)) {
        many = [httparse::EMPTY_HEADER; MAX_HEADERS];
        read = httparse::parse_headers(fields, &mut many);
    }
    let (fields_length, headers) = match read {
        Ok(httparse::Status::Complete(read)) => read,
        Ok(httparse::Status::Partial) if fields.len() > MAX_HEADER_BYTES => {
            return Err(Rejection::HeadersTooLarge);
        }
        Ok(httparse::Status::Partial) => return Ok(Head::Partial),
        Err(httparse::Error::TooManyHeaders) => return Err(Rejection::HeadersTooLarge),
        Err(httparse::Error::HeaderValue) => {
            return Err(Rejection::Unreadable(
                "the value of a header field has a control character",
            ));
        }
        Err(_) => {
            return Err(Rejection::Unreadable(
                "a line of the header is not `name: value`; lines that continue others are not taken",
            ));
        }
    };
    if fields_length > MAX_HEADER_BYTES {
        return Err(Rejection::HeadersTooLarge);
    }
    for at in memchr::memchr_iter(b'\n', &fields[..fields_length]) {
        strip_carriage_return(&fields[..at])?;
    }
    let is_http_10 = line.ends_with(b"0");
    let body = framing(headers, is_http_10)?;
    Ok(Head::Whole {
        length: line_feed + 1 + fields_length,
        body,
        line: encoded.map(|url| {
            let version = &line[line.len() - "HTTP/1.1".len()..];
            let new = [method, b" ", &url, b" ", version].concat();
            (line.len(), new)
        }),
    })
}

/// Some parsers take a single line feed as the end of a line, and some do not.
fn strip_carriage_return(line: &[u8]) -> Result<&[u8], Rejection> {
    line.strip_suffix(b"\r").ok_or(Rejection::Unreadable(
        "a line ends with a line feed alone, without a carriage return",
    ))
}

/// The method and the URL of a request line.
fn split_line(line: &[u8]) -> Result<(&[u8], &[u8]), Rejection> {
    const FORM: Rejection =
        Rejection::Unreadable("its first line is not `METHOD /path?query HTTP/1.1`");
    let space = |byte: &u8| *byte == b' ';
    let first = line.iter().position(space).ok_or(FORM)?;
    let last = line.iter().rposition(space).unwrap_or(first);
    let method = &line[..first];
    if !method.iter().copied().all(is_token) {
        return Err(FORM);
    }
    let version = &line[last + 1..];
    if first == last || !version.starts_with(b"HTTP/") {
        return Err(FORM);
    }
    if version != b"HTTP/1.1" && version != b"HTTP/1.0" {
        return Err(Rejection::UnsupportedVersion);
    }
    if method == b"CONNECT" {
        return Err(Rejection::Unreadable(
            "CONNECT is for proxies, and this is none",
        ));
    }
    Ok((method, &line[first + 1..last]))
}

/// Rejects requests whose framing two parsers could read differently: RFC 9112, section 6.3.
fn framing(headers: &[httparse::Header<'_>], is_http_10: bool) -> Result<Framing, Rejection> {
    let mut length = None;
    let mut chunked = false;
    for header in headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            let digits = std::str::from_utf8(header.value)
                .ok()
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            let number = digits.and_then(|digits| digits.parse::<u64>().ok());
            // hyper reserves two values of 64 bits.
            let number = number.filter(|number| *number < u64::MAX - 2);
            let number =
                number.ok_or(Rejection::Unreadable("its Content-Length is not a number"))?;
            if length.replace(number).is_some() {
                return Err(Rejection::Unreadable("it has Content-Length twice"));
            }
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            if chunked || !header.value.eq_ignore_ascii_case(b"chunked") {
                return Err(Rejection::Unreadable(
                    "its Transfer-Encoding is not `chunked` alone",
                ));
            }
            if is_http_10 {
                return Err(Rejection::Unreadable("HTTP/1.0 has no Transfer-Encoding"));
            }
            chunked = true;
        }
    }
    match (chunked, length) {
        (true, Some(_)) => Err(Rejection::Unreadable(
            "it has both Content-Length and Transfer-Encoding",
        )),
        (true, None) => Ok(Framing::Chunked),
        (false, length) => Ok(Framing::Length(length.unwrap_or(0))),
    }
}

/// `tchar` of RFC 9110.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A readable head that replaces an unreadable one. It has the method and the path of the request,
/// as far as they can be read, and ends the connection.
pub(super) fn substitute_head(bytes: &[u8]) -> Vec<u8> {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let mut words = bytes.splitn(3, |byte| *byte == b' ');
    let first = words.next().unwrap_or_default();
    let method = METHODS.iter().find(|method| method.as_bytes() == first);
    let rest = method.and(words.next()).unwrap_or_default();
    let is_of_path = |byte: &u8| *byte != b'?' && CLASSES[usize::from(*byte)] != Class::Refuse;
    let length = rest.iter().take_while(|byte| is_of_path(byte)).count();
    let path = match &rest[..length.min(MAX_PATH_BYTES)] {
        path if path.starts_with(b"/") => percent_encoded(path),
        _ => b"/".to_vec(),
    };
    let method = method.map_or(&b"GET"[..], |method| method.as_bytes());
    [
        method,
        b" ",
        &path,
        b" HTTP/1.1\r\nConnection: close\r\n\r\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use poem::http::Uri;
    use proptest::prelude::*;

    use super::*;

    fn refusal(head: &str) -> Rejection {
        match read(head.as_bytes()) {
            Head::Rejected(refused) => refused,
            other => panic!("{head:?} is {other:?}"),
        }
    }

    fn whole(head: &[u8]) -> (usize, Framing, Option<String>) {
        match read(head) {
            Head::Whole { length, body, line } => {
                let line = line.map(|(_, new)| String::from_utf8(new).expect("ASCII"));
                (length, body, line)
            }
            other => panic!("{head:?} is {other:?}"),
        }
    }

    #[test]
    fn urls_as_people_type_them_are_encoded() {
        let head =
            b"GET /rest/v1/t?d->>b=eq.x&n=in.(\"a\",{b}|\\^`)&c=\xc3\xa9&p=% HTTP/1.1\r\n\r\n";
        let (length, body, line) = whole(head);
        assert_eq!((length, body), (head.len(), Framing::Length(0)));
        assert_eq!(
            line.as_deref(),
            Some(
                "GET /rest/v1/t?d-%3E%3Eb=eq.x&n=in.(%22a%22,%7Bb%7D%7C%5C%5E%60)&c=%C3%A9&p=% HTTP/1.1"
            )
        );
        assert_eq!(whole(b"GET /a?b=[1]&c='(~)' HTTP/1.1\r\n\r\n").2, None);
        assert_eq!(whole(b"GET http://h/a HTTP/1.1\r\n\r\n").2, None);
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for head in [
            "GET / HTTP/1.1\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\n",
            "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\rc: d\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length : 1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET /a b HTTP/1.1\r\n\r\n",
            "GET /a#b HTTP/1.1\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1 \r\n\r\n",
            "GET x HTTP/1.1\r\n\r\n",
            "GET /\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\n\r\n",
            "\u{16}\u{3}\u{1}",
            "{}\r\n\r\n",
        ] {
            assert!(
                matches!(refusal(head), Rejection::Unreadable(_)),
                "{head:?}"
            );
        }
        assert_eq!(
            refusal("GET / HTTP/3.0\r\n\r\n"),
            Rejection::UnsupportedVersion
        );
        let long = "a".repeat(MAX_URL_BYTES);
        assert_eq!(
            refusal(&format!("GET /{long} HTTP/1.1\r\n\r\n")),
            Rejection::UrlTooLong
        );
        assert_eq!(
            refusal(&format!("GET /{long}{long}")),
            Rejection::UrlTooLong
        );
        let field = format!("GET / HTTP/1.1\r\nA: {long}");
        assert_eq!(refusal(&field), Rejection::HeadersTooLarge);
        let fields = "A: b\r\n".repeat(MAX_HEADERS + 1);
        let many = format!("GET / HTTP/1.1\r\n{fields}\r\n");
        assert_eq!(refusal(&many), Rejection::HeadersTooLarge);
    }

    #[test]
    fn a_stand_in_has_the_path_of_the_request() {
        for (bytes, line) in [
            ("GET /rest/v1/a b?c=d", "GET /rest/v1/a HTTP/1.1"),
            ("HEAD /api/v1/<?x HTTP/1.1\n", "HEAD /api/v1/%3C HTTP/1.1"),
            ("BREW /a", "GET / HTTP/1.1"),
            ("", "GET / HTTP/1.1"),
        ] {
            let head = String::from_utf8(substitute_head(bytes.as_bytes())).expect("ASCII");
            assert_eq!(head.split("\r\n").next(), Some(line));
        }
    }

    proptest! {
        /// A head that is passed on can be parsed by hyper, and has the same length.
        #[test]
        fn what_is_let_through_can_be_read(url in "/[ -~é]{0,40}", field in "[ -~]{0,20}") {
            let sent = format!("GET {url} HTTP/1.1\r\nX: {field}\r\n\r\nrest");
            if let Head::Whole { length, line, .. } = read(sent.as_bytes()) {
                let mut handed = sent.clone().into_bytes();
                if let Some((old, new)) = line {
                    handed.splice(..old, new);
                }
                let mut headers = [httparse::EMPTY_HEADER; 4];
                let mut request = httparse::Request::new(&mut headers);
                let read = request.parse(&handed).expect("is a head");
                let read = read.unwrap();
                prop_assert_eq!(handed.len() - read, sent.len() - length);
                prop_assert!(Uri::try_from(request.path.unwrap_or_default()).is_ok());
            }
        }

        #[test]
        fn a_stand_in_can_always_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let is_whole = matches!(read(&substitute_head(&bytes)), Head::Whole { line: None, .. });
            prop_assert!(is_whole);
        }
    }
}
