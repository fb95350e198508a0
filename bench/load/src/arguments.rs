//! The command line.

use std::{path::PathBuf, str::FromStr, time::Duration};

use crate::{
    once::Measurement,
    peers::{self, Peer},
    workloads::{self, Workload},
};

/// The workloads to measure, and for how long.
pub struct Arguments {
    pub workloads: Vec<Workload>,
    pub peers: Vec<&'static Peer>,
    pub once: Vec<Measurement>,
    /// Of one peer on one workload in one round.
    pub duration: Duration,
    pub rounds: usize,
    /// File to write the page to.
    pub write: Option<PathBuf>,
}

impl Arguments {
    /// # Errors
    /// The reason and the usage.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            workloads: workloads::ALL.to_vec(),
            peers: peers::ALL.iter().collect(),
            once: Measurement::ALL.to_vec(),
            duration: Duration::from_secs(4),
            rounds: 5,
            write: None,
        };
        while let Some(word) = words.next() {
            if word == "--quick" {
                arguments.peers.retain(|peer| peer.quick);
                arguments.once.clear();
                arguments.duration = Duration::from_secs(1);
                arguments.rounds = 3;
                continue;
            }
            let value = words
                .next()
                .ok_or_else(|| usage(&format!("{word} is unknown, or lacks its value")))?;
            match word.as_str() {
                "--only" => arguments.only(&value)?,
                "--peers" => {
                    arguments.peers = value
                        .split(',')
                        .map(|name| {
                            let peer = peers::ALL.iter().find(|peer| peer.name == name);
                            peer.ok_or_else(|| usage(&format!("{name} is no peer")))
                        })
                        .collect::<Result<_, _>>()?;
                }
                "--seconds" => arguments.duration = Duration::from_secs_f64(number(&value)?),
                "--rounds" => arguments.rounds = number(&value)?,
                "--write" => arguments.write = Some(value.into()),
                _ => return Err(usage(&format!("{word} is unknown"))),
            }
        }
        Ok(arguments)
    }

    fn only(&mut self, names: &str) -> Result<(), String> {
        let names: Vec<&str> = names.split(',').collect();
        let known = |name: &str| {
            workloads::ALL.iter().any(|it| it.name == name)
                || Measurement::ALL.iter().any(|it| it.name() == name)
        };
        if let Some(name) = names.iter().find(|name| !known(name)) {
            return Err(usage(&format!("{name} is no workload")));
        }
        self.workloads = workloads::ALL.to_vec();
        self.workloads.retain(|it| names.contains(&it.name));
        self.once = Measurement::ALL.to_vec();
        self.once.retain(|it| names.contains(&it.name()));
        Ok(())
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| usage(&format!("{text} is no number")))
}

fn usage(problem: &str) -> String {
    let workloads: Vec<&str> = workloads::ALL
        .iter()
        .map(|it| it.name)
        .chain(Measurement::ALL.iter().map(|it| it.name()))
        .collect();
    let peers: Vec<&str> = peers::ALL.iter().map(|it| it.name).collect();
    format!(
        "bench: {problem}
usage: scripts/bench [--quick] [--only A,B] [--peers A,B] [--seconds N] [--rounds N] [--write FILE]

  --quick    the cheap peers, short rounds
  --only     of {}
  --peers    of {}
  --seconds  of one peer on one workload in one round
  --rounds   of which the medians are shown
  --write    the page to write",
        workloads.join(", "),
        peers.join(", ")
    )
}
