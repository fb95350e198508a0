// One row: its fields, what is related to it, its form, and its end.

import { API, Problem, call, failure } from "./api.js"
import { conflictView } from "./conflict.js"
import { announce, counted, fill, h, shownModally } from "./dom.js"
import { rowForm } from "./form.js"
import { jsonPanel, requestPanel } from "./snippets.js"
import { rowPath, toOnePath, whole } from "./values.js"

/** @typedef {import("./api.js").Table} Table */
/** @typedef {{ table: Table, segment: string, deleted: boolean, edit: boolean, canWrite: boolean, signal: AbortSignal,
 *   crumbs: any, go: (path: string, state?: any) => void, guard: (isTouched: (() => boolean) | null) => void }} RowOptions */

/** @param {RowOptions} options */
export function rowView(options) {
    const { table, segment, signal, go, guard } = options
    const path = `${encodeURIComponent(table.path)}/${segment}`
    const query = options.deleted ? "?deleted=include" : ""
    const actions = h("div", { class: "actions" })
    const flags = h("span")
    const content = h("div", { class: "stack" }, h("p", { class: "empty" }, "Loading…"))
    const element = h("div", { class: "work" },
        h("div", { class: "headline" }, h("h1", { tabindex: "-1" }, options.crumbs), flags, actions), content)
    const writable = table.fields.filter((field) => field.writable)

    const read = () => call("GET", `${API}/${path}${query}`, { signal })
    const show = async () => {
        guard(null)
        let answer
        try {
            answer = await read()
        } catch (error) {
            if (signal.aborted) return
            fill(actions)
            fill(content, failure(error), h("p", null, h("a", { href: `/data/${encodeURIComponent(table.path)}` }, `All rows of ${table.name}`)))
            return
        }
        const { body: row, etag } = answer
        if (options.edit && options.canWrite) edit(row, etag)
        else facts(row, etag)
    }

    /** @param {Record<string, any>} row */
    const isDeleted = (row) => {
        const soft = table.softDelete
        return soft !== null && (soft.isFlag ? row[soft.field] === true : row[soft.field] !== null && row[soft.field] !== undefined)
    }

    /** @param {Record<string, any>} row @param {string | null} etag */
    const facts = (row, etag) => {
        fill(flags, isDeleted(row) && h("span", { class: "tag warn" }, "deleted"))
        fill(actions,
            options.canWrite && h("a", { class: "button primary", id: "edit", href: `/data/${path}${query}#edit` }, "Edit"),
            options.canWrite && (!isDeleted(row) || table.softDelete?.hard) &&
                h("button", { type: "button", class: "danger", id: "delete", onclick: () => remove(row, etag) }, "Delete"))
        const fields = table.fields.filter((field) => field.name in row)
        const list = fields.map((field) => {
            const relation = table.relations.find((one) => one.toOne && one.fields.length === 1 && one.fields[0] === field.name && !table.key.includes(field.name))
            const target = relation && toOnePath(relation, row)
            const value = whole(row[field.name], field)
            return h("div", null, h("dt", { title: field.comment }, field.name, h("span", { class: "type" }, field.type)),
                h("dd", { class: field.kind === "json" || field.kind === "bytes" ? "mono" : null }, target ? h("a", { href: target }, value) : value))
        })
        const key = Object.fromEntries(table.key.map((name) => [name, row[name]]))
        fill(content,
            h("div", { class: "columns" },
                h("section", { class: "card", "aria-labelledby": "fields" }, h("h2", { id: "fields" }, "Fields"), h("dl", { class: "facts" }, list)),
                table.relations.length > 0 && h("section", { class: "card", "aria-labelledby": "related" },
                    h("h2", { id: "related" }, "Related rows"), h("ul", { class: "related" }, table.relations.map((relation) => h("li", null, related(relation, row)))))),
            jsonPanel(row), requestPanel({ method: "GET", path, query: query.slice(1), table, isRow: true, key }))
    }

    /** @param {import("./api.js").Relation} relation @param {Record<string, any>} row */
    const related = (relation, row) => {
        const name = h("span", null, relation.name, " ", h("span", { class: "muted" }, relation.target))
        if (relation.toOne) {
            const target = toOnePath(relation, row)
            if (!target) return h("span", { class: "tabs" }, name, h("span", { class: "null" }, "NULL"))
            return h("a", { href: target }, name, h("span", { class: "muted", "aria-hidden": "true" }, "→"))
        }
        const total = h("span", { class: "muted" })
        call("GET", `${API}/${path}/${encodeURIComponent(relation.name)}?limit=0&count=estimated`, { signal })
            .then((answer) => { total.textContent = counted(answer.body.total) }).catch(() => {})
        return h("a", { href: `/data/${path}/${encodeURIComponent(relation.name)}` }, name, total)
    }

    /** @param {Record<string, any>} row @param {string | null} etag */
    const edit = (row, etag) => {
        const form = rowForm({ fields: writable, row })
        guard(form.isTouched)
        fill(actions)
        const message = h("div", { id: "form-problem" })
        const submit = async () => {
            const body = form.read()
            if (!body) return
            if (Object.keys(body).length === 0) {
                announce("Nothing has been changed.")
                return leave(path)
            }
            await save(body, etag, row, message, form)
        }
        fill(content, formElement(form.elements, message, submit, "Save", () => leave(path)))
        form.focus()
    }

    /** @param {string} newPath */
    const leave = (newPath) => {
        guard(null)
        go(`/data/${newPath}${query}`)
    }

    /**
     * @param {Record<string, any>} body @param {string | null} etag @param {Record<string, any>} before
     * @param {Element} message @param {ReturnType<typeof rowForm> | null} form
     */
    const save = async (body, etag, before, message, form) => {
        fill(message)
        try {
            const saved = await call("PATCH", `${API}/${path}${query}`, { body, etag })
            announce("Saved.")
            leave(rowPath(table, saved.body ?? {}) ?? path)
        } catch (error) {
            if (!(error instanceof Problem) || error.status !== 412) return complain(error, message, form)
            await conflict(body, before, message, form)
        }
    }

    /**
     * @param {Record<string, any>} yours @param {Record<string, any>} before
     * @param {Element} message @param {ReturnType<typeof rowForm> | null} form
     */
    const conflict = async (yours, before, message, form) => {
        let now
        try {
            now = await read()
        } catch (error) {
            return complain(error, message, form)
        }
        const below = h("div")
        const view = conflictView({
            table, before, theirs: now.body, yours,
            onsave: (body) => Object.keys(body).length === 0 ? leave(path) : save(body, now.etag, now.body, below, null),
            ondiscard: () => leave(path),
        })
        fill(content, view, below)
        view.querySelector("h2").focus()
        announce("Someone else has changed this row. Nothing has been saved.", true)
    }

    /** @param {Record<string, any>} row @param {string | null} etag */
    const remove = async (row, etag) => {
        const soft = table.softDelete
        const isMarked = isDeleted(row)
        const forGood = soft?.hard && h("input", { type: "checkbox", checked: isMarked, disabled: isMarked })
        const what = soft === null ? "The row is deleted for good." : isMarked ? "The row has been marked as deleted. Now it is deleted for good."
            : `The row is marked as deleted (${soft.field}) and can be brought back.`
        const answer = await shownModally(h("dialog", { "aria-labelledby": "delete-title", id: "confirm" },
            h("h2", { id: "delete-title" }, `Delete this row of ${table.name}?`),
            h("form", { method: "dialog" },
                h("p", { class: "mono" }, decodeURIComponent(segment)), h("p", null, what),
                forGood && h("label", { class: "check" }, forGood, "Delete it for good"),
                h("p", { class: "actions" }, h("button", { value: "no", autofocus: true }, "Keep it"), h("button", { value: "yes", class: "danger" }, "Delete")))))
        if (answer !== "yes") return
        const hard = forGood && forGood.checked ? `${query ? "&" : "?"}hard=true` : ""
        try {
            await call("DELETE", `${API}/${path}${query}${hard}`, { etag })
            announce("Deleted.")
            go(`/data/${encodeURIComponent(table.path)}`)
        } catch (error) {
            const isChanged = error instanceof Problem && error.status === 412
            if (isChanged) await show()
            content.prepend(failure(isChanged ? new Problem(412, { code: "precondition_failed",
                detail: "The row was changed meanwhile, and has not been deleted. This is what it holds now." }) : error))
        }
    }
    return { element, shown: show() }
}

/** @param {Pick<RowOptions, "table" | "crumbs" | "go" | "guard">} options */
export function newRowView({ table, crumbs, go, guard }) {
    const form = rowForm({ fields: table.fields.filter((field) => field.writable), row: null })
    guard(form.isTouched)
    const message = h("div", { id: "form-problem" })
    const path = encodeURIComponent(table.path)
    const leave = (/** @type {string} */ to) => {
        guard(null)
        go(`/data/${to}`)
    }
    const submit = async () => {
        const body = form.read()
        if (!body) return
        fill(message)
        try {
            const made = await call("POST", `${API}/${path}`, { body })
            announce("Created.")
            leave(rowPath(table, made.body ?? {}) ?? path)
        } catch (error) {
            complain(error, message, form)
        }
    }
    const element = h("div", { class: "work" }, h("div", { class: "headline" }, h("h1", { tabindex: "-1" }, crumbs)),
        formElement(form.elements, message, submit, "Create", () => leave(path)))
    return { element, shown: Promise.resolve(), focus: form.focus }
}

/**
 * @param {any[]} elements @param {Element} message @param {() => Promise<void>} submit @param {string} verb @param {() => void} cancel
 */
function formElement(elements, message, submit, verb, cancel) {
    const button = h("button", { class: "primary", id: "save" }, verb)
    return h("form", {
        class: "form",
        novalidate: true,
        onsubmit: async (/** @type {Event} */ event) => {
            event.preventDefault()
            button.disabled = true
            await submit().finally(() => { button.disabled = false })
        },
    }, message, elements, h("div", { class: "actions" }, button, h("button", { type: "button", id: "cancel", onclick: cancel }, "Cancel")))
}

/**
 * Shows what the server refused: at the fields, and the rest above the form.
 * @param {unknown} error @param {Element} message @param {ReturnType<typeof rowForm> | null} form
 */
function complain(error, message, form) {
    const others = error instanceof Problem && form ? form.complain(error.errors) : []
    fill(message, failure(error), others.length > 0 && h("ul", null, others.map((problem) => h("li", null, `${problem.field} ${problem.message}`))))
}
