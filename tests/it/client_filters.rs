//! Random filters in Prisma's shape find, through the client of npm, the rows that the same condition in SQL finds.

use std::process::Stdio;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{
    on_each_database,
    support::{App, Kind, Schema, programs, rng::Rng},
};

const FILTERS: usize = 300;

/// Texts with the signs of the query language, of patterns and of SQL.
const TEXTS: [&str; 10] = [
    "a",
    "ab",
    "Ab",
    "b%",
    "a_b",
    "it's",
    "x,(y)",
    "\"q\"",
    "back\\slash",
    "é ß",
];

#[derive(Clone, Copy, PartialEq)]
enum Column {
    Text(&'static str),
    Number(&'static str),
}

/// How a row of one table leads to rows of another: the condition, with both tables' names.
struct Link {
    field: &'static str,
    to: usize,
    to_one: bool,
    join: fn(&str, &str) -> String,
}

struct Model {
    path: &'static str,
    table: &'static str,
    columns: &'static [Column],
    links: &'static [Link],
}

static MODELS: [Model; 4] = [
    Model {
        path: "authors",
        table: "Author",
        columns: &[
            Column::Text("email"),
            Column::Text("name"),
            Column::Number("score"),
        ],
        links: &[
            Link {
                field: "posts",
                to: 1,
                to_one: false,
                join: |near, far| format!(r#"{far}."authorId" = {near}."id""#),
            },
            Link {
                field: "comments",
                to: 2,
                to_one: false,
                join: |near, far| format!(r#"{far}."authorId" = {near}."id""#),
            },
        ],
    },
    Model {
        path: "posts",
        table: "Post",
        columns: &[
            Column::Text("title"),
            Column::Text("authorId"),
            Column::Number("words"),
            Column::Number("id"),
        ],
        links: &[
            Link {
                field: "author",
                to: 0,
                to_one: true,
                join: |near, far| format!(r#"{far}."id" = {near}."authorId""#),
            },
            Link {
                field: "comments",
                to: 2,
                to_one: false,
                join: |near, far| format!(r#"{far}."postId" = {near}."id""#),
            },
            Link {
                field: "tags",
                to: 3,
                to_one: false,
                join: |near, far| {
                    format!(
                        r#"EXISTS (SELECT 1 FROM "_PostToTag" WHERE "A" = {near}."id" AND "B" = {far}."id")"#
                    )
                },
            },
        ],
    },
    Model {
        path: "comments",
        table: "Comment",
        columns: &[Column::Text("text"), Column::Text("authorId")],
        links: &[
            Link {
                field: "post",
                to: 1,
                to_one: true,
                join: |near, far| format!(r#"{far}."id" = {near}."postId""#),
            },
            Link {
                field: "author",
                to: 0,
                to_one: true,
                join: |near, far| format!(r#"{far}."id" = {near}."authorId""#),
            },
        ],
    },
    Model {
        path: "tags",
        table: "Tag",
        columns: &[Column::Text("name")],
        links: &[Link {
            field: "posts",
            to: 1,
            to_one: false,
            join: |near, far| {
                format!(
                    r#"EXISTS (SELECT 1 FROM "_PostToTag" WHERE "B" = {near}."id" AND "A" = {far}."id")"#
                )
            },
        }],
    },
];

/// A filter in Prisma's shape, and the same condition in SQL.
type Made = (Value, String);

struct Maker {
    rng: Rng,
    kind: Kind,
    aliases: usize,
    relations: usize,
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn negated(sql: &str) -> String {
    format!("NOT ({sql})")
}

impl Maker {
    fn text(&mut self) -> &'static str {
        self.rng.one_of(&TEXTS)
    }

    fn text_condition(&mut self, column: &str) -> Made {
        let text = self.text();
        let (value, length) = (literal(text), text.chars().count());
        let (found, ends) = match self.kind {
            Kind::Postgres => ("strpos", format!("right({column}, {length})")),
            Kind::Sqlite => ("instr", format!("substr({column}, -{length})")),
        };
        match self.rng.below(11) {
            0 => (json!(text), format!("{column} = {value}")),
            1 => (json!({ "equals": text }), format!("{column} = {value}")),
            2 => (json!({ "not": text }), format!("{column} <> {value}")),
            3 => (Value::Null, format!("{column} IS NULL")),
            4 => (json!({ "not": null }), format!("{column} IS NOT NULL")),
            5 => (
                json!({ "contains": text }),
                format!("{found}({column}, {value}) > 0"),
            ),
            6 => (
                json!({ "startsWith": text }),
                format!("substr({column}, 1, {length}) = {value}"),
            ),
            7 => (json!({ "endsWith": text }), format!("{ends} = {value}")),
            8 if text.is_ascii() => (
                json!({ "contains": text, "mode": "insensitive" }),
                format!("{found}(lower({column}), lower({value})) > 0"),
            ),
            9 => {
                let (inner, sql) = self.text_condition(column);
                match inner {
                    Value::Object(_) => (json!({ "not": inner }), negated(&sql)),
                    plain => (plain, sql),
                }
            }
            _ => {
                let not_in = self.rng.once_in(2);
                let texts: Vec<&str> = (0..=self.rng.below(3)).map(|_| self.text()).collect();
                let list: Vec<String> = texts.iter().map(|text| literal(text)).collect();
                let sql = format!("{column} IN ({})", list.join(", "));
                match not_in {
                    true => (json!({ "notIn": texts }), negated(&sql)),
                    false => (json!({ "in": texts }), sql),
                }
            }
        }
    }

    fn number_condition(&mut self, column: &str) -> Made {
        let number = self.rng.below(12);
        let (name, operator) = self.rng.one_of(&[
            ("equals", "="),
            ("not", "<>"),
            ("lt", "<"),
            ("lte", "<="),
            ("gt", ">"),
            ("gte", ">="),
        ]);
        let one = (
            json!({ name: number }),
            format!("{column} {operator} {number}"),
        );
        match self.rng.below(4) {
            0 => (json!(number), format!("{column} = {number}")),
            1 => (
                json!({ "gte": number, "lt": number + 5 }),
                format!("{column} >= {number} AND {column} < {}", number + 5),
            ),
            2 if name != "not" => (json!({ "not": one.0 }), negated(&one.1)),
            _ => one,
        }
    }

    fn related(&mut self, model: &Model, alias: &str, depth: usize) -> Made {
        self.relations += 1;
        let link = &model.links[self.rng.below(model.links.len())];
        let target = &MODELS[link.to];
        self.aliases += 1;
        let far = format!("t{}", self.aliases);
        let (inner, condition) = self.filter(target, &far, depth + 1);
        let exists = |condition: &str| {
            format!(
                r#"EXISTS (SELECT 1 FROM "{}" {far} WHERE {} AND ({condition}))"#,
                target.table,
                (link.join)(alias, &far)
            )
        };
        let (quantifier, inner, sql) = match (link.to_one, self.rng.below(4)) {
            (true, 0) => ("is", Value::Null, negated(&exists("1 = 1"))),
            (true, 1) => ("isNot", Value::Null, exists("1 = 1")),
            (true, 2) => ("isNot", inner, negated(&exists(&condition))),
            (true, _) => ("is", inner, exists(&condition)),
            (false, 0) => ("every", inner, negated(&exists(&negated(&condition)))),
            (false, 1) => ("none", inner, negated(&exists(&condition))),
            (false, _) => ("some", inner, exists(&condition)),
        };
        (json!({ link.field: { quantifier: inner } }), sql)
    }

    fn filter(&mut self, model: &Model, alias: &str, depth: usize) -> Made {
        let many = |maker: &mut Self| -> Vec<Made> {
            let count = 1 + maker.rng.below(2);
            (0..count)
                .map(|_| maker.filter(model, alias, depth + 1))
                .collect()
        };
        let joined = |made: &[Made], word: &str, not: bool| {
            let parts = made.iter().map(|(_, sql)| match not {
                true => negated(sql),
                false => format!("({sql})"),
            });
            parts.collect::<Vec<_>>().join(word)
        };
        let filters = |made: &[Made]| made.iter().map(|(json, _)| json.clone()).collect::<Value>();
        match self.rng.below(9) {
            0 if depth < 3 => {
                let made = many(self);
                (
                    json!({ "AND": filters(&made) }),
                    joined(&made, " AND ", false),
                )
            }
            1 if depth < 3 => {
                let made = many(self);
                (
                    json!({ "OR": filters(&made) }),
                    joined(&made, " OR ", false),
                )
            }
            2 if depth < 3 => {
                let made = many(self);
                (
                    json!({ "NOT": filters(&made) }),
                    joined(&made, " AND ", true),
                )
            }
            3..=5 if depth < 3 && self.relations < 5 => self.related(model, alias, depth),
            _ => {
                // One field, or two.
                let (mut fields, mut parts) = (Map::new(), Vec::new());
                for _ in 0..=self.rng.below(2) {
                    let column = self.rng.one_of(model.columns);
                    let (Column::Text(name) | Column::Number(name)) = column;
                    if fields.contains_key(name) {
                        continue;
                    }
                    let quoted = format!("{alias}.\"{name}\"");
                    let (json, sql) = match column {
                        Column::Text(_) => self.text_condition(&quoted),
                        Column::Number(_) => self.number_condition(&quoted),
                    };
                    fields.insert(name.to_owned(), json);
                    parts.push(format!("({sql})"));
                }
                (Value::Object(fields), parts.join(" AND "))
            }
        }
    }
}

/// The client in Node. It ends when it is dropped.
struct Client {
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Client {
    fn start(app: &App) -> Self {
        let mut process = Command::new("node")
            .arg("tests/client/filters.mjs")
            .arg(format!("http://{}", app.address))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node has been found before");
        let answers = process.stdout.take().expect("a pipe");
        Self {
            requests: process.stdin.take().expect("a pipe"),
            answers: BufReader::new(answers).lines(),
            _process: process,
        }
    }

    async fn ids(&mut self, model: &Model, filter: &Value) -> Value {
        let line = format!("{}\n", json!({ "model": model.path, "where": filter }));
        let sent = self.requests.write_all(line.as_bytes()).await;
        sent.expect("the client listens");
        let answer = self.answers.next_line().await.expect("the client speaks");
        let answer = answer.unwrap_or_else(|| panic!("the client ended at {filter:#}"));
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert!(answer["error"].is_null(), "{filter:#}\n{answer:#}");
        answer["ok"].take()
    }
}

async fn fill(app: &App) {
    let mut rng = Rng::new(0xF117);
    let authors: Vec<Value> = (0..8)
        .map(|n| {
            let name = (n % 3 > 0).then(|| rng.one_of(&TEXTS));
            json!({ "id": format!("a{n}"), "email": format!("{}{n}", rng.one_of(&TEXTS)), "name": name, "score": rng.below(12) })
        })
        .collect();
    app.post("/api/v1/authors", json!(authors))
        .await
        .expect(201);
    let tags: Vec<Value> = (0..4).map(|n| json!({ "name": TEXTS[n] })).collect();
    app.post("/api/v1/tags", json!(tags)).await.expect(201);
    let posts: Vec<Value> = (0..30)
        .map(|_| {
            let author = (!rng.once_in(4)).then(|| format!("a{}", rng.below(8)));
            let tags: Vec<Value> = (0..4)
                .filter(|_| rng.once_in(3))
                .map(|n| json!({ "name": TEXTS[n] }))
                .collect();
            let comments: Vec<Value> = (0..rng.below(3))
                .map(|_| {
                    let author = rng.once_in(2).then(|| format!("a{}", rng.below(8)));
                    json!({ "text": rng.one_of(&TEXTS), "authorId": author })
                })
                .collect();
            json!({
                "title": format!("{}{}", rng.one_of(&TEXTS), rng.one_of(&TEXTS)), "words": rng.below(12),
                "authorId": author, "tags": { "connect": tags }, "comments": { "create": comments },
            })
        })
        .collect();
    app.post("/api/v1/posts", json!(posts)).await.expect(201);
}

on_each_database!(
    Schema::Writes,
    random_filters_of_the_client_find_what_sql_finds
);
async fn random_filters_of_the_client_find_what_sql_finds(app: &App) {
    if !programs::is_here("tests/typescript").await {
        return;
    }
    fill(app).await;
    let db = app.db().await;
    let kind = match db.get_database_backend() {
        sea_orm::DatabaseBackend::Postgres => Kind::Postgres,
        _ => Kind::Sqlite,
    };
    let mut client = Client::start(app);
    let mut found = 0;
    for seed in 0..FILTERS {
        let mut maker = Maker {
            rng: Rng::new(seed as u64),
            kind,
            aliases: 0,
            relations: 0,
        };
        let model = &MODELS[maker.rng.below(MODELS.len())];
        let (filter, condition) = maker.filter(model, "t0", 0);
        let sql = format!(r#"SELECT "id" FROM "{}" t0 WHERE {condition}"#, model.table);
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), &sql));
        let rows = rows.await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let mut expected: Vec<Value> = rows
            .iter()
            .map(|row| match model.path {
                "authors" => json!(row.try_get_by_index::<String>(0).expect("a text")),
                _ if kind == Kind::Postgres => {
                    json!(row.try_get_by_index::<i32>(0).expect("a number"))
                }
                _ => json!(row.try_get_by_index::<i64>(0).expect("a number")),
            })
            .collect();
        expected.sort_by_key(|id| (id.as_i64(), id.as_str().map(str::to_owned)));
        let ids = client.ids(model, &filter).await;
        assert_eq!(
            ids,
            json!(expected),
            "seed {seed}: {}\n{filter:#}\n{sql}",
            model.path
        );
        found += usize::from(!expected.is_empty());
    }
    // The filters are no empty questions.
    assert!(found > FILTERS / 4, "{found}");
}
