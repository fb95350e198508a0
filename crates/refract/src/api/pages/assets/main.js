// `/data`: what the path says is what is shown.
//
// `/data/{table}?{query}`, `/data/{table}/{key}` and `/data/{table}/{key}/{relation}` show what the same
// paths below `/api/v1` answer. `#new` and `#edit` open forms.

import * as api from "./api.js"
import { fill, h, shownModally } from "./dom.js"
import { listView } from "./list.js"
import { newRowView, rowView } from "./row.js"
import { tableList } from "./tables.js"

const app = /** @type {HTMLElement} */ (document.getElementById("app"))
const main = h("main", { id: "main", tabindex: "-1" })
/** @type {{ element: Element, shown: Promise<void>, focusFilter?: () => void, focus?: () => void } | null} */
let view = null
/** @type {api.Tables} */
let all
/** @type {ReturnType<typeof tableList>} */
let side
let inFlight = new AbortController()
/** @type {(() => boolean) | null} */
let isTouched = null
let here = location.href

/**
 * Shows another place, and notes it in the browser's history.
 * @param {string} path
 * @param {any} [state]
 */
function go(path, state) {
    history.pushState(state ?? null, "", path)
    show(true)
}

/** Whether what a person has typed in may be lost. */
const mayLeave = () => !isTouched?.() || confirm("What you have typed in has not been saved. Leave it?")

/** @param {string | undefined} text */
const decoded = (text) => {
    try {
        return decodeURIComponent(text ?? "")
    } catch {
        return text ?? ""
    }
}

/** @param {boolean} moves whether the focus follows */
async function show(moves) {
    inFlight.abort()
    inFlight = new AbortController()
    const { signal } = inFlight
    isTouched = null
    here = location.href
    const [, , first, segment, relationName] = location.pathname.split("/")
    const query = location.search.slice(1)
    if (!first) {
        side.mark(null)
        document.title = "Data – Refract"
        view = null
        fill(main, h("div", { class: "work" }, h("h1", { tabindex: "-1" }, "Data"), all.tables.length
            ? h("p", { class: "muted" }, "Choose a table. Press ", h("kbd", null, "?"), " for the keys.")
            : h("p", { class: "notice" }, "The database has no table yet. Run the app's migrations.")))
        return
    }
    let table
    try {
        table = await api.table(decoded(first))
    } catch (error) {
        if (signal.aborted) return
        side.mark(decoded(first))
        fill(main, h("div", { class: "work" }, h("h1", { tabindex: "-1" }, decoded(first)),
            error instanceof api.Problem && error.status === 404 ? h("p", { class: "failure", role: "alert" }, "No table or view has this name.") : api.failure(error)))
        return
    }
    if (signal.aborted) return
    side.mark(table.path)
    const path = encodeURIComponent(table.path)
    const canWrite = !all.readOnly && !table.isView
    const guard = (/** @type {(() => boolean) | null} */ check) => { isTouched = check }
    const link = (/** @type {string} */ to, /** @type {string} */ text) => h("a", { href: to }, text)
    const crumbs = (/** @type {any[]} */ ...parts) => h("span", { class: "crumbs" }, parts.flatMap((part, at) => at ? [" / ", part] : [part]))
    const shared = { canWrite, signal, go, guard }
    const lists = { ...shared, isPostgres: all.database === "postgres", query, trail: /** @type {string[]} */ (history.state?.trail ?? []) }
    let title = table.name
    if (segment === undefined || segment === "") {
        if (location.hash === "#new" && canWrite) {
            title = `New row of ${table.name}`
            view = newRowView({ table, go, guard, crumbs: crumbs(link(`/data/${path}`, table.name), "New row") })
        } else view = listView({ ...lists, table, apiPath: path, pagePath: `/data/${path}`, crumbs: table.name })
    } else if (relationName === undefined || relationName === "") {
        title = `${decoded(segment)} – ${table.name}`
        view = rowView({
            ...shared, table, segment, deleted: new URLSearchParams(query).has("deleted"), edit: location.hash === "#edit",
            crumbs: crumbs(link(`/data/${path}`, table.name), decoded(segment)),
        })
    } else {
        const relation = table.relations.find((one) => one.name === decoded(relationName))
        const target = relation && await api.table(relation.path).catch(() => undefined)
        if (signal.aborted) return
        if (!relation || !target) {
            fill(main, h("div", { class: "work" }, h("p", { class: "failure", role: "alert" }, "The row has no such relation.")))
            return
        }
        title = `${relation.name} of ${decoded(segment)} – ${table.name}`
        const pagePath = `/data/${path}/${segment}/${encodeURIComponent(relation.name)}`
        view = listView({
            ...lists, canWrite: canWrite && !target.isView, table: target, apiPath: pagePath.slice("/data/".length), pagePath,
            crumbs: crumbs(link(`/data/${path}`, table.name), link(`/data/${path}/${segment}`, decoded(segment)), relation.name),
        })
    }
    document.title = `${title} – Refract`
    fill(main, view.element)
    scrollTo(0, 0)
    if (view.focus) view.focus()
    else if (moves) main.querySelector("h1")?.focus()
    await view.shown
}

/** The keys, for people. */
const KEYS = [
    ["/", "the line for filters"], ["t", "the list of tables"], ["↑ ↓", "among rows, tables and suggestions"], ["Enter", "open, or apply"],
    ["n", "new row, or next page where rows cannot be written"], ["e", "edit the row"], ["Esc", "back, or close"], ["?", "these keys"],
]

/** @param {KeyboardEvent} event */
function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return
    const target = /** @type {HTMLElement} */ (event.target)
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
    const click = (/** @type {string} */ selector) => {
        const found = /** @type {HTMLElement | null} */ (main.querySelector(selector))
        if (!found) return
        event.preventDefault()
        found.click()
    }
    if (event.key === "Escape") {
        if (main.querySelector("#cancel")) click("#cancel")
        else if (main.querySelector("#discard")) click("#discard")
        else if (!isTyping) up()
        return
    }
    if (isTyping) return
    switch (event.key) {
        case "/":
            event.preventDefault()
            view?.focusFilter?.()
            break
        case "t":
            event.preventDefault()
            side.focus()
            break
        case "n":
            click("#new, #next")
            break
        case "e":
            click("#edit")
            break
        case "?":
            shownModally(h("dialog", { "aria-labelledby": "keys-title" }, h("h2", { id: "keys-title" }, "Keys"),
                h("dl", { class: "keys" }, KEYS.flatMap(([key, about]) => [h("dt", null, h("kbd", null, key)), h("dd", null, about)])),
                h("form", { method: "dialog" }, h("p", { class: "actions" }, h("button", { class: "primary" }, "Close")))))
            break
    }
}

/** Goes to the place above this one. */
function up() {
    const parts = location.pathname.split("/").filter(Boolean)
    if (parts.length > 2) go(`/${parts.slice(0, -1).join("/")}`)
}

document.addEventListener("keydown", onKey)
document.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest?.("a")
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    if (!link || !isPlain || event.defaultPrevented || link.origin !== location.origin) return
    if (link.pathname !== "/data" && !link.pathname.startsWith("/data/")) return
    event.preventDefault()
    if (mayLeave()) go(link.href)
})
addEventListener("popstate", () => {
    if (mayLeave()) show(true)
    else history.pushState(null, "", here)
})
addEventListener("beforeunload", (event) => {
    if (isTouched?.()) event.preventDefault()
})

try {
    all = await api.tables()
    side = tableList(all)
    fill(app, side.element, main)
    if (all.readOnly) document.querySelector(".bar")?.append(h("span", { class: "tag" }, "READ_ONLY"))
    await show(false)
} catch (error) {
    fill(app, h("main", { id: "main", class: "work" }, h("h1", null, "Data"), api.failure(error)))
}
