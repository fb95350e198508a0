import { type ApiError } from "./errors.js";
import type { Model, ModelClient, Outcome, RequestOptions } from "./types.js";
export { RefractError, isRefractError } from "./errors.js";
export type { ApiError, ClientErrorCode, FieldError, FieldErrorCode } from "./errors.js";
export type * from "./types.js";
/** Values of an answer, changed before they reach the caller: a Date for each timestamp, for example. */
export type Transform = (value: unknown, field: string) => unknown;
export interface ClientOptions {
    /** Where Refract is: `http://127.0.0.1:8000`. */
    url: string;
    /** `SECRET_KEY`. It belongs on a server: in a browser it is refused unless `keyInBrowser` says otherwise. */
    key?: string;
    keyInBrowser?: boolean;
    /** Who the request is for, as the app has found out: it is sent as `Refract-Claims`. Needs a key. */
    claims?: Record<string, unknown>;
    /** `models` of the file that `refract types` wrote: paths, keys, relations. Without it they are asked for once. */
    models?: Record<string, Known>;
    /** Headers of every request. */
    headers?: Record<string, string>;
    /** Options of every request; those of a call take precedence. */
    defaults?: RequestOptions;
    /** Another `fetch`. */
    fetch?: typeof globalThis.fetch;
    transform?: Transform;
}
type Safe<T> = {
    [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => Promise<Outcome<R, ApiError>> : T[K];
};
/** One operation of a batch. */
export interface Operation {
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    path: string;
    body?: unknown;
    as?: string;
}
export type Client<S> = {
    readonly [K in keyof S]: S[K] extends Model ? ModelClient<S[K]> : never;
} & {
    /** The same calls, which give `{ data, error }` and never throw. */
    readonly $safe: {
        readonly [K in keyof S]: S[K] extends Model ? Safe<ModelClient<S[K]>> : never;
    };
    /** Several operations in one transaction: docs/writes.md. */
    $batch(operations: Operation[], options?: RequestOptions): Promise<{
        status: number;
        body: unknown;
    }[]>;
    /** The same client for another caller. */
    $as(claims: Record<string, unknown>): Client<S>;
};
/** The ETag of a row that came alone, for `ifMatch`. */
export declare function etagOf(row: object): string | undefined;
/** Makes a client. `Schema` is what `refract types` wrote. */
export declare function createClient<S extends object>(options: ClientOptions): Client<S>;
/** What a call needs to know about a model. */
export interface Known {
    readonly path: string;
    readonly key: readonly string[];
    /** The member of the client that each relation leads to. */
    readonly relations?: {
        readonly [name: string]: string;
    };
}
