//! The sidecar: the engine, the generated entities and the app's own endpoints.

mod endpoints;

fn main() -> std::process::ExitCode {
    refract::Sidecar::new(entity::registry())
        .endpoints(endpoints::all)
        .main()
}
