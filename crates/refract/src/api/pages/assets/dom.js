// Elements, made without HTML: every text becomes a text node.

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, any>} Properties attributes; `on…` are listeners, `true` is an empty attribute
 */

/**
 * Makes an element.
 * @param {string} tag
 * @param {Properties | null} [properties]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, properties, ...children) {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === undefined || value === null || value === false) continue
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
        else if (name === "value") /** @type {any} */ (element).value = value
        else element.setAttribute(name, value === true ? "" : String(value))
    }
    for (const child of children.flat()) {
        if (child !== null && child !== undefined && child !== false) element.append(child)
    }
    return element
}

/**
 * Puts children in the place of others.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
    parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false))
}

let timer = 0

/**
 * Says something to everyone: it is shown for a while, and screen readers read it.
 * @param {string} text
 * @param {boolean} [quiet] whether only screen readers are told
 */
export function announce(text, quiet = false) {
    const status = /** @type {HTMLElement} */ (document.getElementById("status"))
    clearTimeout(timer)
    fill(status, h("span", { class: quiet ? "quiet" : "" }, text))
    timer = setTimeout(() => fill(status), 6000)
}

/**
 * A number as people read it.
 * @param {number} count
 */
export const counted = (count) => count.toLocaleString("en-US")

/**
 * A button that copies a text.
 * @param {() => string} text
 */
export function copyButton(text) {
    return h("button", {
        type: "button",
        class: "copy",
        onclick: async () => {
            try {
                await navigator.clipboard.writeText(text())
                announce("Copied.")
            } catch {
                announce("The browser does not allow copying here. Select the text instead.")
            }
        },
    }, "Copy")
}

/**
 * Shows a dialog until it is closed. Resolves with what the dialog returns.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>}
 */
export function shownModally(dialog) {
    document.body.append(dialog)
    dialog.showModal()
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            dialog.remove()
            resolve(dialog.returnValue)
        })
    })
}
