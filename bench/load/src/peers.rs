//! Who is compared with whom, and how each is started.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{
    Context, Failure, pgbench,
    process::{Server, tail},
    workloads::{Ask, Workload},
};

/// Someone who answers the benches' requests.
#[derive(Debug)]
pub struct Peer {
    /// Its name on the command line.
    pub name: &'static str,
    pub title: &'static str,
    /// What it is, for the page.
    pub about: &'static str,
    /// Part of `--quick`.
    pub quick: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Refract { coalesce: bool },
    Ceiling,
    JsonAgg,
    SeaOrm,
    FastApi,
    Fastify,
    Pgbench,
}

/// Refract as it is.
pub const REFRACT: &str = "refract";
/// Refract that sends a statement per request.
pub const NO_COALESCING: &str = "refract-no-coalescing";
/// What all others are compared with.
pub const CEILING: &str = "ceiling";
/// The ceiling with lists that the database writes.
pub const JSON_AGG: &str = "json-agg";
/// SeaORM with its own models and pool.
pub const SEAORM: &str = "seaorm";
/// The Python peer.
pub const FASTAPI: &str = "fastapi";
/// The Node.js peer.
pub const FASTIFY: &str = "fastify";
const PGBENCH: &str = "pgbench";

/// Every peer, in the order of the report.
pub static ALL: [Peer; 8] = [
    Peer {
        name: REFRACT,
        title: "Refract",
        about: "Refract with its default settings, but `LOG_LEVEL=warn`: no peer writes a line \
                per request",
        quick: true,
        kind: Kind::Refract { coalesce: true },
    },
    Peer {
        name: NO_COALESCING,
        title: "Refract, no coalescing",
        about: "the same with `DB_COALESCE=false`",
        quick: true,
        kind: Kind::Refract { coalesce: false },
    },
    Peer {
        name: CEILING,
        title: "ceiling",
        about: "poem and tokio-postgres, each endpoint written by hand: prepared statements \
                pipelined over 8 connections, cells of known types, JSON put together byte by byte",
        quick: true,
        kind: Kind::Ceiling,
    },
    Peer {
        name: JSON_AGG,
        title: "ceiling, json_agg",
        about: "the ceiling with lists as one JSON text that the database makes with `json_agg` \
                (timestamps and decimals as PostgreSQL spells them)",
        quick: true,
        kind: Kind::JsonAgg,
    },
    Peer {
        name: SEAORM,
        title: "poem + SeaORM",
        about: "poem handlers with SeaORM models and SeaORM's default pool, as one writes them",
        quick: true,
        kind: Kind::SeaOrm,
    },
    Peer {
        name: FASTAPI,
        title: "FastAPI + SQLModel",
        about: "FastAPI, SQLModel and asyncpg on uvicorn with 2 workers",
        quick: false,
        kind: Kind::FastApi,
    },
    Peer {
        name: FASTIFY,
        title: "Fastify + Prisma",
        about: "Fastify and Prisma Client with its `pg` adapter, 2 processes of node:cluster",
        quick: false,
        kind: Kind::Fastify,
    },
    Peer {
        name: PGBENCH,
        title: "pgbench",
        about: "the select of get one without HTTP or JSON: pgbench, prepared, a connection \
                per client, one thread; its latency is a mean",
        quick: false,
        kind: Kind::Pgbench,
    },
];

impl Peer {
    /// Whether the workload can be asked of it.
    pub fn serves(&self, workload: &Workload) -> bool {
        match self.kind {
            Kind::JsonAgg => workload.ask.is_list(),
            // Each of its clients is a connection to the database, which has not that many.
            Kind::Pgbench => workload.ask == Ask::One && workload.connections <= 32,
            _ => self.answers(workload.ask),
        }
    }

    /// Whether it has an answer to this.
    pub fn answers(&self, ask: Ask) -> bool {
        match self.kind {
            Kind::JsonAgg => ask.is_list(),
            // The database writes what it embeds.
            Kind::Ceiling => !ask.embeds(),
            Kind::SeaOrm | Kind::FastApi => !ask.is_rich(),
            _ => true,
        }
    }

    /// What its paths begin with.
    pub fn prefix(&self) -> &'static str {
        match self.kind {
            Kind::JsonAgg => "/json-agg",
            _ => "",
        }
    }
}

/// Where peers are started.
pub struct Place<'run> {
    pub context: &'run Context,
    pub database_url: &'run str,
    pub snapshot: PathBuf,
}

/// A peer that can be measured.
pub struct Running {
    pub peer: &'static Peer,
    pub service: Service,
}

/// What answers.
pub enum Service {
    Http(Server),
    Pgbench(pgbench::Pgbench),
}

/// A peer that cannot be measured here, and why.
pub type Skipped = (&'static Peer, String);

/// Starts the peers.
///
/// # Errors
/// One of our own that does not start. The others are skipped.
pub async fn start(
    place: &Place<'_>,
    peers: &[&'static Peer],
) -> Result<(Vec<Running>, Vec<Skipped>), Failure> {
    let (mut running, mut skipped) = (Vec::new(), Vec::new());
    for &peer in peers {
        eprintln!("bench: starting {}", peer.title);
        let service = match peer.kind {
            Kind::Pgbench => pgbench::Pgbench::find(place).map(Service::Pgbench),
            _ => place.server(peer).await.map(Service::Http),
        };
        match service {
            Ok(service) => running.push(Running { peer, service }),
            Err(reason)
                if matches!(
                    peer.kind,
                    Kind::SeaOrm | Kind::FastApi | Kind::Fastify | Kind::Pgbench
                ) =>
            {
                eprintln!("bench: {} is skipped: {reason}", peer.title);
                skipped.push((peer, reason.to_string()));
            }
            Err(reason) => return Err(format!("{}: {reason}", peer.title).into()),
        }
    }
    Ok((running, skipped))
}

impl Place<'_> {
    /// Refract on this database, with settings of its own.
    ///
    /// # Errors
    /// See [`Server::start`].
    pub async fn refract(&self, settings: &[(&str, &str)], path: &str) -> Result<Server, Failure> {
        let mut command = self.program("bench-server");
        command.env("BENCH_SNAPSHOT", &self.snapshot);
        if std::env::var_os("LOG_LEVEL").is_none() {
            command.env("LOG_LEVEL", "warn");
        }
        command.envs(settings.iter().copied());
        Server::start(command, &self.log("refract"), path).await
    }

    /// The ceiling on this database.
    ///
    /// # Errors
    /// See [`Server::start`].
    pub async fn ceiling(&self) -> Result<Server, Failure> {
        let command = self.program("bench-ceiling");
        Server::start(command, &self.log("ceiling"), READY).await
    }

    async fn server(&self, peer: &Peer) -> Result<Server, Failure> {
        let command = match peer.kind {
            Kind::Refract { coalesce } => {
                let coalesce = [("DB_COALESCE", if coalesce { "true" } else { "false" })];
                return self.refract(&coalesce, READY).await;
            }
            Kind::Ceiling | Kind::JsonAgg | Kind::Pgbench => return self.ceiling().await,
            Kind::SeaOrm => self.program("bench-seaorm"),
            Kind::FastApi | Kind::Fastify => self.prepared(peer.name)?,
        };
        Server::start(command, &self.log(peer.name), READY).await
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.context.programs.join(name));
        command
            .current_dir(&self.context.run)
            .env("DATABASE_URL", self.database_url);
        command
    }

    /// Installs a peer in another language with its own script; `run` beside that starts it.
    fn prepared(&self, name: &str) -> Result<Command, Failure> {
        let source = self.context.sources.join(name);
        let target = self.context.target.join(name);
        let prepared = Command::new(source.join("prepare"))
            .arg(&target)
            .stdin(Stdio::null())
            .output()?;
        if !prepared.status.success() {
            return Err(tail(&String::from_utf8_lossy(&prepared.stderr)).into());
        }
        let mut command = Command::new(source.join("run"));
        command
            .arg(&target)
            .current_dir(&target)
            .env("DATABASE_URL", self.database_url);
        Ok(command)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.context.run.join(format!("{name}.log"))
    }
}

/// What a server is asked until it answers.
const READY: &str = "/api/v1/users?limit=1";
