//! Random writes of rows with tenants, against a plain model: whatever is sent, a row refers to what
//! was named last, or the write is refused.
//!
//! `RANDOM_WRITES=2000` tries that many, of another seed each time.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    rows,
    shared_columns::{key, tenants_with},
};
use crate::on_each_database;
use crate::support::{App, Kind, Options, rng::Rng};

/// Writes that `make test` tries on each database.
const WRITES: usize = 80;

/// A row by its tenant and its number there.
type Name = (i32, i32);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Post {
    tenant: i32,
    author: Option<i32>,
    category: Option<i32>,
}

#[derive(Debug, Clone, Copy)]
enum Operation {
    Nothing,
    Disconnect,
    Connect(Name),
}

#[tokio::test]
async fn whatever_is_sent_no_row_refers_to_what_nobody_named_on_postgres() {
    try_all(Kind::Postgres, Options::default()).await;
}

#[tokio::test]
async fn whatever_is_sent_no_row_refers_to_what_nobody_named_on_sqlite() {
    try_all(Kind::Sqlite, Options::default()).await;
}

on_each_database!(whatever_is_sent_no_row_refers_to_what_nobody_named_without_foreign_keys);
/// With `relationMode = "prisma"` there are no foreign keys that could refuse anything.
async fn whatever_is_sent_no_row_refers_to_what_nobody_named_without_foreign_keys(kind: Kind) {
    try_all(kind, Options::default().relations_by_prisma()).await;
}

async fn try_all(kind: Kind, options: Options) {
    let asked = std::env::var("RANDOM_WRITES").ok();
    let asked: Option<usize> = asked.map(|text| text.parse().expect("RANDOM_WRITES is a number"));
    let seed = asked.map_or(15, |_| u64::from(std::process::id()));
    let app = tenants_with(kind, options).await;
    let mut rng = Rng::new(seed);
    let mut posts = BTreeMap::from([
        (1, post(1, Some(1), Some(1))),
        (2, post(1, Some(1), None)),
        (3, post(2, Some(2), Some(2))),
    ]);
    for number in 0..asked.unwrap_or(WRITES) {
        let (request, wanted) = draw(&mut rng, &mut posts);
        let (method, path, body) = &request;
        let answer = app.request(method, path).json(body.clone()).send().await;
        let status = answer.status.as_u16();
        assert_eq!(status, wanted, "seed {seed}, write {number}: {answer}");
        assert_eq!(
            held(&app).await,
            posts,
            "seed {seed}, write {number}: {answer}"
        );
    }
}

fn post(tenant: i32, author: Option<i32>, category: Option<i32>) -> Post {
    Post {
        tenant,
        author,
        category,
    }
}

async fn held(app: &App) -> BTreeMap<i32, Post> {
    let rows = rows(app, "/api/v1/posts?limit=100").await;
    let number = |value: &Value| value.as_i64().map(|number| number as i32);
    let held = rows.iter().map(|row| {
        let id = number(&row["id"]).expect("an id");
        let tenant = number(&row["tenantId"]).expect("a tenant");
        let post = post(tenant, number(&row["authorId"]), number(&row["categoryId"]));
        (id, post)
    });
    held.collect()
}

/// A write, and the status that it is to be answered with; the model is as it is to be then.
fn draw(rng: &mut Rng, posts: &mut BTreeMap<i32, Post>) -> ((String, String, Value), u16) {
    let name = |rng: &mut Rng| (1 + rng.below(2) as i32, 1 + rng.below(2) as i32);
    let there: Vec<i32> = posts.keys().copied().collect();
    let id = rng.one_of(&there);
    let user = name(rng);
    let of_user = |operation: Value| {
        let path = format!("/api/v1/users/{},{}", user.0, user.1);
        ("PATCH".to_owned(), path, json!({ "posts": operation }))
    };
    let before = posts.clone();
    let (request, done) = match rng.below(6) {
        0 if there.len() < 12 => {
            let id = there.iter().max().expect("some") + 1;
            let (author, category) = (operation(rng, false), operation(rng, false));
            let mut body = relations(author, category);
            body.insert("id".to_owned(), json!(id));
            body.insert("title".to_owned(), json!("t"));
            if let (Operation::Nothing, Operation::Nothing) = (author, category) {
                body.insert("tenantId".to_owned(), json!(2));
            }
            let request = ("POST".to_owned(), "/api/v1/posts".to_owned(), body.into());
            let new = change(post(2, None, None), author, category);
            let done = new.map(|new| {
                posts.insert(id, new);
            });
            (request, done)
        }
        1 => {
            let done = take(posts, id, user);
            (of_user(json!({ "connect": { "id": id } })), done)
        }
        2 => {
            let post = posts.get_mut(&id).expect("it is there");
            if (post.tenant, post.author) == (user.0, Some(user.1)) {
                post.author = None;
            }
            (of_user(json!({ "disconnect": { "id": id } })), Ok(()))
        }
        3 => {
            let these = [id, rng.one_of(&there)];
            for (id, post) in posts.iter_mut() {
                let is_theirs = (post.tenant, post.author) == (user.0, Some(user.1));
                if is_theirs && !these.contains(id) {
                    post.author = None;
                }
            }
            let done = these.iter().try_for_each(|&id| take(posts, id, user));
            let these = these.iter().map(|id| json!({ "id": id }));
            (of_user(json!({ "set": these.collect::<Vec<_>>() })), done)
        }
        4 => {
            let category = operation(rng, true);
            let data: Value = relations(Operation::Nothing, category).into();
            let post = posts.get_mut(&id).expect("it is there");
            let is_theirs = (post.tenant, post.author) == (user.0, Some(user.1));
            let new = if is_theirs {
                change(*post, Operation::Nothing, category)
            } else {
                Err(())
            };
            let update = json!({ "update": { "where": { "id": id }, "data": data } });
            (of_user(update), new.map(|new| *post = new))
        }
        _ => {
            let (author, category) = (operation(rng, true), operation(rng, true));
            let body: Value = relations(author, category).into();
            let post = posts.get_mut(&id).expect("it is there");
            let request = ("PATCH".to_owned(), format!("/api/v1/posts/{id}"), body);
            let new = change(*post, author, category);
            (request, new.map(|new| *post = new))
        }
    };
    match done {
        Ok(()) if request.0 == "POST" => (request, 201),
        Ok(()) => (request, 200),
        Err(()) => {
            *posts = before;
            (request, 409)
        }
    }
}

fn operation(rng: &mut Rng, is_there: bool) -> Operation {
    match rng.below(4) {
        0 => Operation::Nothing,
        1 if is_there => Operation::Disconnect,
        _ => Operation::Connect((1 + rng.below(2) as i32, 1 + rng.below(2) as i32)),
    }
}

fn relations(author: Operation, category: Operation) -> Map<String, Value> {
    let mut body = Map::new();
    for (name, operation) in [("user", author), ("category", category)] {
        let value = match operation {
            Operation::Nothing => continue,
            Operation::Disconnect => json!({ "disconnect": true }),
            Operation::Connect((tenant, id)) => json!({ "connect": key(tenant, id) }),
        };
        body.insert(name.to_owned(), value);
    }
    body
}

/// What becomes of a post, unless the tenants differ.
fn change(mut post: Post, author: Operation, category: Operation) -> Result<Post, ()> {
    let tenant_of = |operation| match operation {
        Operation::Connect((tenant, _)) => Some(tenant),
        Operation::Nothing | Operation::Disconnect => None,
    };
    let tenant = match (tenant_of(author), tenant_of(category)) {
        (Some(one), Some(other)) if one != other => return Err(()),
        (one, other) => one.or(other).unwrap_or(post.tenant),
    };
    for (operation, held) in [(author, &mut post.author), (category, &mut post.category)] {
        match operation {
            Operation::Nothing if held.is_some() && tenant != post.tenant => return Err(()),
            Operation::Nothing => {}
            Operation::Disconnect => *held = None,
            Operation::Connect((_, id)) => *held = Some(id),
        }
    }
    post.tenant = tenant;
    Ok(post)
}

/// A user takes a post.
fn take(posts: &mut BTreeMap<i32, Post>, id: i32, user: Name) -> Result<(), ()> {
    let post = posts.get_mut(&id).expect("it is there");
    *post = change(*post, Operation::Connect(user), Operation::Nothing)?;
    Ok(())
}
