// The list of tables at the side, with the number of their rows.

import { EXACT, count } from "./api.js"
import { counted, fill, h } from "./dom.js"

/** @typedef {import("./api.js").Tables} Tables */

/** Counts that are asked for at a time. */
const AT_A_TIME = 2

/**
 * A count as people read it.
 * @param {number} total
 */
export const countText = (total) => total > EXACT ? `~${counted(total)}` : counted(total)

/** @param {Tables} all */
export function tableList(all) {
    /** @type {(() => Promise<void>)[]} */
    const waiting = []
    let running = 0
    const next = () => {
        const job = running < AT_A_TIME ? waiting.shift() : undefined
        if (!job) return
        running += 1
        job().catch(() => {}).finally(() => {
            running -= 1
            next()
        })
        next()
    }
    // A table is counted when its name comes into view.
    const seen = new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries) {
            if (!isIntersecting) continue
            seen.unobserve(target)
            waiting.push(async () => {
                const label = /** @type {HTMLElement} */ (target.querySelector(".count"))
                label.textContent = countText(await count(encodeURIComponent(/** @type {HTMLElement} */ (target).dataset.path ?? "")))
            })
        }
        next()
    })
    const links = all.tables.map((table) => h("a", {
        href: `/data/${encodeURIComponent(table.path)}`,
        class: table.isView ? "view" : "",
        "data-path": table.path,
        title: table.isView ? `${table.name} (view)` : table.name,
    }, h("span", { class: "name" }, table.name), h("span", { class: "count" })))
    const items = links.map((link) => h("li", null, link))
    const list = h("ul", null, items)
    const none = h("p", { class: "empty", hidden: true }, "No table has such a name.")
    const find = h("input", {
        type: "search",
        "aria-label": "Find a table",
        placeholder: `Find among ${counted(all.tables.length)}`,
        oninput: () => {
            const wanted = find.value.trim().toLowerCase()
            let shown = 0
            all.tables.forEach((table, at) => {
                items[at].hidden = !table.name.toLowerCase().includes(wanted) && !table.path.includes(wanted)
                shown += items[at].hidden ? 0 : 1
            })
            none.hidden = shown > 0
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
            const first = items.find((item) => !item.hidden)?.firstElementChild
            if (event.key === "Enter" && first) first.click()
            if (event.key === "ArrowDown" && first) {
                event.preventDefault()
                first.focus()
            }
            if (event.key === "Escape" && find.value) {
                event.stopPropagation()
                find.value = ""
                find.dispatchEvent(new Event("input"))
            }
        },
    })
    list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => moveAmong(event, items.filter((item) => !item.hidden).map((item) => item.firstElementChild)))
    const current = h("span", null, "Tables")
    const toggle = h("button", {
        class: "side-toggle",
        type: "button",
        "aria-expanded": "false",
        onclick: () => open(!element.classList.contains("open")),
    }, current, h("span", { "aria-hidden": "true" }, "▾"))
    const element = h("nav", { class: "side", "aria-label": "Tables" }, toggle, h("div", { class: "find" }, find), none, list)
    const open = (/** @type {boolean} */ isOpen) => {
        element.classList.toggle("open", isOpen)
        toggle.setAttribute("aria-expanded", String(isOpen))
    }
    for (const link of links) seen.observe(link)
    return {
        element,
        focus() {
            open(true)
            find.focus()
        },
        /** @param {string | null} path */
        mark(path) {
            open(path === null)
            links.forEach((link, at) => {
                if (all.tables[at].path === path) {
                    link.setAttribute("aria-current", "page")
                    link.scrollIntoView({ block: "nearest" })
                } else link.removeAttribute("aria-current")
            })
            fill(current, all.tables.find((table) => table.path === path)?.name ?? "Tables")
        },
    }
}

/**
 * Moves the focus among elements with the arrows.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} elements
 * @param {() => void} [above] what the arrow upwards does on the first
 */
export function moveAmong(event, elements, above) {
    const at = elements.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: elements.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    if (to < 0) above?.()
    else elements[Math.min(to, elements.length - 1)].focus()
}
