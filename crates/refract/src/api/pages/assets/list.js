// The rows of a table, of a view, or of a relation of a row.

import { API, call, count, failure } from "./api.js"
import { queryLine } from "./completion.js"
import { announce, counted, fill, h, shownModally } from "./dom.js"
import { changed, completions, filtersOf, lineOf, pairs, queryOfLine } from "./grammar.js"
import { jsonPanel, requestPanel } from "./snippets.js"
import { countText, moveAmong } from "./tables.js"
import { cell, rowPath, toOnePath } from "./values.js"

/** @typedef {import("./api.js").Table} Table */
/** @typedef {{ table: Table, apiPath: string, pagePath: string, query: string, crumbs: any, canWrite: boolean,
 *   isPostgres: boolean, trail: string[], signal: AbortSignal, go: (path: string, state?: any) => void }} ListOptions */

const SIZES = [25, 50, 100, 200]

/** @param {ListOptions} options */
export function listView(options) {
    const { table, apiPath, pagePath, query, canWrite, isPostgres, trail, signal, go } = options
    const at = (/** @type {string} */ changedQuery) => `${pagePath}${changedQuery ? `?${changedQuery}` : ""}`
    const limit = pairs(query).find(([name]) => name === "limit")?.[1]
    const asked = limit === undefined ? [query, "limit=50"].filter(Boolean).join("&") : query
    const isOfTable = apiPath === encodeURIComponent(table.path)

    const total = h("span", { class: "muted", id: "total" })
    const problem = h("div", { id: "query-problem" })
    const line = queryLine({
        value: lineOf(query),
        problemId: "query-problem",
        complete: (text, caret) => completions(text, caret, table, isPostgres),
        onsubmit: (text) => go(at(queryOfLine(text))),
        onleave: () => grid.querySelector("tbody a, tbody button")?.focus(),
    })
    const grid = h("div", { class: "grid", role: "region", "aria-label": `Rows of ${table.name}`, tabindex: "0", "aria-busy": "true" },
        h("p", { class: "empty" }, "Loading…"))
    const foot = h("div", { class: "foot" })
    const soft = table.softDelete && h("label", null, "Deleted rows",
        h("select", {
            onchange: (/** @type {any} */ event) => go(at(changed(query, { cursor: null, deleted: event.target.value || null }))),
        }, [["", "hidden"], ["include", "shown"], ["only", "only these"]].map(([value, name]) =>
            h("option", { value, selected: (pairs(query).find(([one]) => one === "deleted")?.[1] ?? "") === value }, name))))

    const create = canWrite && isOfTable && h("a", { class: "button primary", href: `${pagePath}#new`, id: "new" }, "New row")
    const element = h("div", { class: "work" },
        h("div", { class: "headline" },
            h("h1", { tabindex: "-1" }, options.crumbs), table.isView && h("span", { class: "tag" }, "view"), total,
            h("div", { class: "actions" }, create)),
        table.comment && h("p", { class: "comment" }, table.comment),
        line.element, problem, grid, foot,
        requestPanel({ method: "GET", path: apiPath, query: asked, table }))

    const show = async () => {
        let answer
        try {
            answer = (await call("GET", `${API}/${apiPath}?${asked}`, { signal })).body
        } catch (error) {
            if (signal.aborted) return
            grid.removeAttribute("aria-busy")
            line.input.setAttribute("aria-invalid", "true")
            fill(problem, failure(error))
            fill(grid, h("p", { class: "empty" }, "No rows are shown, because the request was refused."))
            return
        }
        /** @type {Record<string, any>[]} */
        const rows = answer.data
        grid.removeAttribute("aria-busy")
        fill(grid, rows.length ? rowsTable(rows) : h("p", { class: "empty" },
            query ? "No row matches." : "This table has no rows yet."))
        announce(`${rows.length === 1 ? "1 row" : `${counted(rows.length)} rows`}.`, true)
        const { nextCursor } = answer
        const here = pairs(query).find(([name]) => name === "cursor")?.[1] ?? ""
        fill(foot,
            h("span", { class: "muted" }, `${counted(rows.length)} shown`), soft,
            h("label", null, "Rows per page", h("select", {
                id: "size",
                onchange: (/** @type {any} */ event) => go(at(changed(query, { cursor: null, limit: event.target.value }))),
            }, [...new Set([...SIZES, Number(limit ?? 50)])].filter(Number.isFinite).sort((one, other) => one - other).map((size) =>
                h("option", { value: String(size), selected: String(size) === (limit ?? "50") }, String(size))))),
            h("div", { class: "right" },
                trail.length > 0 && h("button", {
                    type: "button",
                    onclick: () => go(at(changed(query, { cursor: trail[trail.length - 1] || null })), { trail: trail.slice(0, -1) }),
                }, "← Previous"),
                trail.length === 0 && here && h("a", { class: "button", href: at(changed(query, { cursor: null })) }, "First page"),
                nextCursor && h("button", {
                    type: "button",
                    id: "next",
                    onclick: () => go(at(changed(query, { cursor: nextCursor })), { trail: [...trail, here] }),
                }, "Next →")))
        if (isOfTable) {
            count(apiPath, filtersOf(query), signal).then((found) => {
                total.textContent = `${countText(found)} ${found === 1 ? "row" : "rows"}`
            }).catch(() => {})
        }
    }

    /** @param {Record<string, any>[]} rows */
    const rowsTable = (rows) => {
        const fields = new Map(table.fields.map((field) => [field.name, field]))
        const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
        // What addresses a row comes first, where it stays in sight.
        const keys = table.key.filter((name) => names.includes(name))
        const ordered = keys.length === 1 ? [...keys, ...names.filter((name) => !keys.includes(name))] : names
        const deleted = pairs(query).some(([name]) => name === "deleted") ? "?deleted=include" : ""
        const sorted = (pairs(query).find(([name]) => name === "order")?.[1] ?? "").split(",")[0].split(".")
        const isRight = (/** @type {string} */ name) => name !== ordered[0] && ["number", "digits"].includes(fields.get(name)?.kind ?? "")
        const head = ordered.map((name) => {
            const field = fields.get(name)
            const direction = sorted[0] !== name ? null : sorted[1] === "desc" ? "descending" : "ascending"
            const next = direction === null ? name : direction === "ascending" ? `${name}.desc` : null
            return h("th", { scope: "col", class: isRight(name) ? "right" : null, "aria-sort": direction, title: field ? `${field.type}${field.comment ? `: ${field.comment}` : ""}` : null },
                field && field.kind !== "json"
                    ? h("button", { type: "button", onclick: () => go(at(changed(query, { cursor: null, order: next }))) }, name)
                    : h("span", { class: "still" }, name))
        })
        /** @param {Record<string, any>} row @param {string} name */
        const content = (row, name) => {
            const shown = cell(row[name], fields.get(name))
            const relation = table.relations.find((one) => one.toOne && one.fields.length === 1 && one.fields[0] === name && !table.key.includes(name))
            const path = relation && toOnePath(relation, row)
            return path ? h("a", { href: path, title: `${relation.name}: ${relation.target}` }, shown) : shown
        }
        const body = rows.map((row) => {
            const path = rowPath(table, row)
            const open = path
                ? (/** @type {Node} */ child) => h("a", { href: `/data/${path}${deleted}`, class: "open" }, child)
                : (/** @type {Node} */ child) => h("button", { type: "button", class: "plain open", onclick: () => showJson(row) }, child)
            return h("tr", null, ordered.map((name, position) => position === 0
                ? h("th", { scope: "row" }, open(cell(row[name], fields.get(name))))
                : h("td", { class: isRight(name) ? "right" : null }, content(row, name))))
        })
        const tbody = h("tbody", {
            onkeydown: (/** @type {KeyboardEvent} */ event) => {
                const opens = /** @type {HTMLElement[]} */ ([...tbody.querySelectorAll(".open")])
                moveAmong(event, opens, () => line.input.focus())
            },
        }, body)
        return h("table", null, h("caption", { class: "hidden-text" }, `Rows of ${table.name}`), h("thead", null, h("tr", null, head)), tbody)
    }
    return { element, shown: show(), focusFilter: () => line.input.focus() }
}

/**
 * Shows a row that has no address.
 * @param {Record<string, any>} row
 */
function showJson(row) {
    const panel = jsonPanel(row)
    panel.open = true
    shownModally(h("dialog", { "aria-label": "Row" }, panel,
        h("form", { method: "dialog" }, h("p", { class: "actions" }, h("button", { class: "primary" }, "Close")))))
}
