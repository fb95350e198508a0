//! Doing it: an operation → its answer.

use futures_util::{FutureExt, future::BoxFuture};
use poem::http::StatusCode;

use super::{
    answer::Answer,
    operation::{Action, Change, Guard, Operation, Part},
};
use crate::{
    api::{etag, resources::render},
    backend::{Fault, Isolation, Rows, Transaction, violation},
    codec::write_cell,
    error::Error,
    query::{
        plan::{Delete, Insert, Select, Update, Upsert},
        prefer::End,
    },
    write::{self, Nested, Outcome, Record, Session, Upserted, Work},
};

impl Operation<'_> {
    /// Does it, in a transaction where it takes more than one statement.
    ///
    /// # Errors
    /// What the database says, in the words of the API; conditions that do not hold.
    pub(in crate::api) async fn execute(&self, end: End) -> Result<Answer, Error> {
        let app = &self.served.app;
        if end == End::Rollback || !self.is_one_statement() {
            return write::transact(&app.backend, Isolation::ReadCommitted, end, self).await;
        }
        self.perform(&mut Session::Alone(&app.backend)).await
    }

    fn is_one_statement(&self) -> bool {
        let one = |insert| write::is_one_statement(&self.served.app.statements, insert);
        self.guard.is_none()
            && match &self.action {
                Action::Create { insert, .. } | Action::Replace { insert, .. } => one(insert),
                Action::Upsert { upsert, .. } => match upsert.parts.as_slice() {
                    [] => true,
                    [(_, insert)] => one(insert),
                    _ => false,
                },
                Action::Update { .. } | Action::Look { .. } | Action::Delete { .. } => true,
                Action::Many { change, .. } => change.is_none(),
                Action::CreateTrees { .. } | Action::UpdateTree { .. } => false,
            }
    }

    /// Does it where `session` says.
    ///
    /// # Errors
    /// See [`Self::execute`].
    pub(in crate::api) async fn perform(
        &self,
        session: &mut Session<'_, '_>,
    ) -> Result<Answer, Error> {
        if let Some(guard) = &self.guard {
            self.check(session, guard).await?;
        }
        match &self.action {
            Action::Create { insert, many } => self.create(session, insert, *many).await,
            Action::Upsert { upsert, many } => self.upsert(session, upsert, *many).await,
            Action::Replace { insert, new_only } => self.replace(session, insert, *new_only).await,
            Action::Update { update, part } => {
                let statement = self.served.app.statements.update(update);
                let rows = session.write(&statement).await;
                let rows = rows.map_err(|fault| self.explain(fault))?;
                self.changed(&update.returning, &rows, *part)
            }
            Action::Look { select, part } => {
                let statement = self.served.app.statements.select(select);
                let rows = session.read(&statement).await;
                let rows = rows.map_err(|fault| self.explain(fault))?;
                self.changed(&select.columns, &rows, *part)
            }
            Action::Delete { change, answers } => {
                let (rows, columns) = match change {
                    Change::Update(update) => {
                        (self.updated(session, update).await?, &update.returning)
                    }
                    Change::Delete(delete) => {
                        (self.deleted(session, delete).await?, &delete.returning)
                    }
                };
                self.found(&rows)?;
                Ok(if *answers {
                    Answer::of(StatusCode::OK, self.json(columns, &rows, 0, Part::Row))
                } else {
                    Answer::empty(StatusCode::NO_CONTENT)
                })
            }
            Action::CreateTrees { trees, many } => {
                let records = self.nested(session)?.create_all(trees).await?;
                Ok(self.created(&records, *many))
            }
            Action::UpdateTree { tree, key } => {
                let record = self.nested(session)?.update_one(tree, key.clone()).await?;
                let body = self.json(&record.columns, &record.rows, record.row, Part::Row);
                Ok(Answer::row(StatusCode::OK, body))
            }
            Action::Many {
                change,
                at_most,
                answers,
            } => {
                let rows = match change {
                    Some(change) => self.change(session, change, *at_most).await?,
                    None => Rows::none(),
                };
                Ok(self.counted(&rows, *answers))
            }
        }
    }

    fn nested<'session, 'backend>(
        &'session self,
        session: &'session mut Session<'_, 'backend>,
    ) -> Result<Nested<'session, 'backend>, Error> {
        match session {
            Session::In(transaction) => Ok(Nested {
                catalog: &self.served.catalog,
                statements: &self.served.app.statements,
                transaction,
            }),
            Session::Alone(_) => Err(Error::internal("related rows need a transaction")),
        }
    }

    /// The answer of rows that are new, one or an array of them.
    fn created(&self, records: &[Record], many: bool) -> Answer {
        let (resource, big_int) = (self.resource(), self.served.big_int());
        if let ([record], false) = (records, many) {
            let (columns, rows, row) = (&record.columns, &record.rows, record.row);
            return Answer {
                location: render::location(resource, columns, rows, row),
                ..Answer::row(
                    StatusCode::CREATED,
                    self.json(columns, rows, row, Part::Row),
                )
            };
        }
        let mut body = vec![b'['];
        for (place, record) in records.iter().enumerate() {
            if place > 0 {
                body.push(b',');
            }
            let (columns, rows, row) = (&record.columns, &record.rows, record.row);
            render::write_row(resource, columns, rows, row, big_int, &mut body);
        }
        body.push(b']');
        Answer::of(StatusCode::CREATED, body)
    }

    async fn updated(&self, session: &mut Session<'_, '_>, update: &Update) -> Result<Rows, Error> {
        let statement = self.served.app.statements.update(update);
        let rows = session.write(&statement).await;
        rows.map_err(|fault| self.explain(fault))
    }

    async fn deleted(&self, session: &mut Session<'_, '_>, delete: &Delete) -> Result<Rows, Error> {
        let statement = self.served.app.statements.delete(delete);
        let rows = session.write(&statement).await;
        rows.map_err(|fault| violation::explain_delete(self.resource(), fault))
    }

    /// Changes every row that a filter finds, unless there are too many.
    async fn change(
        &self,
        session: &mut Session<'_, '_>,
        change: &Change,
        at_most: u64,
    ) -> Result<Rows, Error> {
        let statements = &self.served.app.statements;
        let filter = match change {
            Change::Update(update) => &update.filter,
            Change::Delete(delete) => &delete.filter,
        };
        let too_many = || Error::TooManyAffected {
            resource: self.resource().name.clone(),
            limit: at_most,
        };
        // Counted first, no further than need be: what would be undone should not be done.
        let count = statements.count(self.resource(), filter, at_most.saturating_add(1));
        let found = session.read(&count).await;
        let found = found.map_err(|fault| self.explain(fault))?.number(0, 0);
        if found.unsigned_abs() > at_most {
            return Err(too_many());
        }
        let rows = match change {
            Change::Update(update) => self.updated(session, update).await?,
            Change::Delete(delete) => self.deleted(session, delete).await?,
        };
        // Others may have added some in between.
        if rows.len() as u64 > at_most {
            return Err(too_many());
        }
        Ok(rows)
    }

    /// `{"count":…}`, with the rows where they are wanted: `{"data":[…],"count":…}`.
    fn counted(&self, rows: &Rows, answers: bool) -> Answer {
        let mut body = b"{".to_vec();
        if answers {
            let (resource, big_int) = (self.resource(), self.served.big_int());
            let columns: Vec<usize> = resource.visible().collect();
            body.extend_from_slice(br#""data":"#);
            render::write_rows(resource, &columns, rows, rows.len(), big_int, &mut body);
            body.push(b',');
        }
        body.extend_from_slice(format!(r#""count":{}}}"#, rows.len()).as_bytes());
        Answer::of(StatusCode::OK, body)
    }

    /// Locks the row and looks whether it is as the caller thinks.
    async fn check(&self, session: &mut Session<'_, '_>, guard: &Guard) -> Result<(), Error> {
        let statement = self.served.app.statements.select_locked(&guard.select);
        let rows = session.write(&statement).await;
        let rows = rows.map_err(|fault| self.explain(fault))?;
        let replaces = matches!(self.action, Action::Replace { .. });
        if !replaces {
            self.found(&rows)?;
        }
        let current = (!rows.is_empty()).then(|| self.tag(&guard.select, &rows, guard.part));
        if guard.conditions.allow_change(current.as_ref()) {
            Ok(())
        } else {
            Err(self.precondition_failed())
        }
    }

    async fn create(
        &self,
        session: &mut Session<'_, '_>,
        insert: &Insert,
        many: bool,
    ) -> Result<Answer, Error> {
        let written = write::insert(session, &self.served.app.statements, insert).await;
        let (answers, _) = written.map_err(|fault| self.explain(fault))?;
        let columns = &insert.returning;
        if !many && let Some(rows) = answers.first() {
            return Ok(Answer {
                location: render::location(self.resource(), columns, rows, 0),
                ..Answer::row(StatusCode::CREATED, self.json(columns, rows, 0, Part::Row))
            });
        }
        let big_int = self.served.big_int();
        let mut body = vec![b'['];
        for rows in &answers {
            for row in 0..rows.len() {
                if body.len() > 1 {
                    body.push(b',');
                }
                render::write_row(self.resource(), columns, rows, row, big_int, &mut body);
            }
        }
        body.push(b']');
        Ok(Answer::of(StatusCode::CREATED, body))
    }

    async fn replace(
        &self,
        session: &mut Session<'_, '_>,
        insert: &Insert,
        new_only: bool,
    ) -> Result<Answer, Error> {
        let written = write::insert(session, &self.served.app.statements, insert).await;
        let (answers, outcomes) = written.map_err(|fault| self.explain(fault))?;
        let created = outcomes.contains(&Outcome::Created);
        match answers.first() {
            Some(rows) if created || !new_only => Ok(self.written(insert, rows, 0, created)),
            _ => Err(self.precondition_failed()),
        }
    }

    async fn upsert(
        &self,
        session: &mut Session<'_, '_>,
        upsert: &Upsert,
        many: bool,
    ) -> Result<Answer, Error> {
        let written = write::upsert(session, &self.served.app.statements, upsert).await;
        let written = written.map_err(|fault| self.explain(fault))?;
        if many {
            return Ok(self.upserted(upsert, &written));
        }
        let created = written.outcomes.contains(&Outcome::Created);
        Ok(match (written.places.first(), upsert.parts.first()) {
            (Some(Some((answer, row))), Some((_, insert))) => {
                self.written(insert, &written.answers[*answer], *row, created)
            }
            // Left as it is, and not read: it may be gone by now.
            _ => Answer::of(StatusCode::OK, b"null".to_vec()),
        })
    }

    /// `{"data":[…],"outcomes":[…]}`, place by place as in the body.
    fn upserted(&self, upsert: &Upsert, written: &Upserted) -> Answer {
        let columns: Vec<usize> = upsert.into.visible().collect();
        let mut body = br#"{"data":["#.to_vec();
        for (position, place) in written.places.iter().enumerate() {
            if position > 0 {
                body.push(b',');
            }
            match place {
                None => body.extend_from_slice(b"null"),
                Some((answer, row)) => {
                    let (rows, big_int) = (&written.answers[*answer], self.served.big_int());
                    render::write_row(self.resource(), &columns, rows, *row, big_int, &mut body);
                }
            }
        }
        body.extend_from_slice(br#"],"outcomes":["#);
        for (position, outcome) in written.outcomes.iter().enumerate() {
            if position > 0 {
                body.push(b',');
            }
            body.extend_from_slice(match outcome {
                Outcome::Created => br#""created""#,
                Outcome::Updated => br#""updated""#,
                Outcome::Ignored => br#""ignored""#,
            });
        }
        body.extend_from_slice(b"]}");
        let status = if written.outcomes.contains(&Outcome::Created) {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        Answer::of(status, body)
    }

    /// The answer of a row that is new, or has new values.
    fn written(&self, insert: &Insert, rows: &Rows, row: usize, created: bool) -> Answer {
        let body = self.json(&insert.returning, rows, row, Part::Row);
        if !created {
            return Answer::row(StatusCode::OK, body);
        }
        Answer {
            location: render::location(self.resource(), &insert.returning, rows, row),
            ..Answer::row(StatusCode::CREATED, body)
        }
    }

    /// The answer of a row that was changed, if there is one.
    fn changed(&self, columns: &[usize], rows: &Rows, part: Part) -> Result<Answer, Error> {
        self.found(rows)?;
        Ok(Answer::row(
            StatusCode::OK,
            self.json(columns, rows, 0, part),
        ))
    }

    fn found(&self, rows: &Rows) -> Result<(), Error> {
        if rows.is_empty() {
            return Err(Error::RowNotFound {
                resource: self.resource().name.clone(),
            });
        }
        Ok(())
    }

    fn precondition_failed(&self) -> Error {
        Error::PreconditionFailed {
            resource: self.resource().name.clone(),
        }
    }

    fn tag(&self, select: &Select, rows: &Rows, part: Part) -> poem::http::HeaderValue {
        etag::of(&self.json(&select.columns, rows, 0, part))
    }

    fn json(&self, columns: &[usize], rows: &Rows, row: usize, part: Part) -> Vec<u8> {
        let (resource, big_int) = (self.resource(), self.served.big_int());
        let mut out = Vec::with_capacity(256);
        match part {
            Part::Row => render::write_row(resource, columns, rows, row, big_int, &mut out),
            Part::Field => {
                for &column in columns {
                    let data_type = &resource.columns[column].data_type;
                    write_cell(data_type, big_int, rows.cell(row, 0), &mut out);
                }
            }
        }
        out
    }

    fn explain(&self, fault: Fault) -> Error {
        violation::explain(self.resource(), fault)
    }
}

impl Work for Operation<'_> {
    type Done = Answer;

    fn run<'run>(
        &'run self,
        transaction: &'run mut Transaction<'_>,
    ) -> BoxFuture<'run, Result<Answer, Error>> {
        async move { self.perform(&mut Session::In(transaction)).await }.boxed()
    }

    fn explain(&self, fault: Fault) -> Error {
        violation::explain_commit(&self.served.catalog, fault)
    }
}
