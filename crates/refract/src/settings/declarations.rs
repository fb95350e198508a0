//! Every setting, declared once: its name, its type, its default and its meaning.
//!
//! The settings are read by these declarations. `.env.example`, docs/settings.md and the
//! diagnostics are tested against them.

use super::Environment;

/// One setting.
#[derive(Debug)]
pub struct Declaration {
    /// The environment's spelling. refract.toml spells it in lower case. A unit is part of the
    /// name: `_SECS`, `_BYTES`, `_BYTES_PER_SEC`.
    pub name: &'static str,
    pub kind: Kind,
    pub default: Default,
    /// One or more sentences, as Markdown without the last full stop.
    pub meaning: &'static str,
}

/// The values that a setting takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any text. Its own reader checks it.
    Text,
    /// Texts separated by commas.
    List,
    /// `true` or `false`.
    Flag,
    /// One of a few words.
    Choice,
    /// A whole number within bounds.
    Number { least: u64, most: u64 },
    /// A number from 0 to 1.
    Share,
}

/// The value where nothing is set.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    Is(&'static str),
    /// It depends on `ENVIRONMENT`.
    In {
        local: &'static str,
        staging: &'static str,
        production: &'static str,
    },
    /// There is no value. The text describes the behaviour.
    Unset(&'static str),
}

impl Default {
    /// The default in an environment; `None` where there is no value.
    pub fn value(self, environment: Environment) -> Option<&'static str> {
        match (self, environment) {
            (Self::Is(value), _) => Some(value),
            (Self::In { local, .. }, Environment::Local) => Some(local),
            (Self::In { staging, .. }, Environment::Staging) => Some(staging),
            (Self::In { production, .. }, Environment::Production) => Some(production),
            (Self::Unset(_), _) => None,
        }
    }
}

impl Declaration {
    /// The unit of the value, where it has one.
    pub fn unit(&self) -> Option<&'static str> {
        [
            ("_BYTES_PER_SEC", "bytes per second"),
            ("_BYTES", "bytes"),
            ("_SECS", "seconds"),
        ]
        .into_iter()
        .find_map(|(end, unit)| self.name.ends_with(end).then_some(unit))
    }
}

const fn text(name: &'static str, default: Default, meaning: &'static str) -> Declaration {
    Declaration {
        name,
        kind: Kind::Text,
        default,
        meaning,
    }
}

const fn list(name: &'static str, default: Default, meaning: &'static str) -> Declaration {
    Declaration {
        name,
        kind: Kind::List,
        default,
        meaning,
    }
}

const fn flag(name: &'static str, default: &'static str, meaning: &'static str) -> Declaration {
    Declaration {
        name,
        kind: Kind::Flag,
        default: Default::Is(default),
        meaning,
    }
}

const fn choice(name: &'static str, default: Default, meaning: &'static str) -> Declaration {
    Declaration {
        name,
        kind: Kind::Choice,
        default,
        meaning,
    }
}

const fn number(
    name: &'static str,
    (least, most): (u64, u64),
    default: &'static str,
    meaning: &'static str,
) -> Declaration {
    let kind = Kind::Number { least, most };
    Declaration {
        name,
        kind,
        default: Default::Is(default),
        meaning,
    }
}

const NOT_SET: Default = Default::Unset("not set");
const NONE: Default = Default::Unset("none");
/// A timeout of a connection, in seconds.
const TIMEOUT: (u64, u64) = (1, 3600);
const MIB: u64 = 1024 * 1024;

/// Every setting, in the order of `.env.example`.
pub const SETTINGS: &[Declaration] = &[
    // Who may call.
    choice(
        "ENVIRONMENT",
        Default::Is("local"),
        "`local`, `staging` or `production`. Outside `local`, requests need `SECRET_KEY`",
    ),
    text(
        "SECRET_KEY",
        NOT_SET,
        "the key that callers send as `Authorization: Bearer …` or `apikey: …`, for example from \
         `openssl rand -hex 32`. It has at least 16 characters. It is required outside `local`",
    ),
    list(
        "ALLOWED_HOSTS",
        NONE,
        "hosts that requests may be addressed to, beside `localhost`, loopback addresses and `HOST`: \
         `refract`, `*.example.com`, `*`. Outside `local` any host is allowed until one is listed. In \
         `local` it also allows `HOST` to be open to other machines without `SECRET_KEY`",
    ),
    list(
        "BACKEND_CORS_ORIGINS",
        NONE,
        "origins whose pages may call the API, separated by commas or as a JSON array. `*` means any",
    ),
    flag("READ_ONLY", "false", "whether every write is refused"),
    flag(
        "ALLOW_DRY_RUN",
        "false",
        "whether `Prefer: tx=rollback` may try a write and undo it",
    ),
    Declaration {
        name: "DOCS",
        kind: Kind::Flag,
        default: Default::In {
            local: "true",
            staging: "true",
            production: "false",
        },
        meaning: "whether `/docs`, `/redoc` and `/openapi.json` are served",
    },
    // The database.
    text(
        "DATABASE_URL",
        Default::Unset("the sandbox"),
        "`postgresql://user:password@host:5432/database`, or `file:./dev.db` for SQLite. Prisma's \
         parameters (`?schema=`, `connection_limit`, `pgbouncer` …) are understood. Special characters \
         in the user name and the password are percent-encoded (`@` is `%40`). A URL that can be read \
         in two ways is refused",
    ),
    text(
        "POSTGRES_SERVER",
        NOT_SET,
        "the host of the database, where `DATABASE_URL` is not set",
    ),
    text("POSTGRES_PORT", Default::Is("5432"), "its port"),
    text("POSTGRES_USER", Default::Is("postgres"), "the role"),
    text("POSTGRES_PASSWORD", NOT_SET, "its password"),
    text(
        "POSTGRES_DB",
        Default::Unset("the role's name"),
        "the database",
    ),
    list(
        "DATABASE_SCHEMAS",
        Default::Unset("those of `entity/`"),
        "database schemas to reflect and serve, separated by commas. The first one answers requests \
         without an `Accept-Profile` header. `?schema=` of `DATABASE_URL` names them, too",
    ),
    text(
        "CATALOG",
        Default::Unset("the entities, else `live`"),
        "where names and types of what is served come from: `live` reads the schema of the database at \
         the start and again when it changes, `file` reads `catalog.json` of the working directory, and \
         a path that ends in `.json` reads that file (`refract reflect --out catalog.json` writes it; \
         SIGHUP reads it again). A sidecar with generated entities has theirs by default",
    ),
    number(
        "DB_POOL_SIZE",
        (1, 1000),
        "20",
        "most connections. On PostgreSQL a fifth of them (one to five) is kept for hand-written \
         endpoints and for reading the schema, and opened when needed",
    ),
    number(
        "DB_TIMEOUT_SECS",
        (1, 3600),
        "30",
        "how long a statement may run before it is cancelled and answered 504. A request waits at most \
         one second longer than this in total, for a connection, its turn and retries together. On \
         SQLite it is also the longest wait for another writer, which ends in 503",
    ),
    number(
        "DB_RETRIES",
        (0, 100),
        "3",
        "how often connecting, or a read whose connection broke, is tried again",
    ),
    number(
        "DB_QUEUE_SIZE",
        (1, 1_000_000),
        "1000",
        "statements that may run or wait at a time. One more is refused with 503",
    ),
    flag(
        "DB_COALESCE",
        "true",
        "whether reads by key that wait at the same time are sent as one statement",
    ),
    number(
        "STATEMENT_CACHE_BYTES",
        (MIB, 4096 * MIB),
        "33554432",
        "memory for the texts of statements. The statements prepared on one connection may take a \
         sixteenth of it",
    ),
    // Bounds of a request.
    number(
        "PAGE_SIZE",
        (1, 100_000),
        "20",
        "rows of a list, if the request does not say",
    ),
    number("MAX_PAGE_SIZE", (1, 100_000), "100", "most rows of a list"),
    number(
        "MAX_AFFECTED_ROWS",
        (1, 10_000_000),
        "1000",
        "most rows that one `PATCH` or `DELETE` by a filter may change",
    ),
    number(
        "MAX_FILTERS",
        (1, 10_000),
        "64",
        "most conditions of a request",
    ),
    number(
        "MAX_DEPTH",
        (1, 32),
        "8",
        "most levels of a tree of `and` and `or`, and of embedded relations",
    ),
    number(
        "MAX_EMBEDS",
        (0, 1000),
        "16",
        "most embedded relations of a request",
    ),
    number(
        "MAX_EMBED_ROWS",
        (1, 1_000_000),
        "1000",
        "most rows of one embedded relation in one row. A request for a row that has more needs a limit",
    ),
    number(
        "MAX_QUERY_BYTES",
        (100, 60_000),
        "16384",
        "longest query string",
    ),
    number(
        "MAX_BODY_BYTES",
        (1, 1024 * MIB),
        "1048576",
        "largest request body",
    ),
    choice(
        "BIGINT",
        Default::Is("string"),
        "whether `/api/v1` writes 64-bit integers as `string`, which keeps all digits in JavaScript, or \
         as `number`",
    ),
    flag(
        "COMPRESSION",
        "true",
        "whether answers of 1 KiB and more are compressed (zstd, br, gzip) for clients that ask for it. \
         Compression costs 30–150 µs of CPU per 30 kB; Node's `fetch` always asks, even on the same \
         machine",
    ),
    // /rest/v1.
    Declaration {
        name: "REST_MAX_ROWS",
        kind: Kind::Number {
            least: 0,
            most: 1_000_000_000,
        },
        // Supabase's default. A client that forgets a limit should not read a whole table.
        default: Default::In {
            local: "0",
            staging: "1000",
            production: "1000",
        },
        meaning: "most rows of a read of `/rest/v1`; 0 means any number",
    },
    flag(
        "REST_AGGREGATES",
        "true",
        "whether `select` of `/rest/v1` may aggregate",
    ),
    flag(
        "REST_PLAN",
        "false",
        "whether the database's plan of a request to `/rest/v1` may be asked for \
         (`Accept: application/vnd.pgrst.plan`)",
    ),
    list(
        "REST_EXTRA_SEARCH_PATH",
        Default::Is("public"),
        "schemas in which `/rest/v1` looks up types and functions after the requested schema",
    ),
    choice(
        "REST_COMPAT",
        Default::Is("13"),
        "the version of PostgREST, `12` or `13`, that `/rest/v1` follows where they differ",
    ),
    // Connections.
    text(
        "HOST",
        Default::In {
            local: "127.0.0.1",
            staging: "0.0.0.0",
            production: "0.0.0.0",
        },
        "the IP address to listen on. `127.0.0.1` is this machine only, `0.0.0.0` all its networks",
    ),
    number(
        "PORT",
        (0, 65_535),
        "8000",
        "the TCP port to listen on; 0 lets the system choose",
    ),
    number(
        "MAX_CONNECTIONS",
        (1, 1_000_000),
        "12000",
        "most connections of clients. The limit of open files may allow fewer; the log says so at the \
         start. The newest connection beyond it gets a 503; health checks are answered all the same. A \
         connection that was idle for 10 seconds makes room",
    ),
    number(
        "HEAD_TIMEOUT_SECS",
        TIMEOUT,
        "10",
        "how long the head of a request may take, else 408",
    ),
    number(
        "BODY_TIMEOUT_SECS",
        TIMEOUT,
        "15",
        "how long a request body may stand still, else 408",
    ),
    number(
        "WRITE_TIMEOUT_SECS",
        TIMEOUT,
        "30",
        "how long a client may take nothing of an answer. At least 16 KiB should go in that time. Then \
         the connection, or the stream of HTTP/2, is ended",
    ),
    // More than the 60 s after which load balancers usually end idle connections: the side that
    // sends the requests should end the connection.
    number(
        "KEEP_ALIVE_SECS",
        TIMEOUT,
        "75",
        "how long a connection may be without a request. It should be longer than that of the load \
         balancer in front",
    ),
    // A tenth of a bad mobile connection.
    number(
        "MIN_BYTES_PER_SEC",
        (1, 1_000_000),
        "240",
        "a body or an answer below this rate counts as standing still",
    ),
    number(
        "SHUTDOWN_GRACE_SECS",
        (0, 3600),
        "2",
        "how long idle connections stay open after SIGTERM. A request that arrives in that time is \
         answered, with `Connection: close`. It is at most half of `SHUTDOWN_TIMEOUT_SECS`",
    ),
    number(
        "SHUTDOWN_TIMEOUT_SECS",
        (0, 3600),
        "10",
        "how long requests may take to finish after SIGTERM, the grace included",
    ),
    // Logs and reports.
    text(
        "LOG_LEVEL",
        Default::Is("info"),
        "`error`, `warn`, `info`, `debug` or `trace`, or directives such as `info,refract=debug`",
    ),
    choice(
        "LOG_FORMAT",
        Default::In {
            local: "pretty",
            staging: "json",
            production: "json",
        },
        "the form of log lines: `pretty` or `json`",
    ),
    text(
        "SENTRY_DSN",
        NOT_SET,
        "where 5xx errors and panics are reported to",
    ),
    Declaration {
        name: "SENTRY_TRACES_SAMPLE_RATE",
        kind: Kind::Share,
        default: Default::Is("0"),
        meaning: "share of requests whose duration is reported to Sentry, 0 to 1",
    },
    // Files.
    text(
        "REFRACT_CONFIG",
        Default::Unset("the nearest"),
        "the path of `refract.toml`. A named file has to exist; `none` reads none. Without it, the \
         nearest file in the working directory or a folder above it is read. If that file was found at \
         the last start and is missing now, `local` warns and other environments refuse to start, \
         because hidden fields would show",
    ),
    text(
        "PRISMA_SCHEMA",
        NOT_SET,
        "the app's schema.prisma, or its folder of .prisma files, for `make orm` and `CATALOG=live`, which \
         then need Node. For Prisma 8 it is the contract.json, or its folder, and Node is not needed. \
         Without it, names and client-side defaults are inferred from the database",
    ),
];

/// The declaration of a setting, if there is such a setting.
pub(super) fn find(name: &str) -> Option<&'static Declaration> {
    SETTINGS.iter().find(|declared| declared.name == name)
}
