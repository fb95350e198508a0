//! `[roles]` of refract.toml: what does not fit stops the start, with its line.

use refract::{
    internals::{Catalog, serve},
    settings::{Roles, Settings},
};

use crate::support::{Kind, Schema, database::TestDatabase};

/// The words with which a server refuses to start.
async fn refusal(roles: &str) -> String {
    let database = TestDatabase::create(Schema::Access, Kind::Sqlite).await;
    let url = database.url.clone().expect("a file");
    let mut settings =
        Settings::from_pairs([("DATABASE_URL", url.as_str()), ("PORT", "0")]).expect("settings");
    settings.roles = match Roles::of_toml(roles) {
        Ok(roles) => roles,
        Err(error) => return error.to_string(),
    };
    let catalog = Catalog::of_snapshot(database.snapshot.clone(), &settings.resources, &[]);
    let refused = serve::listen(catalog.expect("a catalog"), settings).await;
    refused.err().expect("the start is refused").to_string()
}

#[tokio::test]
async fn a_policy_that_does_not_fit_stops_the_start() {
    for (policy, words) in [
        (
            "[roles.user.Pots]\nread = true",
            "line 1: roles.user.Pots: no resource has this name (did you mean `Post`?)",
        ),
        (
            "[roles.user.Post]\nraed = true",
            "line 2: roles.user.Post.raed: is none of read, create, update, delete, set, read_fields, write_fields (did you mean `read`?)",
        ),
        (
            "[roles.user.Post]\nread = 1",
            "line 2: roles.user.Post.read: must be true, false, or a filter",
        ),
        (
            "[roles.user.Post]\n\nread = \"autorId.eq.$sub\"",
            "line 3: roles.user.Post.read: `autorId` is not a field of Post. Did you mean `authorId`?",
        ),
        (
            "[roles.user.Post]\nread = \"authorId.eqq.$sub\"",
            "line 2: roles.user.Post.read: `eqq` is not an operator. Did you mean `eq`?",
        ),
        (
            "[roles.user.Post]\nread = \"autor.orgId.eq.$org\"",
            "`autor` is not a relation of Post. Did you mean `author`?",
        ),
        (
            "[roles.user.Post]\nread = \"author.orgIdd.eq.$org\"",
            "`orgIdd` is not a field of User. Did you mean `orgId`?",
        ),
        (
            "[roles.user.Post]\nread = \"score.eq.many\"",
            "`score` must be",
        ),
        (
            "[roles.user.Post]\nread = \"title.like.$sub\"",
            "cannot be compared with a claim by `like`",
        ),
        (
            "[roles.user.Post]\nread = \"or(authorId.eq.$sub\"",
            "misses a comma or a closing parenthesis",
        ),
        (
            "[roles.user.Post]\nread = true\nread_fields = [\"titel\"]",
            "line 3: roles.user.Post.read_fields: `titel` is not a field of Post (did you mean `title`?)",
        ),
        (
            "[roles.user.Post]\nread = true\nread_fields = [\"title\"]",
            "`id` is part of the key",
        ),
        (
            "[roles.user.Post]\nwrite_fields = [\"titel\"]",
            "`titel` is neither a field nor a relation of Post (did you mean `title`?)",
        ),
        (
            "[roles.user.Post]\nset = { autorId = \"$sub\" }",
            "`autorId` is not a field of Post (did you mean `authorId`?)",
        ),
        (
            "[roles.user.Post]\nset = { score = \"much\" }",
            "line 2: roles.user.Post.set.score:",
        ),
        (
            "[roles.service.Post]\nread = true",
            "no policy applies to this role",
        ),
    ] {
        let refusal = refusal(policy).await;
        assert!(refusal.contains(words), "{policy}\n{refusal}");
    }
}
