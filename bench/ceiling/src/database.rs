//! A few connections on which every statement is prepared. Requests are pipelined over them in turn.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_postgres::{Client, Error, NoTls, Statement};

const USER: &str = r#""id", "email", "name", "preferences", "createdAt", "updatedAt""#;
const POST: &str = r#""id", "authorId", "title", "body", "status", "views", "rating", "publishedAt", "createdAt", "updatedAt""#;

/// The open connections.
pub struct Database {
    connections: Vec<Connection>,
    next: AtomicUsize,
}

/// One connection and its statements.
pub struct Connection {
    pub client: Client,
    pub user: Statement,
    pub users: Statement,
    pub users_after: Statement,
    pub posts: Statement,
    pub posts_counted: Statement,
    pub users_in_sql: Statement,
    pub users_with_posts: Statement,
    pub users_with_two_levels: Statement,
    pub posts_in_sql: Statement,
    pub posts_with_author: Statement,
    pub create_user: Statement,
    pub rename_user: Statement,
    pub create_users: Statement,
    pub upsert_users: Statement,
    pub create_post: Statement,
}

impl Database {
    pub async fn connect(url: &str, connections: usize) -> Result<Self, Error> {
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(Connection::open(url).await?);
        }
        Ok(Self {
            connections: open,
            next: AtomicUsize::new(0),
        })
    }

    /// The next connection in turn.
    pub fn connection(&self) -> &Connection {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        &self.connections[turn % self.connections.len()]
    }
}

impl Connection {
    async fn open(url: &str) -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let users = format!(r#"SELECT {USER} FROM "User" ORDER BY "id" LIMIT $1"#);
        let posts = format!(
            r#"SELECT {POST} FROM "Post" WHERE "status" = $1 ORDER BY "publishedAt" DESC, "id" LIMIT $2"#
        );
        Ok(Self {
            user: client
                .prepare(&format!(r#"SELECT {USER} FROM "User" WHERE "id" = $1"#))
                .await?,
            create_user: client
                .prepare(&format!(
                    r#"INSERT INTO "User" ("id", "email", "name", "updatedAt")
                    VALUES ($1, $2, $3, $4) RETURNING {USER}"#
                ))
                .await?,
            rename_user: client
                .prepare(&format!(
                    r#"UPDATE "User" SET "name" = $1, "updatedAt" = $2 WHERE "id" = $3 RETURNING {USER}"#
                ))
                .await?,
            create_users: client
                .prepare(&format!(
                    r#"INSERT INTO "User" ("id", "email", "name", "updatedAt")
                    SELECT *, $4::timestamp FROM unnest($1::text[], $2::text[], $3::text[])
                    RETURNING {USER}"#
                ))
                .await?,
            upsert_users: client
                .prepare(&format!(
                    r#"INSERT INTO "User" ("id", "email", "name", "updatedAt")
                    SELECT *, $4::timestamp FROM unnest($1::text[], $2::text[], $3::text[])
                    ON CONFLICT ("email") DO UPDATE
                    SET "name" = excluded."name", "updatedAt" = excluded."updatedAt"
                    RETURNING {USER}"#
                ))
                .await?,
            // One round trip: the keys are made here, and the database checks foreign keys at the end.
            create_post: client
                .prepare(&format!(
                    r#"WITH "author" AS (
                        INSERT INTO "User" ("id", "email", "name", "updatedAt") VALUES ($1, $2, $3, $4)
                    ), "tags" AS (
                        INSERT INTO "Tag" ("id", "name") SELECT * FROM unnest($5::text[], $6::text[])
                    ), "pairs" AS (
                        INSERT INTO "_PostToTag" ("A", "B") SELECT $7, unnest($5::text[])
                    )
                    INSERT INTO "Post" ("id", "authorId", "title", "body", "updatedAt")
                    VALUES ($7, $1, $8, $9, $4) RETURNING {POST}"#
                ))
                .await?,
            users_after: client
                .prepare(&format!(
                    r#"SELECT {USER} FROM "User" WHERE "id" > $1 ORDER BY "id" LIMIT $2"#
                ))
                .await?,
            posts_counted: client
                .prepare(&format!(
                    r#"SELECT {POST}, (SELECT count(*) FROM "Post" WHERE "status" = $1)
                    FROM "Post" WHERE "status" = $1 ORDER BY "id" LIMIT $2"#
                ))
                .await?,
            users_with_posts: client
                .prepare(&in_sql(&users_with(r#"json_build_object('id', p."id", 'title', p."title", 'views', p."views")"#)))
                .await?,
            users_with_two_levels: client
                .prepare(&in_sql(&users_with(
                    r#"json_build_object('id', p."id", 'title', p."title", 'author', (
                        SELECT json_build_object('id', a."id", 'email', a."email")
                        FROM "User" AS a WHERE a."id" = p."authorId"
                    ))"#,
                )))
                .await?,
            posts_with_author: client
                .prepare(&in_sql(
                    r#"SELECT p."id", p."title", p."publishedAt",
                        json_build_object('id', a."id", 'name', a."name") AS "author"
                    FROM "Post" AS p JOIN "User" AS a ON a."id" = p."authorId"
                    ORDER BY p."id" LIMIT $1"#,
                ))
                .await?,
            users_in_sql: client.prepare(&in_sql(&users)).await?,
            posts_in_sql: client.prepare(&in_sql(&posts)).await?,
            users: client.prepare(&users).await?,
            posts: client.prepare(&posts).await?,
            client,
        })
    }
}

/// Users with their posts, whose JSON is the argument.
fn users_with(post: &str) -> String {
    format!(
        r#"SELECT u."id", u."name", (
            SELECT coalesce(json_agg({post} ORDER BY p."id"), '[]')
            FROM "Post" AS p WHERE p."authorId" = u."id"
        ) AS "posts"
        FROM "User" AS u ORDER BY u."id" LIMIT $1"#
    )
}

/// The rows of a query as one JSON text.
fn in_sql(query: &str) -> String {
    format!(r#"SELECT coalesce(json_agg("row"), '[]')::text FROM ({query}) AS "row""#)
}
