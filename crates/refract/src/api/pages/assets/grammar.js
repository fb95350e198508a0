// The URL's grammar: query strings as people type them, and what may come next.

/** @typedef {import("./api.js").Table} Table */
/** @typedef {import("./api.js").Field} Field */
/** @typedef {{ text: string, about: string, more?: boolean }} Option `more`: something has to follow */
/** @typedef {{ from: number, to: number, options: Option[] }} Completion */

/** Parameters that are not filters. */
export const PARAMETERS = ["select", "order", "limit", "offset", "cursor", "count", "deleted"]

/**
 * The items of a query string, decoded.
 * @param {string} query
 * @returns {[string, string][]}
 */
export const pairs = (query) => [...new URLSearchParams(query)]

/**
 * A query string of items.
 * @param {[string, string][]} items
 */
export const queryOf = (items) => items.map(([name, value]) => `${readable(name)}=${readable(value)}`).join("&")

/**
 * Percent-encodes what a query string cannot hold, and no more, so that it can be read.
 * @param {string} text
 */
const readable = (text) => encodeURIComponent(text).replace(/%(2C|3A|28|29|2A|22|3E|7B|7D|2F|40|24|5B|5D|3D)/gi, (code) =>
    code === "%22" || code === "%3E" || code === "%7B" || code === "%7D" ? code : decodeURIComponent(code))

/**
 * The query string of a line that a person has typed. `&` separates; in a value it is written `%26`.
 * @param {string} line
 */
export function queryOfLine(line) {
    const items = line.split("&").map((item) => item.trim()).filter(Boolean)
    return items.map((item) => {
        const at = item.indexOf("=")
        const decoded = (/** @type {string} */ text) => text.replace(/%(26|25|23|2B)/gi, (code) => decodeURIComponent(code))
        return at < 0 ? readable(decoded(item)) : `${readable(decoded(item.slice(0, at)))}=${readable(decoded(item.slice(at + 1)))}`
    }).join("&")
}

/**
 * The line that stands for a query string.
 * @param {string} query
 */
export function lineOf(query) {
    const shown = (/** @type {string} */ text) => text.replace(/%(?=26|25|23|2B)/gi, "%25").replaceAll("&", "%26")
    return pairs(query).filter(([name]) => name !== "cursor").map(([name, value]) => value === "" ? shown(name) : `${shown(name)}=${shown(value)}`).join("&")
}

/**
 * The filters of a query string: what a count needs.
 * @param {string} query
 */
export const filtersOf = (query) => queryOf(pairs(query).filter(([name]) => name === "deleted" || !PARAMETERS.includes(name)))

/**
 * A query string with another value of a parameter, or without it.
 * @param {string} query
 * @param {Record<string, string | null>} changes
 */
export function changed(query, changes) {
    const kept = pairs(query).filter(([name]) => !(name in changes))
    const added = Object.entries(changes).filter(([, value]) => value !== null)
    return queryOf([...kept, .../** @type {[string, string][]} */ (added)])
}

const ORDERED = [
    ["gt", "greater than"], ["gte", "greater or equal"], ["lt", "less than"], ["lte", "less or equal"],
]
const EQUAL = [["eq", "equal"], ["neq", "not equal"], ["in", "one of a list: in.(a,b)"]]
const LIKE = [["ilike", "pattern without case, * for anything"], ["like", "pattern, * for anything"]]
const REGULAR = [["imatch", "regular expression without case"], ["match", "regular expression"], ["wfts", "full text search"]]
const INSIDE = [["cs", "contains"], ["cd", "is contained in"]]

/**
 * The operators that go with a field.
 * @param {Field} field
 * @param {boolean} isPostgres
 * @returns {Option[]}
 */
function operators(field, isPostgres) {
    const byKind = {
        boolean: [["is.true", ""], ["is.false", ""]],
        number: [...EQUAL, ...ORDERED],
        digits: [...EQUAL, ...ORDERED],
        moment: [...ORDERED, ...EQUAL],
        enum: EQUAL,
        json: isPostgres ? INSIDE : [],
        bytes: EQUAL,
        text: [...EQUAL, ...LIKE, ...ORDERED, ...(isPostgres ? REGULAR : [])],
    }
    const found = byKind[/** @type {keyof typeof byKind} */ (field.kind)] ?? EQUAL
    const nulls = field.nullable ? [["is.null", "has no value"], ["is.not_null", "has a value"]] : []
    return [...found, ...nulls].map(([name, about]) =>
        name.startsWith("is.") ? { text: name, about } : { text: name === "in" ? "in.(" : `${name}.`, about, more: true })
}

/**
 * What may stand where the caret is.
 * @param {string} line
 * @param {number} caret
 * @param {Table} table
 * @param {boolean} isPostgres
 * @returns {Completion}
 */
export function completions(line, caret, table, isPostgres) {
    const start = line.lastIndexOf("&", caret - 1) + 1
    const end = line.indexOf("&", caret) < 0 ? line.length : line.indexOf("&", caret)
    const before = line.slice(start, caret)
    const fields = table.fields.filter((field) => !field.hidden)
    const equals = before.indexOf("=")
    /** @param {string} part @param {Option[]} all */
    const matching = (part, all) => {
        const wanted = part.toLowerCase()
        const found = all.filter((option) => option.text.toLowerCase().startsWith(wanted))
        const inside = all.filter((option) => !found.includes(option) && option.text.toLowerCase().includes(wanted))
        const options = [...found, ...inside].filter((option) => option.text !== part)
        return { from: caret - part.length, to: end, options: options.slice(0, 60) }
    }
    if (equals < 0) {
        return matching(before, [
            ...fields.map((field) => ({ text: `${field.name}=`, about: field.type, more: true })),
            { text: "order=", about: "sort", more: true },
            { text: "select=", about: "fields to show", more: true },
            { text: "or=(", about: "one of several filters", more: true },
            { text: "and=(", about: "all of several filters", more: true },
            ...(table.softDelete ? [{ text: "deleted=", about: "deleted rows", more: true }] : []),
            ...table.relations.map((relation) => ({ text: `${relation.name}=`, about: `has rows of ${relation.target}`, more: true })),
        ])
    }
    const name = before.slice(0, equals)
    const value = before.slice(equals + 1)
    const last = value.slice(value.lastIndexOf(",") + 1)
    if (name === "order") {
        const dot = last.indexOf(".")
        if (dot < 0) return matching(last, fields.map((field) => ({ text: field.name, about: field.type })))
        return matching(last.slice(dot + 1), [
            { text: "desc", about: "largest first" }, { text: "asc", about: "smallest first" },
            { text: "desc.nullslast", about: "largest first, NULL at the end" }, { text: "asc.nullsfirst", about: "NULL first" },
        ])
    }
    if (name === "select") {
        return matching(last.slice(last.lastIndexOf("(") + 1), [
            ...fields.map((field) => ({ text: field.name, about: field.type })),
            ...table.relations.map((relation) => ({ text: `${relation.name}(`, about: relation.target, more: true })),
        ])
    }
    if (name === "deleted") {
        return matching(value, [{ text: "include", about: "deleted rows too" }, { text: "only", about: "only deleted rows" }])
    }
    if (table.relations.some((relation) => relation.name === name)) {
        return matching(value, [{ text: "not.is.null", about: "has related rows" }, { text: "is.null", about: "has none" }])
    }
    const field = fields.find((one) => one.name === name)
    if (!field) return { from: caret, to: caret, options: [] }
    const operator = /^(not\.)?(eq|neq|in)\.(\(?)/.exec(value)
    if (operator && (field.values || field.kind === "boolean")) {
        const typed = value.slice(operator[0].length)
        const part = typed.slice(typed.lastIndexOf(",") + 1)
        return matching(part, (field.values ?? ["true", "false"]).map((text) => ({ text, about: "" })))
    }
    const negated = value.startsWith("not.") ? "not.".length : 0
    return matching(value.slice(negated), [
        ...operators(field, isPostgres),
        ...(negated ? [] : [{ text: "not.", about: "the opposite", more: true }]),
    ])
}
