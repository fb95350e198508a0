//! Refract for any database: its catalog is read at run time.

use std::process::ExitCode;

fn main() -> ExitCode {
    refract::Sidecar::of_any_database().main()
}
