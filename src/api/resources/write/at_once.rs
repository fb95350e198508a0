//! A row with what hangs on it, by one statement where one can do it.

use super::{
    answer::Answer,
    operation::{Action, Operation},
    rows::Found,
};
use crate::{
    backend::{Class, Repeat},
    error::Error,
    query::plan::{Part, Shown},
    write::Session,
};

impl Operation<'_> {
    /// Creates a row with what hangs on it. `None`: nothing has happened, and step by step it is
    /// done, or told what is wrong with which row.
    pub(super) async fn create_at_once(&self) -> Option<Result<Answer, Error>> {
        let (Action::CreateTrees { trees, many: false }, Shown::Columns(_)) =
            (&self.action, &self.shown)
        else {
            return None;
        };
        let [tree] = trees.as_slice() else {
            return None;
        };
        let creation = tree.creation()?;
        let Part::Insert { insert, .. } = &creation.parts[creation.root] else {
            return None;
        };
        let app = &self.served.app;
        let statement = app.statements.creation(&creation)?;
        let rows = match app.backend.fetch(&statement, Repeat::Forbidden).await {
            Ok(rows) => rows,
            Err(fault) if fault.is_answer() && fault.class != Class::Timeout => return None,
            Err(fault) => return Some(Err(self.explain(fault))),
        };
        if rows.is_empty() {
            return Some(Err(Error::internal("an insert without a row")));
        }
        let found = Found::first(&insert.returning, &rows);
        let session = &mut Session::Alone(&app.backend);
        Some(self.written(session, found, true).await)
    }
}
