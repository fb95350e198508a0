//! The command behind `make orm` and `make orm-check`.

mod command;

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match command::run(&arguments).await {
        Ok(code) => code,
        Err(error) => {
            report(&error);
            ExitCode::from(2)
        }
    }
}

/// Prints an error and its causes, except what an error already quotes of its cause.
fn report(error: &dyn std::error::Error) {
    eprintln!("error: {error}");
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !said.contains(&text) {
            eprintln!("  because: {text}");
            said = text;
        }
        source = cause.source();
    }
}
