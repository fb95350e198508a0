//! Who asks, and what may they see.

mod descriptions;
mod keys;
mod non_interference;
mod policies;
mod policy_settings;
mod tokens;

use serde_json::{Value, json};

use crate::support::{Answer, App, Kind, Options, Schema, client::Request};

/// The key of the app's backend.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// What the users of an app may do, as its developer would write it.
const POLICIES: &str = r#"
[roles.user.Post]
read = "or=(published.is.true,authorId.eq.$sub)"
create = "authorId.eq.$sub"
update = "authorId.eq.$sub"
delete = "authorId.eq.$sub,published.is.false"
set = { authorId = "$sub" }
read_fields = ["*", "!moderationNote"]
write_fields = ["id", "slug", "title", "body", "published", "meta", "tags", "parentId"]

[roles.user.User]
read = "memberships.org.memberships.userId.eq.$sub"
update = "id.eq.$sub"
write_fields = ["name"]

[roles.user.Membership]
read = "org.memberships.userId.eq.$sub"

[roles.user.Org]
read = "memberships.userId.eq.$sub"

[roles.user.Comment]
read = "hidden.is.false"
create = "authorId.eq.$sub,post.published.is.true"
update = "authorId.eq.$sub"
delete = "authorId.eq.$sub"
set = { authorId = "$sub" }

[roles.user.Tag]
read = "secretive.is.false"
create = true

[roles.anonymous.Post]
read = "published.is.true"
read_fields = ["id", "title", "authorId"]
"#;

/// A server with these policies, to which a key leads.
async fn app_with(kind: Kind, policies: &str) -> App {
    let options = Options::default().set("SECRET_KEY", KEY).roles(policies);
    App::builder(Schema::Access)
        .on(kind)
        .with(options)
        .start()
        .await
}

async fn app(kind: Kind) -> App {
    app_with(kind, POLICIES).await
}

/// A user who asks through the app's backend.
struct User<'app> {
    app: &'app App,
    claims: Value,
}

impl User<'_> {
    fn request(&self, method: &str, path: &str) -> Request {
        self.app
            .request(method, path)
            .header("authorization", &format!("Bearer {KEY}"))
            .header("refract-claims", &self.claims.to_string())
    }

    async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.request(method, path).json(body).send().await
    }

    /// The ids of a list of either front.
    async fn ids(&self, path: &str) -> Vec<String> {
        let list = self.get(path).await.expect(200);
        let rows = list.get("data").unwrap_or(&list);
        let rows = rows.as_array().expect("a list").iter();
        rows.map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect()
    }
}

fn user<'app>(app: &'app App, sub: &str) -> User<'app> {
    User {
        app,
        claims: json!({ "sub": sub, "role": "user" }),
    }
}

/// The app's own backend.
fn service(app: &App, method: &str, path: &str) -> Request {
    app.request(method, path)
        .header("authorization", &format!("Bearer {KEY}"))
}
