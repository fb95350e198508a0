//! Names on the API and in the entity crate, for awkward tables.

mod support;

use reflect::Snapshot;
use support::reflected;

/// `(table, model, path, module)` of every table.
fn names(snapshot: &Snapshot) -> Vec<(&str, &str, &str, &str)> {
    snapshot
        .tables
        .iter()
        .map(|t| {
            (
                t.name.as_str(),
                t.model.as_str(),
                t.path.as_str(),
                t.module.as_str(),
            )
        })
        .collect()
}

/// The relation names of a table.
fn relations<'a>(snapshot: &'a Snapshot, table: &str) -> Vec<&'a str> {
    let table = snapshot
        .table("main", table)
        .expect("the table is reflected");
    table
        .relations
        .iter()
        .map(|relation| relation.name.as_str())
        .collect()
}

#[tokio::test]
async fn usual_names_are_as_expected() {
    let snapshot = reflected(
        "CREATE TABLE Page (id INT); CREATE TABLE generation_jobs (id INT);
         CREATE TABLE news (id INT); CREATE TABLE LLMTool (id INT);
         CREATE VIEW page_stats AS SELECT id FROM Page;",
    )
    .await;
    assert_eq!(
        names(&snapshot),
        [
            ("LLMTool", "LLMTool", "llm-tools", "llm_tool"),
            ("Page", "Page", "pages", "page"),
            (
                "generation_jobs",
                "GenerationJobs",
                "generation-jobs",
                "generation_jobs"
            ),
            ("news", "News", "news", "news"),
            ("page_stats", "PageStats", "page-stats", "views::page_stats"),
        ]
    );
}

#[tokio::test]
async fn reserved_names_give_way() {
    let snapshot = reflected(
        "CREATE TABLE docs (id INT); CREATE TABLE lib (id INT); CREATE TABLE mod (id INT);
         CREATE TABLE self (id INT); CREATE TABLE type (id INT);
         CREATE VIEW views AS SELECT id FROM docs;",
    )
    .await;
    assert_eq!(
        names(&snapshot),
        [
            ("docs", "Docs", "docs-rows", "docs"),
            ("lib", "Lib", "libs", "lib_table"),
            ("mod", "Mod", "mods", "mod_table"),
            ("self", "SelfTable", "selves", "self_table"),
            ("type", "Type", "types", "r#type"),
            ("views", "Views", "views", "views::views_view"),
        ]
    );
}

#[tokio::test]
async fn colliding_names_are_told_apart_the_plainest_first() {
    let snapshot = reflected(
        "CREATE TABLE [api key] (id INT); CREATE TABLE api_key (id INT);
         CREATE TABLE ApiKey (id INT); CREATE TABLE Page (id INT); CREATE TABLE PageList (id INT);
         CREATE TABLE PageLink (id INT);
         CREATE TABLE [2fa] (id INT); CREATE TABLE [名] (id INT);",
    )
    .await;
    assert_eq!(
        names(&snapshot),
        [
            ("2fa", "Table2fa", "2fa", "n2fa"),
            ("ApiKey", "ApiKey", "api-keys", "api_key"),
            ("Page", "Page", "pages", "page"),
            // The OpenAPI document calls its own otherwise where it has a PageLink and a PageList.
            ("PageLink", "PageLink", "page-links", "page_link"),
            ("PageList", "PageList", "page-lists", "page_list"),
            ("api key", "ApiKey2", "api-keys-2", "api_key_2"),
            ("api_key", "ApiKey3", "api-keys-3", "api_key_3"),
            ("名", "U540d", "u540d", "u540d"),
        ]
    );
}

#[tokio::test]
async fn a_relation_is_named_after_its_column_and_its_inverse_after_the_table() {
    let snapshot = reflected(
        "CREATE TABLE User (id INTEGER PRIMARY KEY);
         CREATE TABLE Page (id INTEGER PRIMARY KEY, authorId INT REFERENCES User (id),
                            parent_id INT REFERENCES Page (id));
         CREATE TABLE Profile (userId INTEGER PRIMARY KEY REFERENCES User (id));",
    )
    .await;
    assert_eq!(
        relations(&snapshot, "Page"),
        ["author", "parent", "children"]
    );
    assert_eq!(relations(&snapshot, "User"), ["pages", "profile"]);
    assert_eq!(relations(&snapshot, "Profile"), ["user"]);
}

#[tokio::test]
async fn several_relations_between_two_tables_say_which() {
    let snapshot = reflected(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, boss_id INT REFERENCES users (id));
         CREATE TABLE pages (id INTEGER PRIMARY KEY, author_id INT REFERENCES users (id),
                             reviewer_id INT REFERENCES users (id));
         CREATE TABLE tasks (id INTEGER PRIMARY KEY, created_by INT REFERENCES users (id),
                             updated_by INT REFERENCES users (id));",
    )
    .await;
    assert_eq!(relations(&snapshot, "pages"), ["author", "reviewer"]);
    assert_eq!(
        relations(&snapshot, "tasks"),
        ["createdByUser", "updatedByUser"]
    );
    assert_eq!(
        relations(&snapshot, "users"),
        [
            "boss",
            "pagesByAuthor",
            "pagesByReviewer",
            "tasksByCreatedByUser",
            "tasksByUpdatedByUser",
            "usersByBoss"
        ]
    );
}

#[tokio::test]
async fn a_relation_never_takes_the_name_of_a_column() {
    let snapshot = reflected(
        "CREATE TABLE User (id INTEGER PRIMARY KEY, pages INT);
         CREATE TABLE Page (id INTEGER PRIMARY KEY, author TEXT, authorId INT REFERENCES User (id));",
    )
    .await;
    assert_eq!(relations(&snapshot, "Page"), ["authorUser"]);
    assert_eq!(relations(&snapshot, "User"), ["pagesByAuthorUser"]);
}
