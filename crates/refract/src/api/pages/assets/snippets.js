// The request behind what is shown, to copy into a shell or a program.

import { API, hasKey } from "./api.js"
import { copyButton, fill, h } from "./dom.js"
import { PARAMETERS, pairs } from "./grammar.js"

/** @typedef {import("./api.js").Table} Table */
/** @typedef {{ method: string, path: string, query?: string, body?: unknown, etag?: string | null,
 *   table: Table, isRow?: boolean, key?: Record<string, any> }} Request `path` is below `/api/v1/` */

/** @param {Request} request */
const url = ({ path, query }) => `${location.origin}${API}/${path}${query ? `?${query}` : ""}`

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

/** @param {Request} request */
function curl(request) {
    const parts = [`curl ${quoted(url(request))}`]
    if (request.method !== "GET") parts.push(`-X ${request.method}`)
    if (hasKey()) parts.push("-H \"Authorization: Bearer $SECRET_KEY\"")
    if (request.etag) parts.push(`-H ${quoted(`If-Match: ${request.etag}`)}`)
    if (request.body !== undefined) {
        parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(request.body))}`)
    }
    return parts.join(" \\\n  ")
}

/** @param {Request} request */
function fetched(request) {
    /** @type {Record<string, string>} */
    const headers = {}
    if (hasKey()) headers.Authorization = "Bearer ${process.env.SECRET_KEY}"
    if (request.etag) headers["If-Match"] = request.etag
    if (request.body !== undefined) headers["Content-Type"] = "application/json"
    const options = []
    if (request.method !== "GET") options.push(`  method: ${JSON.stringify(request.method)},`)
    const named = Object.entries(headers).map(([name, value]) => {
        const text = name === "Authorization" ? `\`${value}\`` : JSON.stringify(value)
        return `${/^\w+$/.test(name) ? name : JSON.stringify(name)}: ${text}`
    })
    if (named.length) options.push(`  headers: { ${named.join(", ")} },`)
    if (request.body !== undefined) options.push(`  body: JSON.stringify(${JSON.stringify(request.body)}),`)
    const more = options.length ? `, {\n${options.join("\n")}\n}` : ""
    const read = request.method === "DELETE" ? "" : request.method === "GET" && !request.isRow
        ? "\nconst { data, nextCursor } = await response.json()" : "\nconst row = await response.json()"
    return `const response = await fetch(${JSON.stringify(url(request))}${more})${read}`
}

/**
 * The same for supabase-js, which speaks of tables and columns. Null where it has no such call.
 * @param {Request} request
 */
function supabase({ method, query, body, table, isRow, key, path }) {
    const columns = new Map(table.fields.map((field) => [field.name, field.column]))
    const column = (/** @type {string} */ field) => JSON.stringify(columns.get(field) ?? field)
    const from = `supabase.${"from"}(${JSON.stringify(table.table)})`
    const calls = []
    const renamed = (/** @type {any} */ row) => JSON.stringify(Object.fromEntries(
        Object.entries(row).map(([field, value]) => [columns.get(field) ?? field, value])))
    if (method === "GET") calls.push("select()")
    if (method === "POST") calls.push(`insert(${renamed(body)})`, "select()")
    if (method === "PATCH") calls.push(`update(${renamed(body)})`)
    if (method === "DELETE") calls.push("delete()")
    for (const [field, value] of Object.entries(key ?? {})) calls.push(`eq(${column(field)}, ${JSON.stringify(value)})`)
    if (!isRow && path !== encodeURIComponent(table.path)) return null
    const fields = new Set(columns.keys())
    for (const [name, value] of isRow ? [] : pairs(query ?? "")) {
        if (name === "order") {
            for (const term of value.split(",")) {
                const [field, ...how] = term.split(".")
                if (!fields.has(field)) return null
                const options = [how.includes("desc") && "ascending: false", how.includes("nullslast") && "nullsFirst: false",
                    how.includes("nullsfirst") && "nullsFirst: true"].filter(Boolean)
                calls.push(`order(${column(field)}${options.length ? `, { ${options.join(", ")} }` : ""})`)
            }
        } else if (name === "limit") calls.push(`limit(${Number(value)})`)
        else if (PARAMETERS.includes(name) || !fields.has(name)) return null
        else {
            const parts = /^(not\.)?([a-z]+)(?:\((\w+)\))?\.(.*)$/s.exec(value)
            if (!parts || parts[3]) return null
            const operand = parts[2] === "is" && parts[4] === "not_null" ? "null" : parts[4]
            const isNot = Boolean(parts[1]) !== (parts[4] === "not_null" && parts[2] === "is")
            calls.push(isNot
                ? `not(${column(name)}, ${JSON.stringify(parts[2])}, ${parts[2] === "is" ? operand : JSON.stringify(operand)})`
                : parts[2] === "is" ? `is(${column(name)}, ${operand})`
                    : `filter(${column(name)}, ${JSON.stringify(parts[2])}, ${JSON.stringify(operand)})`)
        }
    }
    if (isRow && method !== "DELETE") calls.push(...(method === "PATCH" ? ["select()"] : []), "single()")
    const client = `const supabase = createClient(${JSON.stringify(location.origin)}, ${hasKey() ? "process.env.SECRET_KEY" : "\"any text\""})`
    return `import { createClient } from "@supabase/supabase-js"\n\n${client}\nconst { data, error } = await ${[from, ...calls].join("\n  .")}`
}

/**
 * A panel that shows the request in several languages.
 * @param {Request} request
 */
export function requestPanel(request) {
    const languages = /** @type {[string, string | null][]} */ ([
        ["curl", curl(request)], ["fetch", fetched(request)], ["supabase-js", supabase(request)],
    ]).filter(([, text]) => text !== null)
    const code = h("code")
    const panel = h("pre", { role: "tabpanel", id: "request-text", tabindex: "0" }, code)
    const copy = copyButton(() => code.textContent ?? "")
    const tabs = languages.map(([name, text], at) => h("button", {
        type: "button", role: "tab", id: `request-${name}`, "aria-controls": "request-text", onclick: () => show(at),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
            if (step === undefined) return
            event.preventDefault()
            show((at + step + tabs.length) % tabs.length)
        },
    }, name))
    const show = (/** @type {number} */ chosen) => {
        const hadFocus = tabs.includes(document.activeElement)
        tabs.forEach((tab, at) => {
            tab.setAttribute("aria-selected", String(at === chosen))
            tab.tabIndex = at === chosen ? 0 : -1
        })
        if (hadFocus) tabs[chosen].focus()
        panel.setAttribute("aria-labelledby", tabs[chosen].id)
        fill(code, languages[chosen][1])
    }
    show(0)
    return h("details", { class: "request" }, h("summary", null, "Request"),
        h("div", { class: "inside" },
            h("div", { class: "tabs" }, h("div", { role: "tablist", "aria-label": "Languages", class: "tabs" }, tabs), copy), panel))
}

/**
 * A panel with the JSON of something.
 * @param {unknown} document
 */
export function jsonPanel(document) {
    const MAX = 200_000
    const text = JSON.stringify(document, null, 2)
    const code = h("code")
    const inside = h("div", { class: "inside" },
        h("div", { class: "tabs" }, copyButton(() => text)), h("pre", { tabindex: "0", "aria-label": "JSON" }, code))
    return h("details", {
        class: "json",
        // A megabyte is laid out only when someone wants to see it.
        ontoggle: () => fill(code, text.length > MAX ? `${text.slice(0, MAX)}\n… (copy for all of it)` : text),
    }, h("summary", null, "JSON"), inside)
}
