//! Names come from the app's schema.prisma, which is followed like the database.

use std::time::{Duration, Instant};

use super::{diagnosis, live};
use crate::support::{Kind, Options, PATIENCE, programs};

fn schema(model: &str, more: &str) -> String {
    format!(
        r#"datasource db {{
  provider = "sqlite"
}}

model {model} {{
  id    String  @id
  title String
  extra String?
{more}
  @@map("Note")
}}
"#
    )
}

#[tokio::test]
async fn a_changed_schema_prisma_is_followed_and_a_broken_one_is_not() {
    if !programs::is_here("tests/prisma").await {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("schema.prisma");
    let write = |text: &str| std::fs::write(&path, text).expect("writes");
    write(&schema("Article", ""));
    let options = Options::default().set("PRISMA_SCHEMA", path.to_str().expect("a path"));
    let app = live(Kind::Sqlite, options).await;
    app.get("/api/v1/articles").await.expect(200);
    let told = diagnosis(&app).await;
    assert!(
        told["notes"][0].to_string().contains("schema.prisma"),
        "{told}"
    );

    let until = async |path: &str| {
        let started = Instant::now();
        while app.get(path).await.status != 200 {
            assert!(started.elapsed() < PATIENCE, "{path} is not served");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    write(&schema("Essay", ""));
    until("/api/v1/essays").await;
    app.get("/api/v1/articles").await.expect(404);

    // Somebody is just writing it, and the database changes.
    write("model Essay {");
    app.db_execute(r#"ALTER TABLE "Note" ADD COLUMN "later" TEXT"#)
        .await;
    until("/api/v1/essays?select=later").await;
    write(&schema("Essay", "  afterwards String? @map(\"later\")\n"));
    until("/api/v1/essays?select=afterwards").await;
}
