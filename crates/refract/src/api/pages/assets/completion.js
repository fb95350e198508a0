// The line for filters, with a list of what may come next (the ARIA pattern of a combobox).

import { fill, h } from "./dom.js"

/** @typedef {import("./grammar.js").Completion} Completion */

/**
 * @param {{ value: string, complete: (line: string, caret: number) => Completion,
 *   onsubmit: (line: string) => void, onleave: () => void, problemId: string }} options
 */
export function queryLine({ value, complete, onsubmit, onleave, problemId }) {
    const list = h("ul", { class: "options", role: "listbox", id: "options", "aria-label": "Suggestions", hidden: true })
    const input = /** @type {HTMLInputElement} */ (h("input", {
        type: "text",
        id: "query",
        role: "combobox",
        "aria-label": "Filters, as in the URL",
        "aria-autocomplete": "list",
        "aria-controls": "options",
        "aria-expanded": "false",
        "aria-describedby": problemId,
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        placeholder: "field=eq.value&order=field.desc",
        value,
    }))
    /** @type {Completion} */
    let completion = { from: 0, to: 0, options: [] }
    let chosen = -1

    const close = () => {
        list.hidden = true
        chosen = -1
        input.setAttribute("aria-expanded", "false")
        input.removeAttribute("aria-activedescendant")
    }
    const mark = (/** @type {number} */ position) => {
        chosen = position
        ;[...list.children].forEach((item, at) => {
            item.setAttribute("aria-selected", String(at === chosen))
            if (at === chosen) item.scrollIntoView({ block: "nearest" })
        })
        if (chosen < 0) input.removeAttribute("aria-activedescendant")
        else input.setAttribute("aria-activedescendant", `option-${chosen}`)
    }
    const suggest = () => {
        completion = complete(input.value, input.selectionStart ?? input.value.length)
        if (completion.options.length === 0) return close()
        fill(list, ...completion.options.map((option, at) => h("li", {
            role: "option",
            id: `option-${at}`,
            "aria-selected": "false",
            // Not a click: the line would lose the focus first.
            onpointerdown: (/** @type {Event} */ event) => {
                event.preventDefault()
                take(at)
            },
        }, h("span", { class: "mono" }, option.text), h("span", { class: "about" }, option.about))))
        list.hidden = false
        list.scrollTop = 0
        input.setAttribute("aria-expanded", "true")
        mark(-1)
    }
    const take = (/** @type {number} */ position) => {
        const { from, to, options } = completion
        const option = options[position]
        const line = input.value
        input.value = line.slice(0, from) + option.text + line.slice(to)
        const caret = from + option.text.length
        input.focus()
        input.setSelectionRange(caret, caret)
        if (option.more) suggest()
        else close()
    }
    input.addEventListener("input", suggest)
    input.addEventListener("click", suggest)
    input.addEventListener("blur", close)
    input.addEventListener("keydown", (event) => {
        const isOpen = !list.hidden
        const last = completion.options.length - 1
        switch (event.key) {
            case "ArrowDown":
                event.preventDefault()
                if (!isOpen) {
                    suggest()
                    if (list.hidden) onleave()
                } else mark(chosen >= last ? 0 : chosen + 1)
                break
            case "ArrowUp":
                if (!isOpen) return
                event.preventDefault()
                mark(chosen <= 0 ? last : chosen - 1)
                break
            case "Tab":
                if (!isOpen || chosen < 0) return
                event.preventDefault()
                take(chosen)
                break
            case "Enter":
                event.preventDefault()
                if (isOpen && chosen >= 0) take(chosen)
                else {
                    close()
                    onsubmit(input.value)
                }
                break
            case "Escape":
                event.preventDefault()
                event.stopPropagation()
                if (isOpen) close()
                else onleave()
                break
        }
    })
    const element = h("div", { class: "query", role: "search" },
        h("div", { class: "box" }, input, h("kbd", { "aria-hidden": "true" }, "/"), list),
        h("button", { type: "button", onclick: () => onsubmit(input.value) }, "Apply"))
    return { element, input }
}
