// Two people have changed the same row: what each of them wrote, and which of it is to stay.

import { h } from "./dom.js"
import { whole } from "./values.js"

/** @typedef {import("./api.js").Table} Table */

/** @param {any} one @param {any} other */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other)

/**
 * @param {{ table: Table, before: Record<string, any>, theirs: Record<string, any>, yours: Record<string, any>,
 *   onsave: (body: Record<string, any>) => void, ondiscard: () => void }} options
 *   `yours` are the changed fields alone
 */
export function conflictView({ table, before, theirs, yours, onsave, ondiscard }) {
    const fields = new Map(table.fields.map((field) => [field.name, field]))
    const names = table.fields.map((field) => field.name).filter((name) => name in yours || !isSame(before[name], theirs[name]))
    /** @type {Map<string, any>} */
    const choices = new Map()
    const rows = names.map((name) => {
        const isTheirs = !isSame(before[name], theirs[name])
        const isYours = name in yours
        const field = fields.get(name)
        /** @param {"theirs" | "yours"} whose @param {any} value @param {boolean} checked */
        const choice = (whose, value, checked) => {
            const radio = h("input", { type: "radio", name: `keep-${name}`, value: whose, checked, "aria-label": `${name}: keep ${whose}` })
            const box = h("td", { "data-label": whose === "theirs" ? "Now in the database" : "Yours", class: checked ? "chosen" : "" }, h("label", null, radio, h("span", null, whole(value, field))))
            radio.addEventListener("change", () => {
                for (const other of box.parentElement.children) other.classList.remove("chosen")
                box.classList.add("chosen")
            })
            return { box, radio }
        }
        let cells
        if (isYours && !isSame(theirs[name], yours[name])) {
            const [their, mine] = [choice("theirs", theirs[name], false), choice("yours", yours[name], true)]
            choices.set(name, mine.radio)
            cells = [their.box, mine.box]
        } else {
            cells = [h("td", { "data-label": "Now in the database" }, whole(theirs[name], field)),
                h("td", { "data-label": "Yours", class: "muted" }, isYours ? "the same" : "not changed by you")]
        }
        return h("tr", null, h("th", { scope: "row" }, name, " ", isTheirs && h("span", { class: "tag warn" }, "changed meanwhile")),
            h("td", { "data-label": "When you opened it", class: "muted" }, whole(before[name], field)), cells)
    })
    const save = () => {
        const kept = [...choices].filter(([, radio]) => radio.checked).map(([name]) => [name, yours[name]])
        onsave(Object.fromEntries(kept))
    }
    return h("section", { class: "stack", id: "conflict", "aria-labelledby": "conflict-title" },
        h("h2", { id: "conflict-title", tabindex: "-1" }, "Someone else has changed this row"),
        h("p", null, "Nothing has been saved. Choose what is to stay in each field that both of you have changed."),
        h("div", { class: "card scroll" }, h("table", { class: "versions" },
            h("thead", null, h("tr", null, ["Field", "When you opened it", "Now in the database", "Yours"].map((name) => h("th", { scope: "col" }, name)))),
            h("tbody", null, rows))),
        h("p", { class: "choices" },
            h("button", { type: "button", class: "primary", id: "resolve", onclick: save }, "Save what is chosen"),
            h("button", { type: "button", id: "discard", onclick: ondiscard }, "Discard my changes")))
}
