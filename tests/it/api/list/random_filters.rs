//! Random filters give the rows that the same predicate gives, evaluated without a database.

use super::{column, selects};
use crate::{
    on_each_database,
    support::{App, Schema, rng::Rng},
};

type Row = (i64, Option<&'static str>, Option<&'static str>);

/// A filter's text, and its truth for each row: `None` is unknown.
type Judged = (String, Vec<Option<bool>>);

const TEXTS: [Option<&str>; 6] = [
    None,
    Some("a"),
    Some("ab"),
    Some("b"),
    Some("a,b"),
    Some(""),
];

fn rows() -> Vec<Row> {
    let pairs = TEXTS
        .iter()
        .flat_map(|from| TEXTS.iter().map(move |r#where| (*from, *r#where)));
    pairs
        .enumerate()
        .map(|(id, (from, r#where))| (id as i64, from, r#where))
        .collect()
}

fn condition(rng: &mut Rng, rows: &[Row]) -> Judged {
    let number = rng.below(rows.len()) as i64;
    let text = TEXTS[1 + rng.below(5)].expect("a text");
    let is_from = rng.below(2) == 0;
    let (field, of): (_, fn(&Row) -> Option<&'static str>) = if is_from {
        ("from", |row| row.1)
    } else {
        ("where", |row| row.2)
    };
    let quoted = format!("\"{text}\"");
    let judge = |test: &dyn Fn(&Row) -> Option<bool>| rows.iter().map(test).collect();
    let (mut filter, mut truth): Judged = match rng.below(8) {
        0 => (
            format!("id.gt.{number}"),
            judge(&|row| Some(row.0 > number)),
        ),
        1 => (
            format!("id.lte.{number}"),
            judge(&|row| Some(row.0 <= number)),
        ),
        2 => (
            format!("{field}.eq.{quoted}"),
            judge(&|row| of(row).map(|it| it == text)),
        ),
        3 => (
            format!("{field}.neq.{quoted}"),
            judge(&|row| of(row).map(|it| it != text)),
        ),
        4 => (
            format!("{field}.is.null"),
            judge(&|row| Some(of(row).is_none())),
        ),
        5 => (
            format!("{field}.in.({quoted},b)"),
            judge(&|row| of(row).map(|it| it == text || it == "b")),
        ),
        6 => (
            format!("{field}.like.a*"),
            judge(&|row| of(row).map(|it| it.starts_with('a'))),
        ),
        _ => (
            format!("{field}.isdistinct.{quoted}"),
            judge(&|row| Some(of(row) != Some(text))),
        ),
    };
    if rng.below(3) == 0 {
        let (name, rest) = filter.split_once('.').expect("a field");
        filter = format!("{name}.not.{rest}");
        truth = truth.into_iter().map(|it| it.map(|it| !it)).collect();
    }
    (filter, truth)
}

fn group(rng: &mut Rng, rows: &[Row], depth: usize) -> Judged {
    let any = rng.below(2) == 0;
    let members: Vec<Judged> = (0..=rng.below(3))
        .map(|_| {
            if depth < 3 && rng.below(3) == 0 {
                group(rng, rows, depth + 1)
            } else {
                condition(rng, rows)
            }
        })
        .collect();
    let not = rng.below(3) == 0;
    let truth = (0..rows.len()).map(|row| {
        let all: Vec<_> = members.iter().map(|(_, truth)| truth[row]).collect();
        // Kleene's logic, which is SQL's.
        let decided = all.contains(&Some(any));
        let found = if decided {
            Some(any)
        } else if all.contains(&None) {
            None
        } else {
            Some(!any)
        };
        found.map(|found| found != not)
    });
    let truth = truth.collect();
    let texts: Vec<_> = members.into_iter().map(|(text, _)| text).collect();
    let word = ["and", "or"][usize::from(any)];
    let not = if not { "not." } else { "" };
    (format!("{not}{word}({})", texts.join(",")), truth)
}

on_each_database!(
    Schema::Trouble,
    a_random_filter_gives_the_rows_that_it_holds_for
);
async fn a_random_filter_gives_the_rows_that_it_holds_for(app: &App) {
    let rows = rows();
    selects(app, &rows).await;
    let mut rng = Rng::new(0x5EED);
    for _ in 0..300 {
        let (filter, truth) = group(&mut rng, &rows, 0);
        let (name, members) = filter.split_once('(').expect("a group");
        let path = format!(
            "/api/v1/selects?{name}=({}&limit=100&order=id",
            members.replace('"', "%22")
        );
        let expected: Vec<_> = rows
            .iter()
            .zip(&truth)
            .filter(|(_, truth)| **truth == Some(true))
            .map(|(row, _)| row.0)
            .collect();
        assert_eq!(column(app, &path, "id").await, expected, "{path}");
    }
}
