//! HTTP/1 before hyper reads it.
//!
//! hyper answers a head that it cannot read with an empty 400, and some of these have URLs that
//! people type. So each head is read here first ([`head`]), and its URL is percent-encoded where
//! necessary. An unreadable head is replaced by a readable one, with the reason, which the API
//! answers ([`http1_reader`]). To find the next head, the end of each body is found, too
//! ([`chunked`]). A request is rejected where two parsers could disagree about that end.

mod chunked;
mod head;
mod http1_reader;
mod request_url;

pub(super) use http1_reader::Http1Reader;
