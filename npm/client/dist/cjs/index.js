"use strict";
// A client of Refract's /api/v1. It needs `fetch` and nothing else.
Object.defineProperty(exports, "__esModule", { value: true });
exports.isRefractError = exports.RefractError = void 0;
exports.etagOf = etagOf;
exports.createClient = createClient;
const errors_js_1 = require("./errors.js");
const query_js_1 = require("./query.js");
var errors_js_2 = require("./errors.js");
Object.defineProperty(exports, "RefractError", { enumerable: true, get: function () { return errors_js_2.RefractError; } });
Object.defineProperty(exports, "isRefractError", { enumerable: true, get: function () { return errors_js_2.isRefractError; } });
const etags = new WeakMap();
/** The ETag of a row that came alone, for `ifMatch`. */
function etagOf(row) {
    return etags.get(row);
}
/** Makes a client. `Schema` is what `refract types` wrote. */
function createClient(options) {
    if (options.key && !options.keyInBrowser && typeof globalThis.document !== "undefined") {
        throw new errors_js_1.RefractError("invalid_arguments", "key: a browser would show SECRET_KEY to everybody; call from the server, or set keyInBrowser");
    }
    if (options.claims && !options.key) {
        throw new errors_js_1.RefractError("invalid_arguments", "claims: need a key, which vouches for them");
    }
    const transport = new Transport(options);
    const calls = new Map();
    const of = (name) => {
        const known = calls.get(name);
        if (known)
            return known;
        const made = new Calls(transport, name);
        calls.set(name, made);
        return made;
    };
    const safe = new Proxy({}, { get: (_, name) => (typeof name === "string" ? safely(of(name)) : undefined) });
    return new Proxy({}, {
        get(_, name) {
            // `then` would make a promise of the client wherever it is awaited.
            if (typeof name !== "string" || name === "then")
                return undefined;
            if (name === "$safe")
                return safe;
            if (name === "$batch")
                return (operations, own) => transport.batch(operations, own);
            if (name === "$as")
                return (claims) => createClient({ ...options, claims });
            return of(name);
        },
    });
}
function safely(calls) {
    return new Proxy(calls, {
        get(target, name, receiver) {
            const call = Reflect.get(target, name, receiver);
            if (typeof call !== "function" || name === "all")
                return typeof call === "function" ? call.bind(target) : call;
            return async (...args) => {
                try {
                    return { data: await call.apply(target, args), error: null };
                }
                catch (error) {
                    if (error instanceof errors_js_1.RefractError)
                        return { data: null, error };
                    throw error;
                }
            };
        },
    });
}
/** Sends requests. */
class Transport {
    options;
    base;
    schema;
    constructor(options) {
        this.options = options;
        this.base = `${options.url.replace(/\/+$/, "")}/api/v1`;
    }
    /** The path and the key of a member. */
    async known(name, needsKey) {
        const given = this.options.models?.[name];
        if (given)
            return given;
        const guess = { path: name.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`), key: [] };
        if (!needsKey && !this.schema)
            return guess;
        this.schema ??= this.readSchema().catch((error) => {
            this.schema = undefined;
            throw error;
        });
        return (await this.schema).get(guess.path) ?? guess;
    }
    /** The relations of a member, where they are known. */
    relations(name) {
        const { models } = this.options;
        if (!models?.[name])
            return undefined;
        return {
            of: (relation) => {
                const target = models[name]?.relations?.[relation];
                return target === undefined ? undefined : this.relations(target);
            },
        };
    }
    async readSchema() {
        const { body } = await this.send({ method: "GET", path: "/schema" });
        const { resources } = body;
        return new Map(resources.map((one) => {
            const path = one.path.slice(one.path.lastIndexOf("/") + 1);
            return [path, { path, key: one.primaryKey }];
        }));
    }
    async batch(operations, own) {
        const { body } = await this.send({ method: "POST", path: "/batch", body: { operations } }, own);
        return body.results;
    }
    async send(asked, own = {}) {
        const { key, claims, headers, defaults = {}, transform } = this.options;
        const fetch = this.options.fetch ?? globalThis.fetch;
        const query = asked.query?.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
        const url = `${this.base}${asked.path}${query?.length ? `?${query.join("&")}` : ""}`;
        const { headers: more, ...init } = { ...defaults, ...own };
        const request = {
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
        };
        if (asked.body !== undefined)
            request.body = JSON.stringify(asked.body, (_, value) => (typeof value === "bigint" ? value.toString() : value));
        let response;
        try {
            response = await fetch(url, request);
        }
        catch (cause) {
            const code = own.signal?.aborted ? "aborted" : "network_error";
            // The message of fetch may hold the URL, and a URL holds values.
            throw new errors_js_1.RefractError(code, code === "aborted" ? "the request was aborted" : "the API cannot be reached", { cause });
        }
        if (!response.ok)
            throw await (0, errors_js_1.errorOf)(response);
        if (response.status === 204)
            return { body: undefined, etag: null };
        const text = await response.text();
        try {
            const body = text === "" ? undefined : JSON.parse(text, transform && ((field, value) => transform(value, field)));
            return { body, etag: response.headers.get("etag") };
        }
        catch (cause) {
            throw new errors_js_1.RefractError("unexpected_answer", "the answer is no JSON", { status: response.status, cause });
        }
    }
}
/** JSON, or base64url of it where a header could not carry it. */
function claimsHeader(claims) {
    const text = JSON.stringify(claims);
    if (/^[\x20-\x7e]*$/.test(text))
        return text;
    const bytes = new TextEncoder().encode(text);
    const binary = Array.from(bytes, (one) => String.fromCharCode(one)).join("");
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
/** The calls of one model. Its types are those of `ModelClient`. */
class Calls {
    transport;
    name;
    constructor(transport, name) {
        this.transport = transport;
        this.name = name;
    }
    async page(args = {}, options) {
        const query = new query_js_1.Query(this.transport.relations(this.name));
        const extra = query.list(args);
        if (args.cursor !== undefined)
            query.params.push(["cursor", args.cursor]);
        if (args.count !== undefined)
            query.params.push(["count", args.count]);
        const { path } = await this.transport.known(this.name, false);
        const { body } = await this.transport.send({ method: "GET", path: `/${path}`, query: query.params }, options);
        const page = body;
        (0, query_js_1.strip)(page.data, extra);
        return page;
    }
    async list(args = {}, options) {
        return (await this.page(args, options)).data;
    }
    async *all(args = {}, options) {
        let cursor;
        do {
            const page = await this.page({ ...args, ...(cursor && { cursor, skip: undefined }) }, options);
            yield* page.data;
            cursor = page.nextCursor;
        } while (cursor);
    }
    async first(args = {}, options) {
        return (await this.list({ ...args, take: 1 }, options))[0] ?? null;
    }
    async count(args = {}, options) {
        const { total } = await this.page({ where: args.where, take: 1, count: "exact" }, options);
        return total ?? 0;
    }
    async get(args, options) {
        try {
            return await this.getOrThrow(args, options);
        }
        catch (error) {
            if (error instanceof errors_js_1.RefractError && error.code === "row_not_found")
                return null;
            throw error;
        }
    }
    async getOrThrow(args, options) {
        const place = await this.place(args.where);
        if (place === undefined) {
            const row = await this.first({ ...args, where: args.where }, options);
            if (row === null)
                throw notFound(this.name);
            return row;
        }
        const query = new query_js_1.Query(this.transport.relations(this.name));
        const extra = query.one(args);
        return this.row({ method: "GET", path: place, query: query.params }, extra, options);
    }
    async create(args, options) {
        const query = new query_js_1.Query(this.transport.relations(this.name));
        const extra = query.one(args);
        const { path } = await this.transport.known(this.name, false);
        return this.row({ method: "POST", path: `/${path}`, query: query.params, body: args.data }, extra, options);
    }
    async createMany(args, options) {
        const query = new query_js_1.Query(this.transport.relations(this.name));
        const extra = query.one(args);
        const headers = {};
        if (args.onConflict)
            query.params.push(["onConflict", args.onConflict.join(",")]);
        if (args.skipDuplicates) {
            if (!args.onConflict)
                throw new errors_js_1.RefractError("invalid_arguments", "skipDuplicates: needs the fields of a unique key in onConflict");
            headers.Prefer = "resolution=ignore-duplicates";
        }
        const { path } = await this.transport.known(this.name, false);
        const { body } = await this.transport.send({ method: "POST", path: `/${path}`, query: query.params, body: args.data, headers }, options);
        const rows = Array.isArray(body) ? body : body.data;
        (0, query_js_1.strip)(rows, extra);
        return rows;
    }
    async upsert(args, options) {
        const rows = await this.createMany({ ...args, data: [args.data] }, options);
        return rows[0];
    }
    async update(args, options) {
        const query = new query_js_1.Query(this.transport.relations(this.name));
        const extra = query.one(args);
        const path = await this.placeOfOne(args.where, options);
        return this.row({ method: "PATCH", path, query: query.params, body: args.data, headers: condition(args) }, extra, options);
    }
    async replace(args, options) {
        const query = new query_js_1.Query(this.transport.relations(this.name));
        const extra = query.one(args);
        const path = await this.placeOfOne(args.where, options);
        return this.row({ method: "PUT", path, query: query.params, body: args.data, headers: condition(args) }, extra, options);
    }
    async updateMany(args, options) {
        return this.many("PATCH", args, options);
    }
    async delete(args, options) {
        const path = await this.placeOfOne(args.where, options);
        await this.transport.send({ method: "DELETE", path, headers: condition(args) }, options);
    }
    async deleteMany(args, options) {
        return this.many("DELETE", args, options);
    }
    async many(method, args, options) {
        const query = new query_js_1.Query(this.transport.relations(this.name));
        query.where(args.where ?? {});
        const { path } = await this.transport.known(this.name, false);
        const { body } = await this.transport.send({ method, path: `/${path}`, query: query.params, body: args.data }, options);
        return body;
    }
    async row(asked, extra, options) {
        const { body, etag } = await this.transport.send(asked, options);
        (0, query_js_1.strip)(body, extra);
        if (etag && body !== null && typeof body === "object")
            etags.set(body, etag);
        return body;
    }
    /** The path of the row with a primary key. `undefined` where `where` has another key. */
    async place(where) {
        const { path, key } = await this.transport.known(this.name, true);
        const given = Object.keys(where ?? {}).filter((name) => where[name] !== undefined);
        if (key.length === 0 || given.length !== key.length || !key.every((name) => given.includes(name)))
            return undefined;
        return `/${path}/${key.map((name) => segment(where[name])).join(",")}`;
    }
    /** The same for another unique key: the row is looked up first. */
    async placeOfOne(where, options) {
        const place = await this.place(where);
        if (place !== undefined)
            return place;
        const { key } = await this.transport.known(this.name, true);
        const select = Object.fromEntries(key.map((name) => [name, true]));
        const row = key.length > 0 ? await this.first({ where, select }, { ...options, cache: "no-store" }) : null;
        if (row === null)
            throw notFound(this.name);
        return (await this.place(row));
    }
}
function condition(args) {
    return args.ifMatch === undefined ? {} : { "If-Match": args.ifMatch };
}
function notFound(name) {
    return new errors_js_1.RefractError("row_not_found", `${name}: no row has this key`, { status: 404, title: "Row not found" });
}
/** A part of a key in a path: in quotes where no URL could carry it. */
function segment(value) {
    const text = value instanceof Date ? value.toISOString() : String(value);
    const plain = text !== "" && text !== "." && text !== ".." && !text.startsWith('"');
    return encodeURIComponent(plain ? text : `"${text.replace(/[\\"]/g, "\\$&")}"`);
}
