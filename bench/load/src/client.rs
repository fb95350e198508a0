//! A small HTTP/1.1 client with little overhead: it sends bytes and reads an answer, one request at a time
//! over a connection that stays open.

use std::{
    io::{Error, ErrorKind, Result},
    net::{Ipv4Addr, SocketAddr},
    ops::Range,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// Size of the buffer. Any single row fits, and most lists.
const BUFFER_BYTES: usize = 16 * 1024;

/// An open connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// The answer to a request; the body is in the client's buffer until the next one.
pub struct Answer<'client> {
    pub status: u16,
    pub body: &'client [u8],
}

/// The facts that are needed from the headers.
struct Head {
    status: u16,
    /// The offset of the body.
    end: usize,
    /// `None` if the body is chunked.
    length: Option<usize>,
}

impl Client {
    pub async fn connect(server: SocketAddr) -> Result<Self> {
        Self::of(TcpStream::connect(server).await?)
    }

    /// Connects from one of the loopback addresses, because one address has fewer ports than some
    /// measurements need connections.
    pub async fn connect_from(source: Ipv4Addr, server: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(source.into(), 0))?;
        Self::of(socket.connect(server).await?)
    }

    fn of(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
        })
    }

    /// Sends a request and reads the whole answer.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let head = loop {
            self.read_more().await?;
            if let Some(head) = head(&self.buffer[..self.filled])? {
                break head;
            }
        };
        let body = match head.length {
            Some(length) => {
                while self.filled < head.end + length {
                    self.read_more().await?;
                }
                head.end..head.end + length
            }
            None => self.read_chunks(head.end).await?,
        };
        Ok(Answer {
            status: head.status,
            body: &self.buffer[body],
        })
    }

    /// Reads chunks until the empty one, and joins their contents.
    async fn read_chunks(&mut self, start: usize) -> Result<Range<usize>> {
        let (mut at, mut end) = (start, start);
        loop {
            let line = loop {
                match line(&self.buffer[at..self.filled]) {
                    Some(line) => break line,
                    None => self.read_more().await?,
                }
            };
            let size = str::from_utf8(&self.buffer[at..at + line])
                .ok()
                .and_then(|text| usize::from_str_radix(text.split(';').next()?.trim(), 16).ok())
                .ok_or_else(|| malformed("a chunk without a size"))?;
            at += line;
            // Each chunk ends with an empty line, also the last one, because no peer sends trailers.
            while self.filled < at + size + 2 {
                self.read_more().await?;
            }
            if size == 0 {
                return Ok(start..end);
            }
            self.buffer.copy_within(at..at + size, end);
            end += size;
            at += size + 2;
        }
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

/// The headers, if they have arrived completely.
fn head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut lines = 0..0;
    let mut head = Head {
        status: 0,
        end: 0,
        length: Some(0),
    };
    while let Some(length) = line(&bytes[lines.end..]) {
        lines = lines.end..lines.end + length;
        let text = &bytes[lines.clone()];
        if head.status == 0 {
            head.status = status(text).ok_or_else(|| malformed("no status line"))?;
        } else if text == b"\r\n" {
            head.end = lines.end;
            return Ok(Some(head));
        } else if let Some(value) = value(text, b"content-length:") {
            let length = value.trim().parse();
            head.length = Some(length.map_err(|_| malformed("a content length of no digits"))?);
        } else if value(text, b"transfer-encoding:").is_some() {
            head.length = None;
        }
    }
    Ok(None)
}

/// Length of the first line, its end included.
fn line(bytes: &[u8]) -> Option<usize> {
    bytes
        .iter()
        .position(|&byte| byte == b'\n')
        .map(|at| at + 1)
}

/// `HTTP/1.1 200 OK`
fn status(line: &[u8]) -> Option<u16> {
    str::from_utf8(line.get(9..12)?).ok()?.parse().ok()
}

fn value<'line>(line: &'line [u8], name: &[u8]) -> Option<&'line str> {
    let (found, value) = line.split_at_checked(name.len())?;
    found.eq_ignore_ascii_case(name).then_some(())?;
    str::from_utf8(value).ok()
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}
