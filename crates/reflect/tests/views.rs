//! Which columns address a row of a view.

mod support;

use support::reflected;

const TABLES: &str = "
    CREATE TABLE author (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, nick TEXT UNIQUE);
    CREATE TABLE page (id TEXT NOT NULL PRIMARY KEY, title TEXT, author_id INTEGER NOT NULL REFERENCES author);
    CREATE TABLE visit (page_id TEXT NOT NULL, day DATE NOT NULL, count INTEGER, PRIMARY KEY (page_id, day));
    CREATE TABLE cover (page_id TEXT NOT NULL PRIMARY KEY, url TEXT);
    CREATE TABLE loose (a TEXT, b TEXT);";

/// The row key of the view that `query` makes, its columns joined by commas.
async fn key_of(query: &str) -> String {
    let sql = format!("{TABLES} CREATE VIEW v AS {query};");
    let snapshot = reflected(&sql).await;
    let view = snapshot.table("main", "v").expect("the view");
    for name in &view.row_key {
        let column = view.column(name).expect("a column of the key");
        assert!(!column.nullable, "{name} of {query}");
    }
    view.row_key.join(",")
}

#[tokio::test]
async fn a_view_of_one_table_has_its_key_where_it_shows_it() {
    for (query, key) in [
        ("SELECT id, title FROM page", "id"),
        (
            "SELECT title, id AS page FROM page p WHERE title IS NOT NULL LIMIT 5",
            "page",
        ),
        ("SELECT * FROM page ORDER BY title", "id"),
        ("SELECT p.*, 1 AS one FROM page AS p", "id"),
        ("SELECT PAGE.ID FROM Page", "id"),
        ("SELECT email FROM author", "email"),
        ("SELECT count, day, page_id FROM visit", "page_id,day"),
        // Not shown, not whole, may be NULL, or changed.
        ("SELECT title FROM page", ""),
        ("SELECT page_id FROM visit", ""),
        ("SELECT nick FROM author", ""),
        ("SELECT lower(id) AS id FROM page", ""),
        ("SELECT a FROM loose", ""),
    ] {
        assert_eq!(key_of(query).await, key, "{query}");
    }
}

#[tokio::test]
async fn a_join_that_finds_one_row_at_most_keeps_the_key() {
    for (query, key) in [
        (
            "SELECT p.id, a.email FROM page p JOIN author a ON a.id = p.author_id",
            "id",
        ),
        (
            "SELECT p.id, a.id AS author FROM page p LEFT JOIN author a ON p.author_id = a.id AND a.nick = 'x'",
            "id",
        ),
        (
            "SELECT p.id FROM page p, author a WHERE a.id = p.author_id",
            "id",
        ),
        // By a unique key, and one that may be NULL: NULL equals nothing.
        (
            "SELECT p.id FROM page p JOIN author a ON a.nick = p.title",
            "id",
        ),
        // Chains, and the table at the other end of the FROM.
        (
            "SELECT v.page_id, v.day, a.email FROM author a JOIN page p ON p.author_id = a.id JOIN visit v ON v.page_id = p.id",
            "page_id,day",
        ),
        // Many rows for one.
        (
            "SELECT a.id FROM author a JOIN page p ON p.author_id = a.id",
            "",
        ),
        (
            "SELECT p.id FROM page p JOIN visit v ON v.page_id = p.id",
            "",
        ),
        ("SELECT p.id FROM page p CROSS JOIN author a", ""),
        (
            "SELECT p.id FROM page p JOIN author a ON a.id > p.author_id",
            "",
        ),
        (
            "SELECT p.id FROM page p JOIN author a ON a.id = p.author_id OR a.nick = 'x'",
            "",
        ),
        // One row at most, but maybe none.
        (
            "SELECT a.id FROM page p LEFT JOIN author a ON a.id = p.author_id",
            "",
        ),
        (
            "SELECT a.id FROM page p LEFT JOIN author a ON p.id = 'x'",
            "",
        ),
    ] {
        assert_eq!(key_of(query).await, key, "{query}");
    }
}

#[tokio::test]
async fn a_join_may_name_the_columns_that_are_equal_or_leave_it_at_that() {
    for (query, key) in [
        (
            "SELECT v.page_id, v.day, c.url FROM visit v JOIN cover c USING (page_id)",
            "page_id,day",
        ),
        (
            "SELECT day, page_id FROM visit LEFT JOIN cover USING (PAGE_ID)",
            "page_id,day",
        ),
        ("SELECT * FROM visit NATURAL JOIN cover", "page_id,day"),
        (
            "SELECT v.*, c.url FROM visit v NATURAL LEFT JOIN cover c",
            "page_id,day",
        ),
        (
            "SELECT page_id, day FROM visit JOIN cover USING (page_id) JOIN cover AS c USING (page_id)",
            "page_id,day",
        ),
        ("SELECT id FROM page JOIN author USING (id)", "id"),
        (
            "SELECT page_id, count(*) FROM cover JOIN visit USING (page_id) GROUP BY page_id",
            "page_id",
        ),
        // Many rows for one, or maybe none.
        (
            "SELECT page_id, url FROM cover JOIN visit USING (page_id)",
            "",
        ),
        (
            "SELECT c.page_id, v.day FROM visit v LEFT JOIN cover c USING (page_id)",
            "",
        ),
        ("SELECT a.id FROM page LEFT JOIN author a USING (id)", ""),
        // Nothing in common: each with each.
        ("SELECT p.id FROM page p NATURAL JOIN visit", ""),
    ] {
        assert_eq!(key_of(query).await, key, "{query}");
    }
}

#[tokio::test]
async fn what_is_grouped_by_is_unique() {
    for (query, key) in [
        (
            "SELECT p.id, count(*) AS n FROM page p LEFT JOIN visit v ON v.page_id = p.id GROUP BY p.id",
            "id",
        ),
        (
            "SELECT title, p.id, count(*) FROM page p JOIN visit v ON v.page_id = p.id GROUP BY p.id, p.title",
            "id",
        ),
        (
            "SELECT author_id, count(*) AS pages FROM page GROUP BY author_id",
            "author_id",
        ),
        (
            "SELECT page_id, sum(count) AS sum FROM visit GROUP BY page_id",
            "page_id",
        ),
        // NULL is a group too, and no address.
        ("SELECT title, count(*) FROM page GROUP BY title", ""),
        ("SELECT count(*) FROM page GROUP BY author_id", ""),
        (
            "SELECT lower(id), count(*) FROM page GROUP BY lower(id)",
            "",
        ),
        (
            "SELECT p.id, v.day FROM page p JOIN visit v ON v.page_id = p.id GROUP BY p.id, v.day",
            "id,day",
        ),
    ] {
        assert_eq!(key_of(query).await, key, "{query}");
    }
}

#[tokio::test]
async fn what_is_not_certain_has_no_key() {
    for query in [
        "SELECT id FROM page UNION ALL SELECT id FROM page",
        "WITH twice AS (SELECT id FROM page UNION ALL SELECT id FROM page) SELECT id FROM twice",
        "SELECT id FROM (SELECT id FROM page UNION ALL SELECT id FROM page)",
        "SELECT page.id FROM page, json_each('[1,2]')",
        "SELECT p.id FROM page p RIGHT JOIN cover c ON c.page_id = p.id",
        "SELECT 1 AS id",
    ] {
        assert_eq!(key_of(query).await, "", "{query}");
    }
}

#[tokio::test]
async fn a_view_of_a_view_has_the_key_of_the_latter() {
    let sql = format!(
        "{TABLES} CREATE VIEW a_first AS SELECT page, title FROM z_second;
         CREATE VIEW z_second AS SELECT id AS page, title FROM page;"
    );
    let snapshot = reflected(&sql).await;
    let view = snapshot.table("main", "a_first").expect("the view");
    assert_eq!(view.row_key, ["page"]);
}
