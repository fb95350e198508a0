# syntax=docker/dockerfile:1
# Refract for any database in a small image, for linux/amd64 and linux/arm64:
#   docker build -t refract . && docker run -p 8000:8000 -e SECRET_KEY=… -e DATABASE_URL=… refract
# It reads the schema of that database when it starts. With --build-arg PROGRAM=sidecar the image holds the sidecar of
# this folder instead: its entities and its own endpoints in src/.

FROM rust:1-slim-bookworm AS builder
ARG PROGRAM=refract
WORKDIR /build

# The dependencies alone, with empty sources for our crates: this layer lasts until Cargo.lock changes.
COPY Cargo.toml Cargo.lock ./
COPY crates/cli/Cargo.toml crates/cli/
COPY crates/refract/Cargo.toml crates/refract/
COPY crates/reflect/Cargo.toml crates/reflect/
COPY entity/Cargo.toml entity/
RUN mkdir -p src crates/cli/src crates/refract/src crates/reflect/src entity/src \
    && touch crates/refract/src/lib.rs crates/reflect/src/lib.rs entity/src/lib.rs \
    && for folder in src crates/cli/src crates/reflect/src; do echo 'fn main() {}' > "$folder/main.rs"; done \
    && cargo build --profile dist --locked --bin "$PROGRAM" \
    && cargo clean --profile dist --package sidecar --package refract-cli --package refract --package entity --package reflect \
    && rm -r src crates entity

COPY . .
RUN cargo build --profile dist --locked --bin "$PROGRAM" \
    && strip -o /usr/local/bin/served "target/dist/$PROGRAM"


FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Refract" \
      org.opencontainers.image.description="A typed HTTP API for the database of a Prisma app" \
      org.opencontainers.image.licenses="MIT"
# For HTTPS to Sentry and TLS to databases whose certificates come from a public authority.
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=builder /usr/local/bin/served /usr/local/bin/refract

# A number rather than a name: Kubernetes can tell from it that this is not root.
USER 10001:10001
WORKDIR /srv/refract
# The policy of refract.toml, if this folder has one: without it, hidden fields would show. A policy of another app is
# mounted here. A pattern may match nothing as long as another file is there.
COPY LICENSE refract.tom[l] ./
ENV ENVIRONMENT=production HOST=0.0.0.0 PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["refract", "healthcheck"]
ENTRYPOINT ["refract"]
CMD ["serve"]
