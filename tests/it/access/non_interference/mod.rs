//! The proof that what a role may not read has no effect on what it is told.
//!
//! Each request is sent twice: to an app under a policy, and without any policy to a copy of it from
//! which every row and column was deleted that the policy hides. The answers must be equal: status, body
//! and headers. What the policy hides is told apart by a reading of it that is not the engine's
//! ([`predicate`]).
//!
//! Writes are dry runs, so that both apps stay as they are. What an answer may tell, by docs/access.md, is
//! that a key is taken or that a row is still referred to: conflicts are not compared.
//!
//! `NON_INTERFERENCE=400 cargo test --test it non_interference` runs 400 worlds with [`REQUESTS`]
//! requests each; `NON_INTERFERENCE_SEED` is the first seed.

mod predicate;
mod requests;
mod world;

use serde_json::Value;

use self::{requests::Asked, world::World};
use super::KEY;
use crate::support::{Answer, App, Kind, Options, database::TestDatabase, rng::Rng};

/// The requests about each world.
const REQUESTS: usize = 250;

struct Pair {
    world: World,
    /// Under the policy.
    whole: App,
    /// Without a policy.
    copy: App,
}

impl Pair {
    async fn of(rng: &mut Rng, kind: Kind) -> Self {
        let mut world = World::of(rng);
        let schema = match kind {
            Kind::Postgres => "public",
            Kind::Sqlite => "main",
        };
        let whole = TestDatabase::made_by(&world.sql(), kind, &[schema]).await;
        world.relate(&whole.snapshot);
        world.govern(rng);
        let mut copy = TestDatabase::made_by(&world.copy_sql(), kind, &[schema]).await;
        copy.snapshot = world.copy_of(&whole.snapshot);
        let mut options = Options::default()
            .set("SECRET_KEY", KEY)
            .set("ALLOW_DRY_RUN", "true")
            .hide("Zulu", "hidden");
        if let Some(table) = &world.soft_deleted {
            options = options.soft_delete(table, "gone", true);
        }
        let mut of_copy = options.clone();
        if let Some(table) = world.soft_deleted.as_ref()
            && !world.policies.contains_key(table)
        {
            of_copy.soft.clear();
        }
        let whole = App::builder(whole).with(options.roles(&world.toml()));
        Self {
            whole: whole.start().await,
            copy: App::builder(copy).with(of_copy).start().await,
            world,
        }
    }

    async fn ask(&self, asked: &Asked) -> (Answer, Answer) {
        let send = async |app: &App, asked: &Asked, claims: Option<&Value>| {
            let mut request = app
                .request(asked.method, &asked.path)
                .header("authorization", &format!("Bearer {KEY}"));
            if let Some(claims) = claims {
                request = request.header("refract-claims", &claims.to_string());
            }
            for (name, value) in &asked.headers {
                request = request.header(name, value);
            }
            match &asked.body {
                None => request.send().await,
                Some(body) => request.json(body.clone()).send().await,
            }
        };
        let claims = Some(&self.world.claims);
        // Under a policy nothing is estimated.
        let exact = |text: &str| {
            text.replace("count=planned", "count=exact")
                .replace("count=estimated", "count=exact")
        };
        let headers = asked.headers.iter();
        let of_copy = Asked {
            path: exact(&asked.path),
            headers: headers.map(|(name, value)| (*name, exact(value))).collect(),
            ..asked.clone()
        };
        (
            send(&self.whole, asked, claims).await,
            send(&self.copy, &of_copy, None).await,
        )
    }
}

/// What a caller reads of an answer.
fn told(answer: &Answer) -> (u16, Value, Vec<Option<String>>) {
    const HEADERS: [&str; 5] = [
        "content-type",
        "content-range",
        "etag",
        "location",
        "preference-applied",
    ];
    let status = answer.status.as_u16();
    let mut body: Value =
        serde_json::from_str(&answer.text).unwrap_or_else(|_| Value::String(answer.text.clone()));
    if status >= 400 && body.is_object() {
        for member in ["requestId", "timestamp", "hint"] {
            body[member] = Value::Null;
        }
        if body.get("details").is_some() {
            // PostgREST's form. The database's own words about a name differ from ours.
            let code = body["code"].clone();
            body = serde_json::json!({ "code": code });
        }
    }
    let headers = HEADERS
        .iter()
        .map(|name| answer.header(name).map(str::to_owned));
    (status, body, headers.collect())
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort),
        _ => {}
    }
}

/// Whether an answer is another one without some rows. A row that was written need not be one that may
/// be read, and is not shown then.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Null, _) => true,
        (Value::Array(part), Value::Array(whole)) => {
            let mut rest = whole.iter();
            // A row that is not shown is in its place, or is left out.
            let mut shown = part.iter().filter(|one| !one.is_null());
            shown.all(|one| rest.any(|other| is_part(one, other)))
        }
        (Value::Object(part), Value::Object(whole)) => {
            part.len() == whole.len()
                && part
                    .iter()
                    .all(|(name, one)| whole.get(name).is_some_and(|other| is_part(one, other)))
        }
        (part, whole) => part == whole,
    }
}

/// Runs worlds; returns the numbers of requests, of those with rows, and of those not compared.
async fn run(kind: Kind, first: u64, worlds: u64) -> (usize, usize, usize) {
    let (mut sent, mut telling, mut skipped) = (0, 0, 0);
    for seed in first..first + worlds {
        let mut rng = Rng::new(seed);
        let pair = Pair::of(&mut rng, kind).await;
        let mut cursor: Option<Asked> = None;
        for number in 0..REQUESTS {
            let asked = match cursor.take() {
                Some(next) => next,
                None => Asked::of(&mut rng, &pair.world, kind),
            };
            let (whole, copy) = pair.ask(&asked).await;
            sent += 1;
            if std::env::var("SHOW").is_ok() {
                println!(
                    "{} {} {} {}",
                    whole.status.as_u16(),
                    asked.method,
                    asked.path,
                    whole
                        .text
                        .chars()
                        .take(150)
                        .collect::<String>()
                        .replace('\n', " ")
                );
            }
            if whole.status == 409 || copy.status == 409 {
                skipped += 1;
                continue;
            }
            let (mut one, mut other) = (told(&whole), told(&copy));
            if !matches!(asked.method, "GET" | "HEAD") {
                // The rows of a write come in any order.
                sort(&mut one.1);
                sort(&mut other.1);
            }
            let is_write = asked.body.is_some() && one.0 < 300;
            assert!(
                one == other || is_write && one.0 == other.0 && is_part(&one.1, &other.1),
                "seed {seed}, request {number} on {kind:?}: {asked:?}\nclaims {}\n{}\nunder the \
                 policy:\n{whole}\n{:?}\nwithout what it hides:\n{copy}\n{:?}\n{}",
                pair.world.claims,
                pair.world.toml(),
                one.2,
                other.2,
                pair.world.sql(),
            );
            if one.0 < 300 && one.1.to_string().contains("\"id\"") {
                telling += 1;
            }
            // The same question again, with what the answer gave.
            if let Some(etag) = whole.header("etag").filter(|_| asked.method == "GET") {
                let again = Asked {
                    headers: vec![("if-none-match", etag.to_owned())],
                    ..asked.clone()
                };
                let (whole, copy) = pair.ask(&again).await;
                assert_eq!(told(&whole), told(&copy), "seed {seed}: {again:?}");
            }
            let next = one.1.get("nextCursor").and_then(Value::as_str);
            if let Some(next) = next.filter(|_| asked.path.starts_with("/api/")) {
                let path = match asked.path.contains("cursor=") {
                    true => asked
                        .path
                        .split("&cursor=")
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    false => asked.path.clone(),
                };
                cursor = (!path.contains("offset=")).then(|| Asked {
                    path: format!("{path}&cursor={next}"),
                    ..asked.clone()
                });
            }
        }
    }
    (sent, telling, skipped)
}

async fn prove(kind: Kind, seed: u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let worlds = number("NON_INTERFERENCE").unwrap_or(4);
    let first = number("NON_INTERFERENCE_SEED").unwrap_or(seed);
    let (sent, telling, skipped) = run(kind, first, worlds).await;
    println!("{kind:?}: {sent} requests, {telling} told of rows, {skipped} conflicts");
    assert!(
        telling * 5 > sent,
        "too few of {sent} answers tell anything: {telling}"
    );
    assert!(
        skipped * 5 < sent,
        "too many of {sent} answers are conflicts: {skipped}"
    );
}

#[tokio::test]
async fn what_is_hidden_has_no_effect_on_postgres() {
    prove(Kind::Postgres, 1).await;
}

#[tokio::test]
async fn what_is_hidden_has_no_effect_on_sqlite() {
    prove(Kind::Sqlite, 1).await;
}
