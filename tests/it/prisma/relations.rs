//! Relations and keys of several parts.

use serde_json::{Value, json};

use super::both;

fn names(model: &Value) -> Vec<&str> {
    let relations = model["relations"].as_array().expect("an array");
    let mut names: Vec<&str> = relations
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn relations_are_called_as_in_prisma_on_both_sides() {
    let Some(both) = both().await else { return };
    let expected = [
        "admirers", "books", "follows", "genres", "mentor", "profile", "pupils", "reviewed",
    ];
    assert_eq!(names(both.model("Author")), expected);
    assert_eq!(
        names(both.model("Book")),
        ["author", "editions", "reviewer"]
    );
    assert_eq!(names(both.model("Genre")), ["authors"]);
    let relations = both.model("Book")["relations"]
        .as_array()
        .expect("an array");
    let author = relations
        .iter()
        .find(|one| one["name"] == "author")
        .expect("it is there");
    assert_eq!(author["columns"], json!(["authorId"]));
    assert_eq!(author["resource"], "Author");
}

#[tokio::test]
async fn keys_of_several_parts_lead_to_the_same_row() {
    let Some(mut both) = both().await else { return };
    let author = both.prisma.create("author", json!({ "name": "A" })).await;
    let book =
        json!({ "publisher": "p, \"q\"", "number": -7, "title": "T", "authorId": author["id"] });
    let made = both.app.post("/api/v1/books", book.clone()).await;
    let location = made.location();
    let made = made.expect(201);
    let key = json!({ "publisher_number": { "publisher": book["publisher"], "number": -7 } });
    let read = both.prisma.find("book", key).await;
    both.assert_same("Book", &made, &read);
    assert_eq!(both.app.get(&location).await.expect(200), made);

    let edition =
        json!({ "publisher": book["publisher"], "number": -7, "day": "2024-02-29T00:00:00.000Z" });
    let by_prisma = both.prisma.create("edition", edition.clone()).await;
    let rows = both
        .app
        .get("/api/v1/editions?day=eq.2024-02-29")
        .await
        .expect(200);
    both.assert_same("Edition", &rows["data"][0], &by_prisma);
    let (_, fields) = both
        .app
        .post("/api/v1/editions", edition)
        .await
        .expect_problem(409);
    assert_eq!(fields.len(), 3, "{fields:?}");
}

#[tokio::test]
async fn related_rows_are_those_prisma_includes() {
    let Some(mut both) = both().await else { return };
    let nested = json!({
        "name": "A",
        "books": { "create": [{ "publisher": "p", "number": 1, "title": "T" }] },
        "genres": { "create": [{ "name": "essays" }] },
        "admirers": { "create": [{ "name": "B" }] },
        "mentor": { "create": { "name": "C" } },
    });
    let include = json!({
        "books": true, "genres": true, "admirers": true, "follows": true, "mentor": true,
        "pupils": true, "profile": true, "reviewed": true,
    });
    let args = json!({ "data": nested, "include": include });
    let written = both.prisma.call("author", "create", args).await;
    let id = written["id"].as_str().expect("a text");
    let all =
        "*,books(*),genres(*),admirers(*),follows(*),mentor(*),pupils(*),profile(*),reviewed(*)";
    let row = both
        .app
        .get(&format!("/api/v1/authors/{id}?select={all}"))
        .await
        .expect(200);
    assert_eq!(row, written);
    let admirer = &written["admirers"][0]["id"];
    let path = format!(
        "/api/v1/authors/{}/follows",
        admirer.as_str().expect("a text")
    );
    assert_eq!(both.app.get(&path).await.expect(200)["data"][0]["id"], id);
}

#[tokio::test]
async fn broken_constraints_name_prismas_fields() {
    let Some(mut both) = both().await else { return };
    let author = both.prisma.create("author", json!({ "name": "A" })).await;
    let book = |number: i32, author: &Value| json!({ "publisher": "p", "number": number, "title": "T", "authorId": author });
    both.app
        .post("/api/v1/books", book(1, &author["id"]))
        .await
        .expect(201);
    let (_, fields) = both
        .app
        .post("/api/v1/books", book(2, &author["id"]))
        .await
        .expect_problem(409);
    let fields: Vec<&str> = fields.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["title", "authorId"]);
    let (_, fields) = both
        .app
        .post("/api/v1/books", book(3, &json!("nobody")))
        .await
        .expect_problem(409);
    assert_eq!(fields[0].0, "authorId");
}
