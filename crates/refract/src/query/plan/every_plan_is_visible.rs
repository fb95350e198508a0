//! Each kind of plan, made over a catalog that soft-deletes the rows of all resources: every node and
//! every filter must leave the deleted rows out.

use reflect::snapshot::Database;

use super::{
    Context, Cte, Deleted, Documents, ReadPlan, Shown, Visibility, VisibleFilter, changing,
    create_nested, delete, filter, key, keys, list, one, related, replace, row,
    select_node::SelectNode, select_node::Stage, shown, soft_delete, soft_deletion, update, upsert,
};
use crate::{
    catalog::{Catalog, Resource},
    error::Error,
    query::{
        body,
        parse::{self, ListQuery},
        plan::{Conflict, Resolution},
    },
    settings::Limits,
};

/// Whether a node and all that it embeds leave deleted rows out.
pub(crate) fn leaves_out_deleted<T: Stage>(node: &SelectNode<T>) -> bool {
    let mut embeds = node.embeds.iter();
    is_scoped(&node.from, &node.filter) && embeds.all(|embed| leaves_out_deleted(&embed.node))
}

fn is_scoped<C>(resource: &Resource, filter: &VisibleFilter<C>) -> bool {
    resource.soft_delete.is_none() || filter.imposed().len() == 1
}

fn shows_no_deleted(plan: &ReadPlan) -> bool {
    let mut parent = plan.parent.iter();
    leaves_out_deleted(&plan.root) && parent.all(|one| is_scoped(&one.resource, &one.key))
}

struct Sample {
    catalog: Catalog,
    limits: Limits,
}

impl Sample {
    fn new() -> Self {
        Self {
            catalog: Catalog::soft_deleting(),
            limits: Limits::default(),
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            catalog: &self.catalog,
            database: Database::Postgres,
            limits: &self.limits,
            visibility: Visibility::of(Deleted::Exclude),
        }
    }

    fn query(&self, text: &str) -> ListQuery {
        parse::list(text, &self.limits).expect("a query")
    }

    fn key(resource: &Resource) -> Vec<super::Condition> {
        key(resource, &["1".to_owned()]).expect("a key")
    }
}

const QUERIES: [&str; 6] = [
    "",
    "title=eq.a&order=title.desc",
    "select=id,author(),tags()&author=is.null&tags=not.is.null",
    "select=id,author(name),tags(*)&tags.name=eq.a",
    "select=id,author!inner(posts(author(id),tags(id)))&author.posts.title=eq.a",
    "select=id,...author(name)&order=author(name)&count=exact",
];

#[test]
fn reads() -> Result<(), Error> {
    let sample = Sample::new();
    let (context, post) = (sample.context(), sample.catalog.sample("post"));
    for text in QUERIES {
        let read = list(context, &post, sample.query(text))?;
        assert!(shows_no_deleted(&read), "list {text}: {read:?}");
        let of_key = row(context, &post, Sample::key(&post), sample.query(text))?;
        assert!(shows_no_deleted(&of_key), "row {text}: {of_key:?}");
        let author = sample.catalog.sample("author");
        let posts = author.relation("posts").expect("a relation");
        let of_parent = related(
            context,
            &author,
            Sample::key(&author),
            posts,
            sample.query(text),
        )?;
        assert!(
            shows_no_deleted(&of_parent),
            "related {text}: {of_parent:?}"
        );
        let by_key = keys(&of_parent).expect("a key");
        assert!(shows_no_deleted(&by_key), "keys {text}: {by_key:?}");
        // The rows of a write are shown also where the write has deleted them; related ones are not.
        if let Shown::Read(plan) = shown(context, &post, sample.query(text), true)? {
            let of_rows = plan.of_keys(&[vec![crate::codec::Value::Int(1)]]);
            let mut embeds = of_rows.root.embeds.iter();
            assert!(
                embeds.all(|embed| leaves_out_deleted(&embed.node)),
                "shown {text}"
            );
        }
    }
    let plan = one(context, &post, Sample::key(&post), None)?;
    assert!(shows_no_deleted(&plan), "{plan:?}");
    Ok(())
}

#[test]
fn changes() -> Result<(), Error> {
    let sample = Sample::new();
    let (context, post) = (sample.context(), sample.catalog.sample("post"));
    let visibility = context.visibility;
    let asked = filter(context, &post, &mut sample.query("title=eq.a"))?;
    let object = body::object(br#"{"title": "b"}"#)?;
    let plan = update(
        visibility,
        &post,
        asked.clone(),
        &object,
        Documents::Replace,
    )?;
    assert!(plan.is_some_and(|plan| is_scoped(&post, &plan.filter)));
    let mark = soft_deletion(&post).expect("posts are soft-deleted");
    let plan = changing(visibility, &post, asked.clone(), vec![mark]);
    assert!(plan.is_some_and(|plan| is_scoped(&post, &plan.filter)));
    let plan = soft_delete(visibility, &post, asked.clone())?;
    assert!(plan.is_some_and(|plan| is_scoped(&post, &plan.filter)));
    assert!(is_scoped(&post, &delete(visibility, &post, asked)?.filter));
    Ok(())
}

#[test]
fn merges() -> Result<(), Error> {
    let sample = Sample::new();
    let (context, post) = (sample.context(), sample.catalog.sample("post"));
    let rows = body::rows(br#"{"id": 1, "title": "a", "authorId": 1, "deleted": false}"#)?;
    let merge = Resolution::Merge;
    let plan = upsert(context.visibility, &post, rows.rows(), None, merge)?;
    assert!(!plan.parts.is_empty());
    for (_, insert) in &plan.parts {
        assert!(mergeable(&insert.conflict).is_some_and(|it| is_scoped(&post, it)));
    }
    // A replaced row comes back, whether deleted or not.
    let object = body::object(br#"{"title": "a", "authorId": 1, "deleted": false}"#)?;
    let plan = replace(context.visibility, &post, &Sample::key(&post), &object)?;
    assert!(mergeable(&plan.conflict).is_some_and(|it| it.imposed().is_empty()));
    Ok(())
}

fn mergeable(conflict: &Conflict) -> Option<&VisibleFilter> {
    match conflict {
        Conflict::Merge { mergeable, .. } => Some(mergeable),
        Conflict::Refuse | Conflict::Ignore { .. } => None,
    }
}

#[test]
fn rows_to_connect() -> Result<(), Error> {
    let sample = Sample::new();
    let post = sample.catalog.sample("post");
    let rows = body::rows(
        br#"{"id": 1, "deleted": false, "author": {"connect": {"id": 1}},
             "tags": {"connect": [{"id": 1}]}}"#,
    )?;
    let trees = create_nested(
        sample.context().visibility,
        &sample.catalog,
        &post,
        rows.rows(),
    )?;
    let plan = trees[0]
        .cte_insert(sample.context().visibility)
        .expect("one statement");
    let mut found = 0;
    for cte in &plan.ctes {
        if let Cte::Find { from, filter } = cte {
            assert!(is_scoped(from, filter), "{filter:?}");
            found += 1;
        }
    }
    assert_eq!(found, 2);
    Ok(())
}

#[test]
fn a_condition_holds_whatever_was_asked_for() {
    let catalog = Catalog::soft_deleting();
    let post = catalog.sample("post");
    let any_of_none: super::Filter = super::Filter {
        any: true,
        ..super::Filter::default()
    };
    let filter = Visibility::of(Deleted::Exclude).filter(&post, any_of_none.clone());
    assert!(!filter.any && !filter.negated);
    assert_eq!(filter.groups, [any_of_none]);
    assert_eq!(filter.conditions, filter.imposed());
}
