// Prisma's arguments as the query string of /api/v1: docs/query-language.md has its grammar.

import { RefractError } from "./errors.js"

type Value = string | number | boolean | bigint | Date | null | object
type Args = Record<string, any>

/** What an answer holds beyond what was asked for: relations that only a condition needs. */
export interface Extra {
  aliases: string[]
  inside: Record<string, Extra>
}

/** The relations of a model, and those of the models they lead to. `undefined` where they are not known. */
export interface Relations {
  of(name: string): Relations | undefined
}

/** The query string of a request, while it is made. */
export class Query {
  readonly params: [string, string][] = []
  private aliases = 0

  constructor(private readonly relations?: Relations) {}

  /** `select`, `include`, `where`, `orderBy`, `take` and `skip` of a list. */
  list(args: Args): Extra {
    const { items, extra } = this.level(args, [], this.relations)
    this.select(args, items, extra)
    return extra
  }

  /** `select` and `include` of one row. */
  one(args: Args): Extra {
    const { items, extra } = this.selection(args, [], this.relations)
    this.select(args, items, extra)
    return extra
  }

  /** The conditions of a change by filter, which has no `select` of its own. */
  where(where: Args): void {
    const items: string[] = []
    const extra: Extra = { aliases: [], inside: {} }
    const condition = this.conditions(where, [], items, extra)
    if (items.length > 0) throw invalid("where: conditions on related rows are for reads only")
    if (condition) this.params.push(condition)
  }

  private select(args: Args, items: string[], extra: Extra): void {
    if (args.select || args.include || extra.aliases.length > 0) this.params.push(["select", items.join(",")])
  }

  /** One level of a read. `path` has the relations that lead to it. */
  private level(args: Args, path: string[], relations: Relations | undefined): { items: string[]; extra: Extra } {
    const { items, extra } = this.selection(args, path, relations)
    const condition = this.conditions(args.where ?? {}, path, items, extra)
    if (condition) this.params.push(condition)
    const order = this.order(args.orderBy, items, extra)
    const name = (parameter: string) => [...path, parameter].join(".")
    if (order.length > 0) this.params.push([name("order"), order.join(",")])
    if (args.take !== undefined) this.params.push([name("limit"), count(args.take, "take")])
    if (args.skip) this.params.push([name("offset"), count(args.skip, "skip")])
    return { items, extra }
  }

  private selection(args: Args, path: string[], relations: Relations | undefined): { items: string[]; extra: Extra } {
    if (args.select && args.include) throw invalid("select and include exclude each other")
    const extra: Extra = { aliases: [], inside: {} }
    const items = args.select ? [] : ["*"]
    for (const [name, value] of Object.entries(args.select ?? args.include ?? {})) {
      if (value === undefined || value === false) continue
      if (value === true && args.select && !relations?.of(name)) {
        items.push(field(name))
        continue
      }
      const inner = value === true ? {} : (value as Args)
      const { items: related, extra: more } = this.level(inner, [...path, name], relations?.of(name))
      extra.inside[name] = more
      items.push(`${field(name)}(${related.join(",")})`)
    }
    if (items.length === 0) throw invalid("select names no field")
    return { items, extra }
  }

  /** The conditions of a level as one parameter. Conditions on related rows add items to its select. */
  private conditions(where: Args, path: string[], items: string[], extra: Extra): [string, string] | undefined {
    const terms = this.terms(where, path, items, extra)
    if (terms.length === 0) return undefined
    return [[...path, "and"].join("."), `(${terms.join(",")})`]
  }

  private terms(where: Args, path: string[], items: string[], extra: Extra): string[] {
    const terms: string[] = []
    for (const [name, value] of Object.entries(where)) {
      if (value === undefined) continue
      const all = (one: Args | Args[]) => [one].flat().map((it) => this.terms(it, path, items, extra))
      if (name === "AND") terms.push(...all(value).flat())
      else if (name === "OR") {
        const choices = all(value).filter((one) => one.length > 0)
        // As in Prisma, an empty OR matches nothing.
        if (value.length === 0) throw invalid("OR: is empty, and would match nothing")
        if (choices.length === [value].flat().length) terms.push(`or(${choices.map(together).join(",")})`)
      } else if (name === "NOT") {
        for (const one of all(value)) if (one.length > 0) terms.push(`not.and(${one.join(",")})`)
      } else if (isRelation(value)) terms.push(...this.related(name, value as Args, path, items, extra))
      else terms.push(...fieldTerms(name, value as Value))
    }
    return terms
  }

  /** The terms of an order. A related row that decides about it is read under an alias of its own. */
  private order(orderBy: unknown, items: string[], extra: Extra): string[] {
    if (orderBy === undefined) return []
    const all = [orderBy as Args].flat().flatMap((one) => Object.entries(one as Args))
    return all.flatMap(([name, value]) => {
      if (value === undefined) return []
      const direct = direction(value)
      if (direct !== undefined) return [`${field(name)}.${direct}`]
      const alias = `_w${++this.aliases}`
      const terms = Object.entries(value as Args).map(([inside, order]) => {
        const direct = direction(order)
        if (direct === undefined) throw invalid(`orderBy.${name}.${inside}: goes further than one relation`)
        return `${alias}(${field(inside)}).${direct}`
      })
      items.push(`${alias}:${field(name)}()`)
      extra.aliases.push(alias)
      return terms
    })
  }

  /** `is`, `isNot`, `some`, `every` and `none`: the related rows under an alias of their own. */
  private related(name: string, value: Args, path: string[], items: string[], extra: Extra): string[] {
    const terms: string[] = []
    for (const [quantifier, condition] of Object.entries(value)) {
      if (condition === undefined) continue
      const alias = `_w${++this.aliases}`
      const inner: string[] = []
      const below: Extra = { aliases: [], inside: {} }
      const own = [...path, alias]
      const conditions = this.terms(condition ?? {}, own, inner, below)
      items.push(`${alias}:${field(name)}(${inner.join(",")})`)
      extra.aliases.push(alias)
      const exists = quantifier === "is" || quantifier === "some"
      if (quantifier === "every" && conditions.length > 0) {
        this.params.push([[...own, "not", "and"].join("."), `(${conditions.join(",")})`])
      } else if (conditions.length > 0) {
        this.params.push([[...own, "and"].join("."), `(${conditions.join(",")})`])
      }
      if (quantifier === "every" && conditions.length === 0) {
        // Every row matches no condition at all.
        items.pop()
        extra.aliases.pop()
        continue
      }
      // `is: null` asks for rows without a related row, `isNot: null` for rows with one.
      const isThere = condition === null ? quantifier === "isNot" : exists
      terms.push(`${alias}.${isThere ? "not.is.null" : "is.null"}`)
    }
    return terms
  }
}


function isRelation(value: unknown): boolean {
  if (value === null || typeof value !== "object" || value instanceof Date || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => ["is", "isNot", "some", "every", "none"].includes(key))
}

function together(terms: string[]): string {
  return terms.length === 1 ? (terms[0] as string) : `and(${terms.join(",")})`
}

function invalid(message: string): RefractError {
  return new RefractError("invalid_arguments", message)
}

function count(value: unknown, name: string): string {
  if (!Number.isInteger(value) || (value as number) < 0) throw invalid(`${name}: must be a whole number from 0`)
  return String(value)
}

/** A name in the grammar: quoted where it holds one of its signs. */
function field(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quoted(name)
}

/** A text in double quotes. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`
}

/** A value in double quotes, so that no sign of the grammar ends it. */
function operand(value: Value, name: string): string {
  return quoted(scalar(value, name))
}

function scalar(value: Value, name: string): string {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw invalid(`${name}: is not a valid date`)
    return value.toISOString()
  }
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
  if (value !== null && typeof value === "object") return JSON.stringify(value)
  return String(value)
}

/** An array as PostgreSQL spells it. */
function arrayLiteral(values: Value[], name: string): string {
  const items = values.map((one) => (one === null ? "NULL" : quoted(scalar(one, name))))
  return `{${items.join(",")}}`
}

const ORDERS: Record<string, string> = { lt: "lt", lte: "lte", gt: "gt", gte: "gte" }

/** The conditions on one field. */
function fieldTerms(name: string, value: Value): string[] {
  if (value === null) return [`${field(name)}.is.null`]
  if (typeof value !== "object" || value instanceof Date) return [`${field(name)}.eq.${operand(value, name)}`]
  if (Array.isArray(value)) return [`${field(name)}.eq.${quoted(arrayLiteral(value, name))}`]
  const filter = value as Args
  let target = field(name)
  let textTarget = target
  if (filter.path !== undefined) {
    const steps = (filter.path as unknown[]).map((step) => quoted(String(step)))
    const last = steps.pop()
    if (last === undefined) throw invalid(`${name}.path: is empty`)
    const before = [target, ...steps].join("->")
    textTarget = `${before}->>${last}`
    target = `${before}->${last}`
  }
  const insensitive = filter.mode === "insensitive"
  const terms: string[] = []
  for (const [key, operandValue] of Object.entries(filter)) {
    const given = operandValue as Value
    if (given === undefined || key === "path" || key === "mode") continue
    const at = `${name}.${key}`
    const eq = (negated: boolean) => {
      if (given === null) return `${target}.${negated ? "not.is.null" : "is.null"}`
      if (Array.isArray(given) && filter.path === undefined) {
        return `${target}.${negated ? "neq" : "eq"}.${quoted(arrayLiteral(given, at))}`
      }
      if (filter.path !== undefined && typeof given === "string") {
        return `${textTarget}.${negated ? "neq" : "eq"}.${quoted(given)}`
      }
      if (insensitive && typeof given === "string") {
        return pattern(target, given, "", "", true, negated)
      }
      return `${target}.${negated ? "neq" : "eq"}.${operand(given, at)}`
    }
    if (key === "equals") terms.push(eq(false))
    else if (key === "not") {
      const isFilter = given !== null && typeof given === "object" && !(given instanceof Date) && !Array.isArray(given)
      if (isFilter && filter.path === undefined && !isDocument(given)) {
        const inner = fieldTerms(name, given)
        if (inner.length > 0) terms.push(`not.and(${inner.join(",")})`)
      } else terms.push(eq(true))
    } else if (key === "in" || key === "notIn") {
      const list = (given as Value[]).map((one) => operand(one, at)).join(",")
      terms.push(`${target}.${key === "in" ? "" : "not."}in.(${list})`)
    } else if (ORDERS[key]) {
      terms.push(`${typeof given === "string" && filter.path ? textTarget : target}.${ORDERS[key]}.${operand(given, at)}`)
    } else if (key === "contains" || key === "string_contains") terms.push(pattern(textTarget, String(given), "*", "*", insensitive))
    else if (key === "startsWith" || key === "string_starts_with") terms.push(pattern(textTarget, String(given), "", "*", insensitive))
    else if (key === "endsWith" || key === "string_ends_with") terms.push(pattern(textTarget, String(given), "*", "", insensitive))
    else if (key === "has") terms.push(`${target}.cs.${quoted(arrayLiteral([given], at))}`)
    else if (key === "hasEvery") terms.push(`${target}.cs.${quoted(arrayLiteral(given as Value[], at))}`)
    else if (key === "hasSome") terms.push(`${target}.ov.${quoted(arrayLiteral(given as Value[], at))}`)
    else if (key === "isEmpty") terms.push(`${target}.${given ? "eq" : "neq"}.${quoted("{}")}`)
    else throw invalid(`${at}: is not a condition that the query language has`)
  }
  return terms
}

/** Whether an object is a JSON document and no filter. */
function isDocument(value: object): boolean {
  const known = ["equals", "not", "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "endsWith", "mode"]
  return !Object.keys(value).every((key) => known.includes(key))
}

/** A pattern in which the text stands for itself. `*` cannot be escaped in one, so it is matched as a regular expression. */
function pattern(target: string, text: string, before: string, after: string, insensitive: boolean, negated = false): string {
  const not = negated ? "not." : ""
  if (text.includes("*")) {
    const escaped = text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&")
    const expression = `${before ? "" : "^"}${escaped}${after ? "" : "$"}`
    return `${target}.${not}${insensitive ? "imatch" : "match"}.${quoted(expression)}`
  }
  const escaped = text.replace(/[\\%_]/g, "\\$&")
  return `${target}.${not}${insensitive ? "ilike" : "like"}.${quoted(before + escaped + after)}`
}

/** `asc`, `desc.nullslast`: what a term of an order ends in. `undefined` for that of a related row. */
function direction(value: unknown): string | undefined {
  if (value === "asc" || value === "desc") return value
  const { sort, nulls } = value as { sort?: unknown; nulls?: string }
  if (sort !== "asc" && sort !== "desc") return undefined
  return nulls ? `${sort}.nulls${nulls}` : sort
}

/** Removes what only conditions needed. */
export function strip(value: unknown, extra: Extra): void {
  const inside = Object.entries(extra.inside)
  if (extra.aliases.length === 0 && inside.length === 0) return
  for (const row of [value].flat() as (Record<string, unknown> | null)[]) {
    if (row === null || typeof row !== "object") continue
    for (const alias of extra.aliases) delete row[alias]
    for (const [name, below] of inside) strip(row[name], below)
  }
}
