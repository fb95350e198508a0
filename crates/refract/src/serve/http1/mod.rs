//! HTTP/1 as bytes, before hyper reads them.
//!
//! hyper answers a head that it cannot read with an empty 400, and the URLs that people type are
//! among these. So each head is read here first ([`head`]): the URL is percent-encoded where it has
//! to be, and what cannot be read is replaced by a head that can, together with the reason, which
//! the API answers ([`http1_reader`]). To find the next head, the end of each body is found too
//! ([`chunked`]). Where two readers could disagree about that end, the request is refused.

mod chunked;
mod head;
mod http1_reader;

pub(super) use http1_reader::Http1Reader;
