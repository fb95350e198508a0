// Requests to this server, with the key where it asks for one.

import { h, shownModally } from "./dom.js"

export const API = "/api/v1"
const KEY = "refract.key"

/**
 * @typedef {{ name: string, column: string, type: string, kind: string, values?: string[], nullable: boolean,
 *   default: string | null, isClientDefault: boolean, writable: boolean, hidden: boolean,
 *   comment: string | null }} Field
 * @typedef {{ name: string, target: string, path: string, toOne: boolean, fields: string[],
 *   references: string[], byKey: boolean }} Relation
 * @typedef {{ name: string, path: string, schema: string, isView: boolean }} TableName
 * @typedef {TableName & { table: string, comment: string | null, key: string[], fields: Field[],
 *   relations: Relation[], softDelete: { field: string, isFlag: boolean, hard: boolean } | null }} Table
 * @typedef {{ database: string, readOnly: boolean, tables: TableName[] }} Tables
 * @typedef {{ field: string, code: string, message: string }} FieldProblem
 */

/** An answer that is no success, as the server explains it. */
export class Problem extends Error {
    /**
     * @param {number} status
     * @param {any} body
     */
    constructor(status, body) {
        super(body?.detail ?? body?.title ?? (status ? `The server answered ${status}.` : "The server cannot be reached."))
        this.status = status
        /** @type {string} */
        this.code = body?.code ?? ""
        /** @type {FieldProblem[]} */
        this.errors = Array.isArray(body?.errors) ? body.errors : []
    }
}

/** Whether the key is asked for. */
export const hasKey = () => sessionStorage.getItem(KEY) !== null

/** @type {Promise<void> | null} */
let asking = null

/**
 * Asks a person for the key.
 * @param {boolean} isWrong
 */
function askForKey(isWrong) {
    const input = h("input", { type: "password", id: "key", autocomplete: "off", required: true })
    const dialog = h("dialog", { "aria-labelledby": "key-title" },
        h("h2", { id: "key-title" }, "This server wants its key"),
        h("form", {
            method: "dialog",
            onsubmit: (/** @type {Event} */ event) => {
                event.preventDefault()
                dialog.close("given")
            },
        },
        h("p", null, "Type the value of ", h("code", null, "SECRET_KEY"), ". It is kept until this tab is closed."),
        isWrong && h("p", { class: "failure", role: "alert" }, "That key is not the one."),
        h("label", { for: "key" }, "Key"), input,
        h("p", { class: "actions" }, h("button", { class: "primary" }, "Continue"))))
    return shownModally(dialog).then((given) => {
        if (given === "given") sessionStorage.setItem(KEY, input.value)
        else throw new Problem(401, { detail: "Nothing is shown without the key. Reload the page to type it in." })
    })
}

/**
 * Sends a request.
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, etag?: string | null, signal?: AbortSignal }} [more]
 * @returns {Promise<{ status: number, body: any, etag: string | null }>}
 */
export async function call(method, path, more = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" }
    const key = sessionStorage.getItem(KEY)
    if (key !== null) headers.Authorization = `Bearer ${key}`
    if (more.body !== undefined) headers["Content-Type"] = "application/json"
    if (more.etag) headers["If-Match"] = more.etag
    let answer
    try {
        const body = more.body === undefined ? undefined : JSON.stringify(more.body)
        answer = await fetch(path, { method, headers, body, signal: more.signal, cache: "no-store" })
    } catch (error) {
        if (more.signal?.aborted) throw error
        throw new Problem(0, null)
    }
    if (answer.status === 401) {
        if (key === sessionStorage.getItem(KEY)) {
            asking ??= askForKey(key !== null).finally(() => { asking = null })
            await asking
        }
        return call(method, path, more)
    }
    const text = await answer.text()
    let body = null
    try {
        body = text ? JSON.parse(text) : null
    } catch {
        body = { detail: text.slice(0, 500) }
    }
    if (!answer.ok) throw new Problem(answer.status, body)
    return { status: answer.status, body, etag: answer.headers.get("etag") }
}

/** @type {Map<string, Promise<Table>>} */
const known = new Map()

/** @returns {Promise<Tables>} */
export const tables = async () => (await call("GET", "/data.json")).body

/**
 * The fields and relations of a table.
 * @param {string} path
 * @returns {Promise<Table>}
 */
export function table(path) {
    let found = known.get(path)
    if (!found) {
        found = call("GET", `/data.json?table=${encodeURIComponent(path)}`).then((answer) => answer.body)
        found.catch(() => known.delete(path))
        known.set(path, found)
    }
    return found
}

/**
 * How many rows there are, as an estimate where they are many.
 * @param {string} path
 * @param {string} [filters] the filters of a query string
 * @param {AbortSignal} [signal]
 * @returns {Promise<number>}
 */
export async function count(path, filters = "", signal) {
    const query = ["limit=0", "count=estimated", filters].filter(Boolean).join("&")
    return (await call("GET", `${API}/${path}?${query}`, { signal })).body.total
}

/** More rows than this are an estimate. */
export const EXACT = 1000

/**
 * A problem as an element.
 * @param {unknown} error
 * @param {string} [id]
 */
export function failure(error, id) {
    const problem = error instanceof Problem ? error : null
    const text = error instanceof Error ? error.message : String(error)
    return h("p", { class: "failure", role: "alert", id }, text, " ",
        problem?.code && h("a", { href: `/errors#${problem.code.replaceAll("_", "-")}` }, problem.code))
}
