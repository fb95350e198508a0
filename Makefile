# Every task of the project. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# rustup's place, which a bare shell may not have on its PATH.
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: run
run: toolchain ## Serve: the database of DATABASE_URL, or the sandbox without one
	cargo run --locked --bin sidecar -- serve

.PHONY: test
test: toolchain ## Run all tests, on SQLite and on a throwaway PostgreSQL (or TEST_DATABASE_URL)
	scripts/postgres run cargo test --locked --workspace

.PHONY: check
check: toolchain ## Check format, lints, documentation, licences, scripts, and that entity/ fits the sample app
	cargo fmt --all --check
	cargo fmt --manifest-path bench/Cargo.toml --all --check
	cargo metadata --locked --manifest-path bench/Cargo.toml --format-version 1 >/dev/null
	scripts=$$(grep -lEd skip '^#!.*sh$$' scripts/* .ci/* tests/*/*); \
	if command -v shellcheck >/dev/null; then shellcheck $$scripts; \
	else echo 'shellcheck is not installed: skipped'; [ "$${REQUIRE_PROGRAMS:-}" != 1 ]; fi
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --lib --no-deps --document-private-items
	scripts/deny
	scripts/check-generated

.PHONY: smoke
smoke: toolchain ## Build, start on the sandbox, check its health, stop
	cargo build --locked --bin sidecar
	scripts/smoke

.PHONY: orm
orm: toolchain ## Regenerate entity/ from the database of DATABASE_URL
	scripts/orm

.PHONY: orm-check
orm-check: toolchain ## Fail, and say why, when the database of DATABASE_URL differs from entity/
	scripts/orm check

.PHONY: openapi
openapi: toolchain ## Print the OpenAPI document, or write it: make openapi FILE=openapi.json
	cargo run --locked --quiet --bin sidecar -- openapi $(if $(FILE),> '$(FILE)')

.PHONY: bench
bench: toolchain ## Measure against the ceiling and the peers, half an hour, and write docs/benchmarks.md
	scripts/bench --write docs/benchmarks.md

.PHONY: bench-quick
bench-quick: toolchain ## Print the figures of the Rust peers in under three minutes
	scripts/bench --quick

.PHONY: image
image: ## Build the container image refract:latest
	docker build --tag refract:latest .

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: toolchain
toolchain:
	@command -v cargo >/dev/null || { echo 'cargo is missing: install Rust 1.94 or later, see https://rustup.rs' >&2; exit 1; }
	@command -v cc >/dev/null || { echo 'A C compiler is missing: install one (Debian, Ubuntu: apt-get install build-essential; macOS: xcode-select --install)' >&2; exit 1; }
