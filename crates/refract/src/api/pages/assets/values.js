// Values: how they are shown, typed in, and put into URLs.

import { h } from "./dom.js"

/** @typedef {import("./api.js").Field} Field */
/** @typedef {import("./api.js").Table} Table */
/** @typedef {import("./api.js").Relation} Relation */

const MAX_CELL = 120
const MAX_SHOWN = 2000

/**
 * A text of a value that is not null.
 * @param {any} value
 */
export const textOf = (value) => typeof value === "string" ? value : JSON.stringify(value)

/**
 * Text with visible signs in the place of characters that would move the others about.
 * @param {string} text
 */
const visible = (text) =>
    text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (sign) => sign < " " ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : "\ufffd")
        .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")

/**
 * The number of bytes that base64 stands for.
 * @param {string} text
 */
const bytesOf = (text) => Math.max(0, Math.floor(text.length * 3 / 4) - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0))

/**
 * A size as people read it.
 * @param {number} bytes
 */
export const sized = (bytes) => bytes < 1024 ? `${bytes} B`
    : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`

/**
 * A value in a cell of a list: one line, and short.
 * @param {any} value
 * @param {Field | undefined} field
 * @returns {Node}
 */
export function cell(value, field) {
    if (value === null || value === undefined) return h("span", { class: "null" }, "NULL")
    if (value === "") return h("span", { class: "null" }, "empty")
    if (field?.kind === "bytes" && typeof value === "string") return h("span", { class: "null" }, `${sized(bytesOf(value))} of bytes`)
    const text = textOf(value)
    const short = visible(text.slice(0, MAX_CELL))
    return document.createTextNode(text.length > MAX_CELL ? `${short}…` : short)
}

/**
 * A value on the page of its row. A long one is shown in part.
 * @param {any} value
 * @param {Field | undefined} field
 * @returns {Child[]}
 * @typedef {import("./dom.js").Child} Child
 */
export function whole(value, field) {
    if (value === null || value === undefined || value === "") return [cell(value, field)]
    const text = typeof value === "string" ? value : JSON.stringify(value, null, 2)
    if (text.length <= MAX_SHOWN) return [text]
    const part = document.createTextNode(`${text.slice(0, MAX_SHOWN)}… `)
    const more = h("button", {
        type: "button",
        class: "plain",
        onclick: () => {
            part.data = text
            more.remove()
        },
    }, `Show all ${sized(text.length)}`)
    return [part, more]
}

/**
 * One part of a key in a path. What no URL can carry stands in quotes.
 * @param {any} value
 */
function keyPart(value) {
    const text = textOf(value)
    const isQuoted = text.length > 1 && text.startsWith("\"") && text.endsWith("\"")
    return encodeURIComponent(text === "" || text === "." || text === ".." || isQuoted ? `"${text}"` : text)
}

/**
 * The path of a row, below `/data` or `/api/v1`; null where the row has no address or not all of it
 * is known.
 * @param {Table} table
 * @param {Record<string, any>} row
 */
export function rowPath(table, row) {
    if (table.key.length === 0 || table.key.some((name) => row[name] === undefined || row[name] === null)) return null
    return `${encodeURIComponent(table.path)}/${table.key.map((name) => keyPart(row[name])).join(",")}`
}

/**
 * A value of a filter with `eq`, as a query string has it.
 * @param {any} value
 */
export const filterValue = (value) => encodeURIComponent(textOf(value))

/**
 * Where a relation to one row leads from a row; null where it leads nowhere.
 * @param {Relation} relation
 * @param {Record<string, any>} row
 */
export function toOnePath(relation, row) {
    const values = relation.fields.map((name) => row[name])
    if (values.some((value) => value === null || value === undefined)) return null
    const path = encodeURIComponent(relation.path)
    if (relation.byKey) return `/data/${path}/${values.map(keyPart).join(",")}`
    const filters = relation.references.map((name, at) => `${encodeURIComponent(name)}=eq.${filterValue(values[at])}`)
    return `/data/${path}?${filters.join("&")}`
}

/**
 * What stands in the control of a form for a value.
 * @param {any} value
 * @param {Field} field
 */
export function typed(value, field) {
    if (value === null || value === undefined) return ""
    return field.kind === "json" ? JSON.stringify(value, null, 2) : textOf(value)
}

/**
 * The JSON of what a person has typed in.
 * @param {string} text
 * @param {Field} field
 * @throws {SyntaxError} where JSON is wanted and the text is none
 */
export function parsed(text, field) {
    switch (field.kind) {
        case "boolean":
            return text === "true"
        case "number":
            // What is no number is sent as it stands: the server says what is wrong with it.
            return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text
        case "json":
            return JSON.parse(text)
        default:
            return text
    }
}
