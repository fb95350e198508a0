//! The requests that the peers are measured with.

use std::{
    io::Write,
    sync::atomic::{AtomicU64, Ordering},
};

/// Rows of each table of the bench schema.
pub const ROWS: u64 = 100_000;

/// A kind of request, and the number of connections.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    pub title: &'static str,
    pub connections: usize,
    pub ask: Ask,
}

/// The content of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    /// A user with a random key.
    One,
    /// The first users in key order.
    Users(u32),
    /// The posts published last.
    Published,
    /// The first posts, each with its author.
    PostsWithAuthor,
    /// The first users, each with their posts.
    UsersWithPosts,
    /// The first users, each with their posts, each with its author.
    TwoLevels,
    /// The first of the archived posts, and how many there are.
    Counted,
    /// The thousandth page of users.
    Page1000,
    /// A new user.
    Create,
    /// This number of new users in one request, all or nothing.
    CreateMany(u64),
    /// This number of users in one request, by their addresses. Every other one exists and gets another
    /// name.
    Upsert(u64),
    /// A new post with a new author and two new tags.
    CreateNested,
    /// Another name for a user with a random key.
    Rename,
    /// Nine times [`Self::One`], once [`Self::Rename`].
    Mixed,
    /// A post from a view that takes five seconds.
    Slow,
    /// The first rows of the resources `/api/v1/things-{first}` to `-{last}`, at random.
    Tables { first: usize, last: usize },
}

/// Every workload, in the order of the report.
pub const ALL: [Workload; 17] = [
    workload("get1", "get one, 1 connection", 1, Ask::One),
    workload("get", "get one", 32, Ask::One),
    workload("get128", "get one, 128 connections", 128, Ask::One),
    workload("list20", "list 20", 32, Ask::Users(20)),
    workload("list100", "list 100", 32, Ask::Users(100)),
    workload("filter", "filter and order", 32, Ask::Published),
    workload("to-one", "20 rows with a to-one", 32, Ask::PostsWithAuthor),
    workload("to-many", "20 rows with a to-many", 32, Ask::UsersWithPosts),
    workload("levels", "20 rows with two levels", 32, Ask::TwoLevels),
    workload("count", "filter and count", 32, Ask::Counted),
    workload("page1000", "page 1000 by cursor", 32, Ask::Page1000),
    workload("create", "create", 32, Ask::Create),
    workload("update", "update", 32, Ask::Rename),
    workload("mixed", "90 % get one, 10 % update", 32, Ask::Mixed),
    workload("create100", "create 100 at once", 16, Ask::CreateMany(100)),
    workload("upsert100", "upsert 100 at once", 16, Ask::Upsert(100)),
    workload("nested", "create with relations", 32, Ask::CreateNested),
];

const fn workload(
    name: &'static str,
    title: &'static str,
    connections: usize,
    ask: Ask,
) -> Workload {
    Workload {
        name,
        title,
        connections,
        ask,
    }
}

impl Ask {
    /// Whether it changes rows.
    pub fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Rename | Self::Mixed) || self.writes_related_or_many()
    }

    /// Whether it writes more than one row. Not every peer can.
    pub fn writes_related_or_many(self) -> bool {
        matches!(
            self,
            Self::CreateMany(_) | Self::Upsert(_) | Self::CreateNested
        )
    }

    /// Whether it is a list whose JSON the database may write.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Users(_) | Self::Published) || self.embeds()
    }

    /// Whether its rows have embedded rows.
    pub fn embeds(self) -> bool {
        matches!(
            self,
            Self::PostsWithAuthor | Self::UsersWithPosts | Self::TwoLevels
        )
    }

    /// Whether only Refract and Prisma Client do it without much code.
    pub fn is_rich(self) -> bool {
        self.writes_related_or_many()
            || self.embeds()
            || matches!(self, Self::Counted | Self::Page1000)
    }

    /// Writes a request below `prefix`, and returns the expected status.
    pub fn write(self, prefix: &str, random: &mut Random, out: &mut Vec<u8>) -> u16 {
        out.clear();
        match self {
            Self::One => {
                let row = random.below(ROWS);
                get(out, format_args!("{prefix}/api/v1/users/{}", user_id(row)))
            }
            Self::Users(limit) => get(out, format_args!("{prefix}/api/v1/users?limit={limit}")),
            Self::Published => get(
                out,
                format_args!(
                    "{prefix}/api/v1/posts?status=eq.PUBLISHED&order=publishedAt.desc&limit=20"
                ),
            ),
            Self::PostsWithAuthor => get(
                out,
                format_args!(
                    "{prefix}/api/v1/posts?select=id,title,publishedAt,author(id,name)&limit=20"
                ),
            ),
            Self::UsersWithPosts => get(
                out,
                format_args!("{prefix}/api/v1/users?select=id,name,posts(id,title,views)&limit=20"),
            ),
            Self::TwoLevels => get(
                out,
                format_args!(
                    "{prefix}/api/v1/users?select=id,name,posts(id,title,author(id,email))&limit=20"
                ),
            ),
            Self::Counted => get(
                out,
                format_args!("{prefix}/api/v1/posts?status=eq.ARCHIVED&count=exact&limit=20"),
            ),
            Self::Page1000 => get(
                out,
                format_args!("{prefix}/api/v1/users?limit=20&cursor={CURSOR_1000}"),
            ),
            Self::Create => {
                let path = format_args!("{prefix}/api/v1/users");
                send(out, "POST", path, &new_user());
                201
            }
            Self::CreateMany(count) => {
                let users: Vec<String> = (0..count).map(|_| new_user()).collect();
                let body = format!("[{}]", users.join(","));
                send(out, "POST", format_args!("{prefix}/api/v1/users"), &body);
                201
            }
            Self::Upsert(count) => {
                let first = random.below(ROWS / count) * count;
                let name = format!("Ada Renamed {:05}", random.below(100_000));
                let users = (first..first + count).map(|row| match row % 2 {
                    0 => format!(r#"{{"email":"user{row}@example.com","name":"{name}"}}"#),
                    _ => new_user(),
                });
                let body = format!("[{}]", users.collect::<Vec<_>>().join(","));
                let path = format_args!("{prefix}/api/v1/users?onConflict=email");
                send(out, "POST", path, &body);
                201
            }
            Self::CreateNested => {
                let number = next();
                let body = format!(
                    r#"{{"title":"{CREATED}{number}","body":"Nothing here is true.","author":{{"create":{}}},"tags":{{"create":[{{"name":"{CREATED}{number}-a"}},{{"name":"{CREATED}{number}-b"}}]}}}}"#,
                    new_user()
                );
                send(out, "POST", format_args!("{prefix}/api/v1/posts"), &body);
                201
            }
            Self::Rename => {
                let row = random.below(ROWS);
                let body = format!(r#"{{"name":"Ada Renamed {:05}"}}"#, random.below(100_000));
                let path = format_args!("{prefix}/api/v1/users/{}", user_id(row));
                send(out, "PATCH", path, &body);
                200
            }
            Self::Mixed => {
                let part = if random.below(10) == 0 {
                    Self::Rename
                } else {
                    Self::One
                };
                part.write(prefix, random, out)
            }
            Self::Slow => get(
                out,
                format_args!("{prefix}/api/v1/slow-posts?id=eq.clzx4k2p00000000000000001"),
            ),
            Self::Tables { first, last } => {
                let table = first + random.below((last - first + 1) as u64) as usize;
                get(out, format_args!("{prefix}/api/v1/things-{table}"))
            }
        }
    }
}

/// Refract's cursor after 999 pages of users, which the other peers read too: a JSON array in base64url
/// with the fingerprint of the list and the key of the last row.
const CURSOR_1000: &str = "WyIyNTkxODk1YTU0MTA3ZGU1IiwiY2x6eDRrMm0wMDAwMDAwMDAwMDAxOTk5OSJd";

/// The prefix of the names of created rows. It tells them from the others.
pub const CREATED: &str = "created-";

/// A number that no created row has yet.
fn next() -> u64 {
    static CREATED: AtomicU64 = AtomicU64::new(0);
    CREATED.fetch_add(1, Ordering::Relaxed)
}

fn new_user() -> String {
    let number = next();
    format!(r#"{{"email":"{CREATED}{number}@example.com","name":"Grace Example"}}"#)
}

/// The key of a row of `User`, by the formula of rows.sql.
pub fn user_id(row: u64) -> String {
    format!("clzx4k2m0{row:016}")
}

/// A GET request of `path`; 200 is expected.
pub fn get(out: &mut Vec<u8>, path: std::fmt::Arguments<'_>) -> u16 {
    write!(out, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a Vec takes all bytes");
    200
}

fn send(out: &mut Vec<u8>, method: &str, path: std::fmt::Arguments<'_>, body: &str) {
    let length = body.len();
    write!(
        out,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .expect("a Vec takes all bytes");
}

/// SplitMix64: cheap, and the same numbers every time.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}
