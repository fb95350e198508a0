//! The SQL of every kind of request, as it reaches the database: texts and bound values.
//!
//! `requests/GROUP.http` holds the requests of a group. Each group runs against a database of its own,
//! one request at a time, and the statements are compared with `postgres/GROUP.sql` and
//! `sqlite/GROUP.sql`. `UPDATE_GOLDEN=1` writes these files instead; review the difference then.
//!
//! Generated ids and the present time are written as `«uuid 1»` or `«now 0000-00-00 …»`, after
//! their form was checked. The same id has the same number throughout a group.

mod masks;
mod requests;
mod wire;

use std::path::PathBuf;

use self::{masks::Masks, requests::Line, wire::Recorder};
use crate::support::{App, Kind, Options, Schema};

/// Rows that are there before the first request of a group on [`Schema::Writes`].
const ROWS: &str = r#"
    INSERT INTO "Author" ("id", "email", "name", "role", "score", "preferences", "managerId", "createdAt", "updatedAt") VALUES
        ('ada', 'ada@example.com', 'Ada', 'ADMIN', 9, '{"theme": "dark", "sizes": [1, 2]}', NULL, '2001-02-03T04:05:06.000Z', '2001-02-03T04:05:06.000Z'),
        ('bob', 'bob@example.com', 'Bob', 'WRITER', 7, NULL, 'ada', '2001-02-04T04:05:06.000Z', '2001-02-03T04:05:06.000Z'),
        ('cyd', 'cyd@example.com', NULL, 'READER', 7, '{"theme": "light"}', 'ada', '2001-02-05T04:05:06.000Z', '2001-02-03T04:05:06.000Z');
    INSERT INTO "Profile" ("bio", "authorId") VALUES ('Counts', 'ada'), ('Builds', 'bob');
    INSERT INTO "Post" ("title", "words", "authorId") VALUES
        ('One', 100, 'ada'), ('Two', 20, 'ada'), ('Three', 300, 'bob'), ('Four', 0, NULL);
    INSERT INTO "Comment" ("text", "postId", "authorId") VALUES
        ('First', 1, 'bob'), ('Second', 1, NULL), ('Third', 3, 'ada');
    INSERT INTO "Tag" ("name") VALUES ('red'), ('green'), ('blue');
    INSERT INTO "_PostToTag" ("A", "B") VALUES (1, 1), (1, 2), (3, 1);
    INSERT INTO "Seat" ("hall", "number", "ticket", "taken") VALUES
        ('A', 1, 't1', 0), ('A', 2, NULL, 3), ('B', 1, 't1', 1);
    INSERT INTO "Folder" ("name", "isDeleted") VALUES ('Open', false), ('Gone', true);
    INSERT INTO "Note" ("slug", "text", "folderId", "deletedAt") VALUES
        ('kept', 'a', 1, NULL), ('marked', 'b', 1, '2001-02-03T04:05:06.000Z'), ('hidden', 'c', 2, NULL);
"#;

/// Tests of a group on each database.
macro_rules! golden {
    ($($group:ident on $schema:ident;)*) => {$(
        mod $group {
            use crate::support::{Kind, Schema};

            #[tokio::test]
            async fn on_postgres() {
                super::compare(stringify!($group), Schema::$schema, Kind::Postgres).await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                super::compare(stringify!($group), Schema::$schema, Kind::Sqlite).await;
            }
        }
    )*};
}

golden! {
    lists on Writes;
    operators on Writes;
    operators_of_types on Trouble;
    embeds on Writes;
    cursors on Writes;
    aggregates on Writes;
    soft_delete on Writes;
    creates on Writes;
    upserts on Writes;
    updates on Writes;
    deletes on Writes;
    nested_creates on Writes;
    nested_updates on Writes;
    batches on Writes;
    postgrest_reads on Writes;
    postgrest_embeds on Writes;
    postgrest_writes on Writes;
    postgrest_types on Trouble;
}

async fn compare(group: &str, schema: Schema, kind: Kind) {
    let found = record(group, schema, kind).await;
    let folder = match kind {
        Kind::Postgres => "postgres",
        Kind::Sqlite => "sqlite",
    };
    let file = here().join(folder).join(format!("{group}.sql"));
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(here().join(folder)).expect("a folder for the golden files");
        std::fs::write(&file, found).expect("writes the golden file");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    if let Some(difference) = difference(&expected, &found) {
        panic!(
            "{group} on {kind:?}: the SQL has changed\n{difference}\nIf the change is meant: \
             UPDATE_GOLDEN=1 cargo test --test it golden::{group}, and review the difference in {}",
            file.display()
        );
    }
}

/// Sends the requests of a group, and gives them with the statements of each.
async fn record(group: &str, schema: Schema, kind: Kind) -> String {
    let options = Options::default()
        .set("DB_POOL_SIZE", "2")
        .set("ALLOW_DRY_RUN", "true");
    let options = match schema {
        Schema::Writes => {
            options
                .soft_delete("Note", "deletedAt", true)
                .soft_delete("Folder", "isDeleted", false)
        }
        _ => options,
    };
    let recorder = Recorder::new();
    let app = match kind {
        Kind::Postgres => App::builder(schema)
            .with(options)
            .start_behind(async |url| Some(recorder.before_postgres(url).await))
            .await
            .expect("there is a URL"),
        Kind::Sqlite => {
            recorder.listen_to_sqlite();
            App::builder(schema).on(kind).with(options).start().await
        }
    };
    let warm_up = match schema {
        Schema::Writes => {
            app.db_execute(ROWS).await;
            "/api/v1/tags"
        }
        _ => "/api/v1/users",
    };
    // It opens the connection.
    app.get(warm_up).await.expect(200);
    recorder.take();

    let mut masks = Masks::default();
    let mut text = format!(
        "-- The statements of requests/{group}.http; `UPDATE_GOLDEN=1 cargo test --test it golden` writes them.\n"
    );
    let file = here().join("requests").join(format!("{group}.http"));
    let requests = std::fs::read_to_string(&file).expect("the group's requests");
    let mut last = None;
    for line in requests::parse(&requests) {
        match line {
            Line::Heading(heading) => text.push_str(&format!("\n---- {heading}\n")),
            Line::Request(request) => {
                let answer = request.send(&app, last.as_ref()).await;
                text.push_str(&format!(
                    "\n-- {request}\n-- → {}\n",
                    answer.status.as_u16()
                ));
                for statement in recorder.take() {
                    text.push_str(&masks.apply(&statement, &request.to_string()));
                }
                last = Some(answer);
            }
        }
    }
    text
}

/// The first requests whose statements differ, if any do.
fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let before: Vec<&str> = expected.split("\n\n").collect();
    let after: Vec<&str> = found.split("\n\n").collect();
    let requests = 0..before.len().max(after.len());
    let differing = requests.filter(|at| before.get(*at) != after.get(*at));
    let shown = differing.take(3).map(|at| {
        let block = |blocks: &[&'_ str]| blocks.get(at).copied().unwrap_or("").to_owned();
        lines_that_differ(&block(&before), &block(&after))
    });
    Some(shown.collect::<Vec<_>>().join("\n"))
}

/// Both texts line by line: `-` is only in the first, `+` only in the second.
fn lines_that_differ(before: &str, after: &str) -> String {
    let mut out = String::new();
    let mut rest = after.lines().peekable();
    for line in before.lines() {
        if !rest.clone().any(|other| other == line) {
            out.push_str(&format!("- {line}\n"));
            continue;
        }
        while let Some(new) = rest.next_if(|other| *other != line) {
            out.push_str(&format!("+ {new}\n"));
        }
        rest.next();
        out.push_str(&format!("  {line}\n"));
    }
    out.extend(rest.map(|new| format!("+ {new}\n")));
    out
}

fn here() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden"))
}
