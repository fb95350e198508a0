// A client of Refract's /api/v1. It needs `fetch` and nothing else.

import { RefractError, errorOf, type ApiError } from "./errors.js"
import { Query, strip, type Extra, type Relations } from "./query.js"
import type { Model, ModelClient, RequestOptions, SafeModelClient } from "./types.js"

export { RefractError, isRefractError } from "./errors.js"
export type { ApiError, ClientErrorCode, FieldError, FieldErrorCode } from "./errors.js"
export type * from "./types.js"

/** Values of an answer, changed before they reach the caller: a Date for each timestamp, for example. */
export type Transform = (value: unknown, field: string) => unknown

export interface ClientOptions {
  /** Where Refract is: `http://127.0.0.1:8000`. */
  url: string
  /** `SECRET_KEY`. It belongs on a server: in a browser it is refused unless `keyInBrowser` says otherwise. */
  key?: string
  keyInBrowser?: boolean
  /** Who the request is for, as the app has found out: it is sent as `Refract-Claims`. Needs a key. */
  claims?: Record<string, unknown>
  /** `models` of the file that `refract types` wrote: paths, keys, relations. Without it they are asked for once. */
  models?: Record<string, Known>
  /** Headers of every request. */
  headers?: Record<string, string>
  /** Options of every request; those of a call take precedence. */
  defaults?: RequestOptions
  /** Another `fetch`. */
  fetch?: typeof globalThis.fetch
  transform?: Transform
}

/** One operation of a batch. */
export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  path: string
  body?: unknown
  as?: string
}

export type Client<S> = {
  readonly [K in keyof S]: S[K] extends Model ? ModelClient<S[K]> : never
} & {
  /** The same calls, which give `{ data, error }` and never throw. */
  readonly $safe: { readonly [K in keyof S]: S[K] extends Model ? SafeModelClient<S[K], ApiError> : never }
  /** Several operations in one transaction: docs/writes.md. */
  $batch(operations: Operation[], options?: RequestOptions): Promise<{ status: number; body: unknown }[]>
  /** The same client for another caller. */
  $as(claims: Record<string, unknown>): Client<S>
}

const etags = new WeakMap<object, string>()

/** The ETag of a row that came alone, for `ifMatch`. */
export function etagOf(row: object): string | undefined {
  return etags.get(row)
}

/** Makes a client. `Schema` is what `refract types` wrote. */
export function createClient<S extends object>(options: ClientOptions): Client<S> {
  if (options.key && !options.keyInBrowser && typeof (globalThis as any).document !== "undefined") {
    throw new RefractError("invalid_arguments", "key: a browser would show SECRET_KEY to everybody; call from the server, or set keyInBrowser")
  }
  if (options.claims && !options.key) {
    throw new RefractError("invalid_arguments", "claims: need a key, which vouches for them")
  }
  const transport = new Transport(options)
  const calls = new Map<string, object>()
  const of = (name: string): object => {
    const known = calls.get(name)
    if (known) return known
    const made = new Calls(transport, name)
    calls.set(name, made)
    return made
  }
  const safe = new Proxy({}, { get: (_, name) => (typeof name === "string" ? safely(of(name)) : undefined) })
  return new Proxy({}, {
    get(_, name) {
      // `then` would make a promise of the client wherever it is awaited.
      if (typeof name !== "string" || name === "then") return undefined
      if (name === "$safe") return safe
      if (name === "$batch") return (operations: Operation[], own?: RequestOptions) => transport.batch(operations, own)
      if (name === "$as") return (claims: Record<string, unknown>) => createClient<S>({ ...options, claims })
      return of(name)
    },
  }) as Client<S>
}

function safely(calls: object): object {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const call = Reflect.get(target, name, receiver)
      if (typeof call !== "function" || name === "all") return typeof call === "function" ? call.bind(target) : call
      return async (...args: unknown[]) => {
        try {
          return { data: await call.apply(target, args), error: null }
        } catch (error) {
          if (error instanceof RefractError) return { data: null, error }
          throw error
        }
      }
    },
  })
}

interface Asked {
  method: string
  path: string
  query?: [string, string][]
  body?: unknown
  headers?: Record<string, string>
}

/** What a call needs to know about a model. */
export interface Known {
  readonly path: string
  readonly key: readonly string[]
  /** The member of the client that each relation leads to. */
  readonly relations?: { readonly [name: string]: string }
}

/** Sends requests. */
class Transport {
  private readonly base: string
  private schema: Promise<Map<string, Known>> | undefined

  constructor(private readonly options: ClientOptions) {
    this.base = `${options.url.replace(/\/+$/, "")}/api/v1`
  }

  /** The path and the key of a member. */
  async known(name: string, needsKey: boolean): Promise<Known> {
    const given = this.options.models?.[name]
    if (given) return given
    const guess = { path: name.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`), key: [] }
    if (!needsKey && !this.schema) return guess
    this.schema ??= this.readSchema().catch((error) => {
      this.schema = undefined
      throw error
    })
    return (await this.schema).get(guess.path) ?? guess
  }

  /** The relations of a member, where they are known. */
  relations(name: string): Relations | undefined {
    const { models } = this.options
    if (!models?.[name]) return undefined
    return {
      of: (relation) => {
        const target = models[name]?.relations?.[relation]
        return target === undefined ? undefined : this.relations(target)
      },
    }
  }

  private async readSchema(): Promise<Map<string, Known>> {
    const { body } = await this.send({ method: "GET", path: "/schema" })
    const { resources } = body as { resources: { path: string; primaryKey: string[] }[] }
    return new Map(
      resources.map((one) => {
        const path = one.path.slice(one.path.lastIndexOf("/") + 1)
        return [path, { path, key: one.primaryKey }]
      }),
    )
  }

  async batch(operations: Operation[], own?: RequestOptions): Promise<{ status: number; body: unknown }[]> {
    const { body } = await this.send({ method: "POST", path: "/batch", body: { operations } }, own)
    return (body as { results: { status: number; body: unknown }[] }).results
  }

  async send(asked: Asked, own: RequestOptions = {}): Promise<{ body: unknown; etag: string | null }> {
    const { key, claims, headers, defaults = {}, transform } = this.options
    const fetch = this.options.fetch ?? globalThis.fetch
    const query = asked.query?.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    const url = `${this.base}${asked.path}${query?.length ? `?${query.join("&")}` : ""}`
    const { headers: more, ...init } = { ...defaults, ...own }
    const request: RequestInit = {
      ...init,
      method: asked.method,
      headers: {
        Accept: "application/json",
        ...headers,
        ...defaults.headers,
        ...more,
        ...(key && { Authorization: `Bearer ${key}` }),
        ...(claims && { "Refract-Claims": claimsHeader(claims) }),
        ...(asked.body !== undefined && { "Content-Type": "application/json" }),
        ...asked.headers,
      },
    }
    if (asked.body !== undefined) request.body = JSON.stringify(asked.body, (_, value) => (typeof value === "bigint" ? value.toString() : value))
    let response: Response
    try {
      response = await fetch(url, request)
    } catch (cause) {
      const code = own.signal?.aborted ? "aborted" : "network_error"
      // The message of fetch may hold the URL, and a URL holds values.
      throw new RefractError(code, code === "aborted" ? "the request was aborted" : "the API cannot be reached", { cause })
    }
    if (!response.ok) throw await errorOf(response)
    if (response.status === 204) return { body: undefined, etag: null }
    const text = await response.text()
    try {
      const body = text === "" ? undefined : JSON.parse(text, transform && ((field, value) => transform(value, field)))
      return { body, etag: response.headers.get("etag") }
    } catch (cause) {
      throw new RefractError("unexpected_answer", "the answer is no JSON", { status: response.status, cause })
    }
  }
}

/** JSON, or base64url of it where a header could not carry it. */
function claimsHeader(claims: Record<string, unknown>): string {
  const text = JSON.stringify(claims)
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const bytes = new TextEncoder().encode(text)
  const binary = Array.from(bytes, (one) => String.fromCharCode(one)).join("")
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
}

type Args = Record<string, any>

/** The calls of one model. Its types are those of `ModelClient`. */
class Calls {
  constructor(
    private readonly transport: Transport,
    private readonly name: string,
  ) {}

  async page(args: Args = {}, options?: RequestOptions): Promise<{ data: unknown[]; nextCursor: string | null; total: number | null }> {
    const query = new Query(this.transport.relations(this.name))
    const extra = query.list(args)
    if (args.cursor !== undefined) query.params.push(["cursor", args.cursor])
    if (args.count !== undefined) query.params.push(["count", args.count])
    const { path } = await this.transport.known(this.name, false)
    const { body } = await this.transport.send({ method: "GET", path: `/${path}`, query: query.params }, options)
    const page = body as { data: unknown[]; nextCursor: string | null; total: number | null }
    strip(page.data, extra)
    return page
  }

  async list(args: Args = {}, options?: RequestOptions): Promise<unknown[]> {
    return (await this.page(args, options)).data
  }

  async *all(args: Args = {}, options?: RequestOptions): AsyncGenerator<unknown, void, undefined> {
    let cursor: string | null | undefined
    do {
      const page = await this.page({ ...args, ...(cursor && { cursor, skip: undefined }) }, options)
      yield* page.data
      cursor = page.nextCursor
    } while (cursor)
  }

  async first(args: Args = {}, options?: RequestOptions): Promise<unknown> {
    return (await this.list({ ...args, take: 1 }, options))[0] ?? null
  }

  async count(args: Args = {}, options?: RequestOptions): Promise<number> {
    const { total } = await this.page({ where: args.where, take: 1, count: "exact" }, options)
    return total ?? 0
  }

  async get(args: Args, options?: RequestOptions): Promise<unknown> {
    try {
      return await this.getOrThrow(args, options)
    } catch (error) {
      if (error instanceof RefractError && error.code === "row_not_found") return null
      throw error
    }
  }

  async getOrThrow(args: Args, options?: RequestOptions): Promise<unknown> {
    const place = await this.place(args.where)
    if (place === undefined) {
      const row = await this.first({ ...args, where: args.where }, options)
      if (row === null) throw notFound(this.name)
      return row
    }
    const query = new Query(this.transport.relations(this.name))
    const extra = query.one(args)
    return this.row({ method: "GET", path: place, query: query.params }, extra, options)
  }

  async create(args: Args, options?: RequestOptions): Promise<unknown> {
    const query = new Query(this.transport.relations(this.name))
    const extra = query.one(args)
    const { path } = await this.transport.known(this.name, false)
    return this.row({ method: "POST", path: `/${path}`, query: query.params, body: args.data }, extra, options)
  }

  async createMany(args: Args, options?: RequestOptions): Promise<unknown[]> {
    const query = new Query(this.transport.relations(this.name))
    const extra = query.one(args)
    const headers: Record<string, string> = {}
    if (args.onConflict) query.params.push(["onConflict", args.onConflict.join(",")])
    if (args.skipDuplicates) {
      if (!args.onConflict) throw new RefractError("invalid_arguments", "skipDuplicates: needs the fields of a unique key in onConflict")
      headers.Prefer = "resolution=ignore-duplicates"
    }
    const { path } = await this.transport.known(this.name, false)
    const { body } = await this.transport.send({ method: "POST", path: `/${path}`, query: query.params, body: args.data, headers }, options)
    const rows = Array.isArray(body) ? body : (body as { data: unknown[] }).data
    strip(rows, extra)
    return rows
  }

  async upsert(args: Args, options?: RequestOptions): Promise<unknown> {
    const rows = await this.createMany({ ...args, data: [args.data] }, options)
    return rows[0]
  }

  async update(args: Args, options?: RequestOptions): Promise<unknown> {
    const query = new Query(this.transport.relations(this.name))
    const extra = query.one(args)
    const path = await this.placeOfOne(args.where, options)
    return this.row({ method: "PATCH", path, query: query.params, body: args.data, headers: condition(args) }, extra, options)
  }

  async replace(args: Args, options?: RequestOptions): Promise<unknown> {
    const query = new Query(this.transport.relations(this.name))
    const extra = query.one(args)
    const path = await this.placeOfOne(args.where, options)
    return this.row({ method: "PUT", path, query: query.params, body: args.data, headers: condition(args) }, extra, options)
  }

  async updateMany(args: Args, options?: RequestOptions): Promise<{ count: number }> {
    return this.many("PATCH", args, options)
  }

  async delete(args: Args, options?: RequestOptions): Promise<void> {
    const path = await this.placeOfOne(args.where, options)
    await this.transport.send({ method: "DELETE", path, headers: condition(args) }, options)
  }

  async deleteMany(args: Args, options?: RequestOptions): Promise<{ count: number }> {
    return this.many("DELETE", args, options)
  }

  private async many(method: string, args: Args, options?: RequestOptions): Promise<{ count: number }> {
    const query = new Query(this.transport.relations(this.name))
    query.where(args.where ?? {})
    const { path } = await this.transport.known(this.name, false)
    const { body } = await this.transport.send({ method, path: `/${path}`, query: query.params, body: args.data }, options)
    return body as { count: number }
  }

  private async row(asked: Asked, extra: Extra, options?: RequestOptions): Promise<unknown> {
    const { body, etag } = await this.transport.send(asked, options)
    strip(body, extra)
    if (etag && body !== null && typeof body === "object") etags.set(body, etag)
    return body
  }

  /** The path of the row with a primary key. `undefined` where `where` has another key. */
  private async place(where: Args): Promise<string | undefined> {
    const { path, key } = await this.transport.known(this.name, true)
    const given = Object.keys(where ?? {}).filter((name) => where[name] !== undefined)
    if (key.length === 0 || given.length !== key.length || !key.every((name) => given.includes(name))) return undefined
    return `/${path}/${key.map((name) => segment(where[name])).join(",")}`
  }

  /** The same for another unique key: the row is looked up first. */
  private async placeOfOne(where: Args, options?: RequestOptions): Promise<string> {
    const place = await this.place(where)
    if (place !== undefined) return place
    const { key } = await this.transport.known(this.name, true)
    const select = Object.fromEntries(key.map((name) => [name, true]))
    const row = key.length > 0 ? await this.first({ where, select }, { ...options, cache: "no-store" }) : null
    if (row === null) throw notFound(this.name)
    return (await this.place(row as Args)) as string
  }
}

function condition(args: Args): Record<string, string> {
  return args.ifMatch === undefined ? {} : { "If-Match": args.ifMatch }
}

function notFound(name: string): RefractError {
  return new RefractError("row_not_found", `${name}: no row has this key`, { status: 404, title: "Row not found" })
}

/** A part of a key in a path: in quotes where no URL could carry it. */
function segment(value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : String(value)
  const plain = text !== "" && text !== "." && text !== ".." && !text.startsWith('"')
  return encodeURIComponent(plain ? text : `"${text.replace(/[\\"]/g, "\\$&")}"`)
}
