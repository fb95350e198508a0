//! Rows that were written → the answer.

use poem::http::StatusCode;

use super::{
    operation::{Operation, Part},
    returning::ReturnedRow,
    write_answer::Answer,
};
use crate::{
    api::resources::row_json,
    db::Rows,
    error::Error,
    executor::{self, Outcome, Session, Upserted, WrittenRow},
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
                .written(session, ReturnedRow::first(columns, rows), true)
                .await;
        }
        let mut body = Vec::new();
        if !columns.is_empty() {
            let found = answers
                .iter()
                .flat_map(|rows| ReturnedRow::all(columns, rows));
            self.array(session, found, &mut body).await?;
        }
        Ok(Answer::of(StatusCode::CREATED, body))
    }

    /// The answer of new rows with related rows: one row, or an array.
    pub(super) async fn created(
        &self,
        session: &mut Session<'_, '_>,
        rows: &[WrittenRow],
        many: bool,
    ) -> Result<Answer, Error> {
        if let ([row], false) = (rows, many) {
            return self.written(session, ReturnedRow::of(row), true).await;
        }
        let mut body = Vec::new();
        let rows = rows.iter().map(ReturnedRow::of);
        self.array(session, rows, &mut body).await?;
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
                let found = ReturnedRow::first(&insert.returning, rows);
                self.written(session, found, created).await
            }
            _ => {
                // The insert did nothing: a row with the key exists, or a trigger has left it out.
                if let Some(key) = insert.values(0, &insert.into.key) {
                    let filter = Filter {
                        groups: vec![Filter::of_keys(&insert.into.key, &[key])],
                        ..Filter::default()
                    };
                    // The existing row may be one that the client does not see.
                    let filter = Visibility::every_row().filter(&insert.into, filter);
                    if !self.exists(session, &filter).await? {
                        return Err(executor::left_out(&insert.into, None));
                    }
                }
                Err(self.precondition_failed(executor::may_be_soft_deleted(insert)))
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
            // The ignored row is not read: it may have been deleted meanwhile.
            None => Ok(Answer::of(StatusCode::OK, b"null".to_vec())),
        }
    }

    /// `{"data":[…],"outcomes":[…]}`, in the order of the body.
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

    /// The answer of a row that was created or changed.
    pub(super) async fn written(
        &self,
        session: &mut Session<'_, '_>,
        found: ReturnedRow<'_>,
        created: bool,
    ) -> Result<Answer, Error> {
        let body = self.one(session, found, Part::Row).await?;
        if !created {
            return Ok(Answer::row(StatusCode::OK, body));
        }
        let ReturnedRow { columns, rows, row } = found;
        Ok(Answer {
            location: row_json::location(self.resource(), columns, rows, row),
            ..Answer::row(StatusCode::CREATED, body)
        })
    }

    /// The answer of a row that was changed.
    ///
    /// # Errors
    /// [`Error::RowNotFound`].
    pub(super) async fn changed(
        &self,
        session: &mut Session<'_, '_>,
        columns: &[usize],
        rows: &Rows,
        part: Part,
    ) -> Result<Answer, Error> {
        self.ensure_found(rows)?;
        let body = self
            .one(session, ReturnedRow::first(columns, rows), part)
            .await?;
        Ok(Answer::row(StatusCode::OK, body))
    }

    /// `{"count":…}`, or `{"data":[…],"count":…}` if the answer has the rows.
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
            let found = ReturnedRow::all(columns, rows);
            self.array(session, found, &mut body).await?;
            body.push(b',');
        }
        body.extend_from_slice(format!(r#""count":{}}}"#, rows.len()).as_bytes());
        Ok(Answer::of(StatusCode::OK, body))
    }
}

/// The row that was written for a row of the body.
fn place<'written>(
    upsert: &'written Upsert,
    written: &'written Upserted,
    row: usize,
) -> Option<ReturnedRow<'written>> {
    let (answer, row) = (*written.places.get(row)?)?;
    // Every part returns the same columns.
    let (_, insert) = upsert.parts.first()?;
    Some(ReturnedRow {
        columns: &insert.returning,
        rows: &written.answers[answer],
        row,
    })
}
