//! Finds the end of a chunked body: RFC 9112, section 7.1. hyper reads the same bytes and rejects
//! what is not a chunked body.

/// Which part of a chunked body the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunked {
    /// The digits of a chunk's size.
    Size(u64),
    /// The rest of that line.
    Extension(u64),
    SizeLineFeed(u64),
    Data(u64),
    DataReturn,
    DataLineFeed,
    /// The beginning of a trailer line.
    Trailer,
    /// The rest of a trailer line.
    TrailerField,
    TrailerLineFeed,
    EndLineFeed,
    End,
    /// The bytes are not a chunked body.
    Broken,
}

impl Chunked {
    pub(super) const START: Self = Self::Size(0);

    /// Reads `bytes` up to the end of the body. Gives the number of bytes read.
    pub(super) fn walk(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() && !matches!(self, Self::End | Self::Broken) {
            if let Self::Data(left) = self {
                let here = (bytes.len() - at) as u64;
                let step = here.min(*left);
                *left -= step;
                // It is at most the length of `bytes`.
                at += step as usize;
                if *left == 0 {
                    *self = Self::DataReturn;
                }
                continue;
            }
            *self = self.after(bytes[at]);
            at += 1;
        }
        at
    }

    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Size(size), _) if byte.is_ascii_hexdigit() => {
                let digit = match byte {
                    b'0'..=b'9' => byte - b'0',
                    _ => (byte | 0x20) - b'a' + 10,
                };
                match size.checked_mul(16) {
                    Some(size) => Self::Size(size + u64::from(digit)),
                    None => Self::Broken,
                }
            }
            (Self::Size(size) | Self::Extension(size), b'\r') => Self::SizeLineFeed(size),
            (Self::Size(size), b';' | b' ' | b'\t') => Self::Extension(size),
            (Self::Extension(size), _) if byte != b'\n' => Self::Extension(size),
            (Self::SizeLineFeed(0), b'\n') | (Self::TrailerLineFeed, b'\n') => Self::Trailer,
            (Self::SizeLineFeed(size), b'\n') => Self::Data(size),
            (Self::DataReturn, b'\r') => Self::DataLineFeed,
            (Self::DataLineFeed, b'\n') => Self::START,
            (Self::Trailer, b'\r') => Self::EndLineFeed,
            (Self::TrailerField, b'\r') => Self::TrailerLineFeed,
            (Self::Trailer | Self::TrailerField, _) if byte != b'\n' => Self::TrailerField,
            (Self::EndLineFeed, b'\n') => Self::End,
            _ => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_come() {
        let body = b"5;ext=\"a\"\r\nhello\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
        let all = [&body[..], b"GET / HTTP/1.1"].concat();
        for size in 1..all.len() {
            let mut place = Chunked::START;
            let mut walked = 0;
            for piece in all.chunks(size) {
                walked += place.walk(piece);
            }
            assert_eq!((place, walked), (Chunked::End, body.len()), "{size}");
        }
    }

    #[test]
    fn what_is_no_chunk_is_broken() {
        for body in [
            "x\r\n",
            "5\nhello",
            "5;a\nhello",
            "1\r\nab\r\n",
            "10000000000000000\r\n",
            "0\r\na\n\r\n",
            "0\r\n\r\r",
        ] {
            let mut place = Chunked::START;
            place.walk(body.as_bytes());
            assert_eq!(place, Chunked::Broken, "{body:?}");
        }
    }
}
