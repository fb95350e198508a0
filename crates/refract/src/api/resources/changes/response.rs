//! What was written → its answer.

use poem::http::StatusCode;

use super::{
    operation::{Operation, Part},
    returning::Found,
    write_answer::Answer,
};
use crate::{
    api::resources::render,
    codec::Value,
    db::Rows,
    error::Error,
    executor::{self, Outcome, Record, Session, Upserted},
    query::plan::{Filter, Insert, Upsert, Visibility},
};

impl Operation<'_> {
    pub(super) async fn create(
        &self,
        session: &mut Session<'_, '_>,
        insert: &Insert,
        many: bool,
    ) -> Result<Answer, Error> {
        let written = executor::insert(session, &self.served.app.statements, insert).await;
        let (answers, _) = written?;
        let columns = &insert.returning;
        if !many && let Some(rows) = answers.first() {
            return self
                .written(session, Found::first(columns, rows), true)
                .await;
        }
        let mut body = Vec::new();
        if !columns.is_empty() {
            let found = answers.iter().flat_map(|rows| Found::all(columns, rows));
            self.array(session, found, &mut body).await?;
        }
        Ok(Answer::of(StatusCode::CREATED, body))
    }

    /// The answer of rows that are new with what hangs on them, one or an array of them.
    pub(super) async fn created(
        &self,
        session: &mut Session<'_, '_>,
        records: &[Record],
        many: bool,
    ) -> Result<Answer, Error> {
        if let ([record], false) = (records, many) {
            return self.written(session, Found::of(record), true).await;
        }
        let mut body = Vec::new();
        let found = records.iter().map(Found::of);
        self.array(session, found, &mut body).await?;
        Ok(Answer::of(StatusCode::CREATED, body))
    }

    pub(super) async fn replace(
        &self,
        session: &mut Session<'_, '_>,
        insert: &Insert,
        new_only: bool,
    ) -> Result<Answer, Error> {
        let written = executor::insert(session, &self.served.app.statements, insert).await;
        let (answers, outcomes) = written?;
        let created = outcomes.contains(&Outcome::Created);
        match answers.first() {
            Some(rows) if created || !new_only => {
                let found = Found::first(&insert.returning, rows);
                self.written(session, found, created).await
            }
            _ => {
                // Nothing came of it: a row is in the way, or the database has left this one out.
                let key = |column: &usize| {
                    let at = insert.columns.iter().position(|one| one == column)?;
                    insert.rows.first()?[at].clone()
                };
                let key: Option<Vec<Value>> = insert.into.key.iter().map(key).collect();
                if let Some(key) = key {
                    let filter = Filter {
                        groups: vec![Filter::of_keys(&insert.into.key, &[key])],
                        ..Filter::default()
                    };
                    // The row in the way may be one that nobody sees.
                    let filter = Visibility::every_row().filter(&insert.into, filter);
                    if !self.is_there(session, &filter).await? {
                        return Err(executor::left_out(&insert.into, None));
                    }
                }
                Err(self.precondition_failed(executor::may_be_marked(insert)))
            }
        }
    }

    pub(super) async fn upsert(
        &self,
        session: &mut Session<'_, '_>,
        upsert: &Upsert,
        many: bool,
    ) -> Result<Answer, Error> {
        let written = executor::upsert(session, &self.served.app.statements, upsert).await?;
        if many {
            return self.upserted(session, upsert, &written).await;
        }
        let created = written.outcomes.contains(&Outcome::Created);
        match place(upsert, &written, 0) {
            Some(found) => self.written(session, found, created).await,
            // Left as it is, and not read: it may be gone by now.
            None => Ok(Answer::of(StatusCode::OK, b"null".to_vec())),
        }
    }

    /// `{"data":[…],"outcomes":[…]}`, place by place as in the body.
    async fn upserted(
        &self,
        session: &mut Session<'_, '_>,
        upsert: &Upsert,
        written: &Upserted,
    ) -> Result<Answer, Error> {
        let places = || (0..upsert.rows).map(|row| place(upsert, written, row));
        let writer = self.writer(session, places().flatten()).await?;
        let mut body = br#"{"data":["#.to_vec();
        for (position, found) in places().enumerate() {
            if position > 0 {
                body.push(b',');
            }
            match found {
                None => body.extend_from_slice(b"null"),
                Some(found) => self.show(&writer, found, &mut body)?,
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
        Ok(Answer::of(status, body))
    }

    /// The answer of a row that is new, or has new values.
    pub(super) async fn written(
        &self,
        session: &mut Session<'_, '_>,
        found: Found<'_>,
        created: bool,
    ) -> Result<Answer, Error> {
        let body = self.one(session, found, Part::Row).await?;
        if !created {
            return Ok(Answer::row(StatusCode::OK, body));
        }
        let Found { columns, rows, row } = found;
        Ok(Answer {
            location: render::location(self.resource(), columns, rows, row),
            ..Answer::row(StatusCode::CREATED, body)
        })
    }

    /// The answer of a row that was changed, if there is one.
    pub(super) async fn changed(
        &self,
        session: &mut Session<'_, '_>,
        columns: &[usize],
        rows: &Rows,
        part: Part,
    ) -> Result<Answer, Error> {
        self.found(rows)?;
        let body = self.one(session, Found::first(columns, rows), part).await?;
        Ok(Answer::row(StatusCode::OK, body))
    }

    /// `{"count":…}`, with the rows where they are wanted: `{"data":[…],"count":…}`.
    pub(super) async fn counted(
        &self,
        session: &mut Session<'_, '_>,
        columns: &[usize],
        rows: &Rows,
        answers: bool,
    ) -> Result<Answer, Error> {
        let mut body = b"{".to_vec();
        if answers {
            body.extend_from_slice(br#""data":"#);
            let found = Found::all(columns, rows);
            self.array(session, found, &mut body).await?;
            body.push(b',');
        }
        body.extend_from_slice(format!(r#""count":{}}}"#, rows.len()).as_bytes());
        Ok(Answer::of(StatusCode::OK, body))
    }
}

/// Where the answer of a row of the body is.
fn place<'written>(
    upsert: &'written Upsert,
    written: &'written Upserted,
    row: usize,
) -> Option<Found<'written>> {
    let (answer, row) = (*written.places.get(row)?)?;
    // Every part returns the same columns.
    let (_, insert) = upsert.parts.first()?;
    Some(Found {
        columns: &insert.returning,
        rows: &written.answers[answer],
        row,
    })
}
