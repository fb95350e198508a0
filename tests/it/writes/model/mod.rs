//! Random writes over HTTP against a plain model in memory: after each of them the database holds
//! what the model holds, and what was answered is what the model says.
//!
//! `make test` tries a few sequences, always the same; `RANDOM_WRITES=200 cargo test --test it
//! writes::model` looks for new ones, and prints the shortest that goes wrong.

mod checks;
mod nested_operations;
mod random;
mod relation_writes;
mod rules;
mod state;
mod tables;
mod writes;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use tokio::runtime::Runtime;

use self::{state::Model, tables::Table};
use crate::support::{App, Kind, Options, Schema, rng::Rng};

/// Sequences that `make test` tries on each database, and the longest of them.
const CASES: u32 = 8;
const LONGEST: usize = 60;

#[test]
fn any_sequence_of_writes_ends_as_the_model_does_on_postgres() {
    try_all(Kind::Postgres);
}

#[test]
fn any_sequence_of_writes_ends_as_the_model_does_on_sqlite() {
    try_all(Kind::Sqlite);
}

fn try_all(kind: Kind) {
    let asked: Option<u32> = std::env::var("RANDOM_WRITES")
        .ok()
        .map(|number| number.parse().expect("RANDOM_WRITES is a number"));
    let config = Config {
        cases: asked.unwrap_or(CASES),
        rng_seed: asked.map_or(RngSeed::Fixed(5), |_| RngSeed::Random),
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = Runtime::new().expect("a runtime");
    let app = runtime.block_on(app(kind));
    // Each write is drawn from a seed of its own, in the light of the rows that are there: a
    // sequence is made shorter by leaving some out.
    let sequences = vec(any::<u64>().no_shrink(), 1..=LONGEST);
    let outcome = TestRunner::new(config).run(&sequences, |seeds| {
        runtime.block_on(same(&app, &seeds));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

async fn app(kind: Kind) -> App {
    let options =
        Options::default()
            .set("MAX_PAGE_SIZE", "1000")
            .soft_delete("Note", "deletedAt", true);
    App::builder(Schema::Writes)
        .on(kind)
        .with(options)
        .start()
        .await
}

/// Plays the writes of some seeds, from no rows at all.
async fn same(app: &App, seeds: &[u64]) {
    let deletes: String = Table::ALL
        .iter()
        .rev()
        .map(|table| format!("DELETE FROM \"{}\";", table.name()))
        .collect();
    app.db_execute(&deletes).await;
    let mut model = Model::default();
    for &seed in seeds {
        let write = Rng::new(seed).write(&mut model);
        checks::step(app, &mut model, &write).await;
    }
}
