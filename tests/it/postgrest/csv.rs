//! `Accept: text/csv`: the same text from either database.

use serde_json::json;

use crate::support::{App, Kind, database::TestDatabase};

const POSTGRES: &str = r#"
    CREATE TABLE public.mixed (id integer PRIMARY KEY, name text, flag boolean, at timestamp(3), document json,
        amount numeric, big bigint, data bytea, of integer REFERENCES public.mixed (id));
"#;
const SQLITE: &str = r#"
    CREATE TABLE mixed (id INTEGER PRIMARY KEY, name TEXT, flag BOOLEAN, at DATETIME, document JSON,
        amount DECIMAL, big BIGINT, data BLOB, of INTEGER REFERENCES mixed (id));
"#;

#[tokio::test]
async fn fields_are_quoted_as_in_the_text_of_a_row() {
    for (kind, sql, schema) in [
        (Kind::Postgres, POSTGRES, "public"),
        (Kind::Sqlite, SQLITE, "main"),
    ] {
        let database = TestDatabase::made_by(sql, kind, &[schema]).await;
        let app = App::builder(database).start().await;
        let rows = json!([
            { "id": 1, "name": "a,b \"c\" \\d (e)", "flag": true, "at": "2020-02-29T12:34:56.789", "document": { "a": [1, null] },
              "amount": 10.50, "big": 9_007_199_254_740_993_i64, "data": "\\x00ff", "of": null },
            { "id": 2, "name": "", "flag": false, "at": "2020-01-01T00:00:00", "document": null,
              "amount": null, "big": null, "data": null, "of": 1 },
            { "id": 3, "name": "plain", "flag": null, "at": null, "document": "a text", "amount": -1, "big": -1, "data": null, "of": null },
        ]);
        app.post("/rest/v1/mixed", rows).await.assert_status(201);
        let ask = |query: &str| {
            let request = app.request("GET", &format!("/rest/v1/mixed?{query}"));
            request.header("accept", "text/csv").send()
        };
        let all = ask("order=id").await;
        assert_eq!(
            all.text,
            [
                "id,name,flag,at,document,amount,big,data,of",
                r#"1,"a,b ""c"" \\d (e)",t,"2020-02-29 12:34:56.789","{""a"":[1,null]}",10.5,9007199254740993,"\\x00ff","#,
                r#"2,"",f,"2020-01-01 00:00:00",,,,,1"#,
                r#"3,plain,,,"""a text""",-1,-1,,"#,
            ]
            .join("\n"),
            "{kind:?}"
        );
        assert_eq!(all.header("content-type"), Some("text/csv; charset=utf-8"));
        let spread = ask("select=number:id,...of(of_name:name,of_flag:flag)&id=eq.2").await;
        assert_eq!(
            spread.text, "number,of_name,of_flag\n2,\"a,b \"\"c\"\" \\\\d (e)\",t",
            "{kind:?}"
        );
        let found = ask("select=id&at=gt.2020-02-01&flag=eq.yes&data=eq.%5Cx00ff").await;
        assert_eq!(found.text, "id\n1", "{kind:?}");
        assert_eq!(ask("id=eq.9").await.text, "\n", "{kind:?}");
    }
}
