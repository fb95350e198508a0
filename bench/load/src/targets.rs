//! What Refract is meant to reach, and whether it does.

use crate::{
    once::Figures,
    peers::{CEILING, FASTAPI, FASTIFY, JSON_AGG, NO_COALESCING, REFRACT, SEAORM},
    report,
    rounds::{Measure, Results},
};

/// Something to be reached.
pub struct Target {
    what: String,
    wanted: Bound,
    unit: &'static str,
    /// `None` where what it takes was not measured.
    pub measured: Option<f64>,
}

enum Bound {
    AtLeast(f64),
    AtMost(f64),
}
use Bound::{AtLeast, AtMost};

/// Targets with their figures and verdicts.
pub fn table<'all>(targets: impl Iterator<Item = &'all Target>) -> String {
    let rows: Vec<Vec<String>> = targets
        .map(|target| {
            let (sign, bound, reached) = match target.wanted {
                AtLeast(bound) => ('≥', bound, target.measured.map(|it| it >= bound)),
                AtMost(bound) => ('≤', bound, target.measured.map(|it| it <= bound)),
            };
            let verdict = match reached {
                Some(true) => "reached",
                Some(false) => "not reached",
                None => "not measured",
            };
            vec![
                target.what.clone(),
                format!("{sign} {bound}{}", target.unit),
                report::figure(target.measured, 2),
                verdict.to_owned(),
            ]
        })
        .collect();
    report::table(&["target", "wanted", "measured", ""], &rows)
}

/// Every target.
pub fn all(results: &Results, once: &Figures) -> Vec<Target> {
    let rate = |workload: &str, one: &str, other: &str| {
        ratio(results, workload, (one, other), |it| {
            Some(it.requests_per_second)
        })
    };
    let times = |what: &str, bound: f64, measured: Option<f64>| Target {
        what: what.to_owned(),
        wanted: AtLeast(bound),
        unit: "",
        measured,
    };
    let memory = |what: &str, bound: f64, measured: Option<f64>| Target {
        what: what.to_owned(),
        wanted: AtMost(bound),
        unit: " MB",
        measured,
    };
    let cpu = ratio(results, "get", (NO_COALESCING, CEILING), |it| it.cpu_micros);
    vec![
        times(
            "get one without coalescing ÷ ceiling",
            0.90,
            rate("get", NO_COALESCING, CEILING),
        ),
        Target {
            what: "CPU per request of that ÷ ceiling".to_owned(),
            wanted: AtMost(1.2),
            unit: "",
            measured: cpu,
        },
        times("list 20 ÷ ceiling", 0.95, rate("list20", REFRACT, CEILING)),
        times(
            "list 100 ÷ ceiling",
            0.95,
            rate("list100", REFRACT, CEILING),
        ),
        times("list 20 ÷ json_agg", 1.2, rate("list20", REFRACT, JSON_AGG)),
        times(
            "list 100 ÷ json_agg",
            1.2,
            rate("list100", REFRACT, JSON_AGG),
        ),
        times("create ÷ ceiling", 0.85, rate("create", REFRACT, CEILING)),
        times("update ÷ ceiling", 0.85, rate("update", REFRACT, CEILING)),
        times(
            "create 100 at once ÷ Fastify + Prisma",
            3.0,
            rate("create100", REFRACT, FASTIFY),
        ),
        times(
            "upsert 100 at once ÷ Fastify + Prisma",
            10.0,
            rate("upsert100", REFRACT, FASTIFY),
        ),
        times(
            "create with relations ÷ Fastify + Prisma",
            3.0,
            rate("nested", REFRACT, FASTIFY),
        ),
        times(
            "get one ÷ FastAPI + SQLModel",
            25.0,
            rate("get", REFRACT, FASTAPI),
        ),
        times(
            "get one ÷ Fastify + Prisma",
            14.0,
            rate("get", REFRACT, FASTIFY),
        ),
        times("get one ÷ poem + SeaORM", 3.0, rate("get", REFRACT, SEAORM)),
        times(
            "get one ÷ ceiling, 32 connections",
            1.4,
            rate("get", REFRACT, CEILING),
        ),
        times(
            "get one ÷ ceiling, 128 connections",
            1.5,
            rate("get128", REFRACT, CEILING),
        ),
        times(
            "get one ÷ ceiling, 1 connection",
            0.95,
            rate("get1", REFRACT, CEILING),
        ),
        memory(
            "peak memory, 70 tables under load",
            40.0,
            once.seventy_peak_mb,
        ),
        memory("memory, 10 000 idle connections", 150.0, once.idle_mb),
    ]
}

fn ratio(
    results: &Results,
    workload: &str,
    (one, other): (&str, &str),
    read: fn(&Measure) -> Option<f64>,
) -> Option<f64> {
    let of = |peer| results.of(workload, peer).as_ref().and_then(read);
    Some(of(one)? / of(other)?)
}
