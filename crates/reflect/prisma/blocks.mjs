// The blocks of a Prisma schema, read only as far as the parser's data model does not tell.

/** Characters of `text` that are code: comments and the insides of strings become blanks, line by line in place. */
function codeOnly(text) {
  return text.replace(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (found) =>
    found.startsWith('"') ? `"${' '.repeat(found.length - 2)}"` : found.replace(/[^\n]/g, ' '),
  )
}

const BLOCK = /\b(model|view|type|enum|datasource|generator)\s+(\w+)\s*\{([^}]*)\}/g

/** Every block with its kind, name, and the place of its inside. */
function outline(text) {
  return [...codeOnly(text).matchAll(BLOCK)].map((found) => {
    const [whole, kind, name, inside] = found
    const end = found.index + whole.length - 1
    return { kind, name, start: found.index, from: end - inside.length, end }
  })
}

/**
 * The schema as Prisma's parser of today takes it: without generators and without the URLs that moved elsewhere. Views,
 * which had keys until Prisma 6.13, have unique ones.
 */
export function forParser(text) {
  let out = text
  const blank = (from, to) => {
    out = out.slice(0, from) + out.slice(from, to).replace(/[^\n]/g, ' ') + out.slice(to)
  }
  for (const { kind, start, from, end } of outline(text)) {
    if (kind === 'generator') blank(start, end + 1)
    if (kind !== 'datasource') continue
    for (const found of text.slice(from, end).matchAll(/^[ \t]*(?:url|directUrl|shadowDatabaseUrl)\s*=.*$/gm)) {
      blank(from + found.index, from + found.index + found[0].length)
    }
  }
  const code = codeOnly(out)
  for (const { kind, from, end } of outline(out).reverse()) {
    if (kind !== 'view') continue
    for (const found of [...code.slice(from, end).matchAll(/@id\b/g)].reverse()) {
      const at = from + found.index
      out = `${out.slice(0, at)}@unique${out.slice(at + found[0].length)}`
    }
  }
  return out
}

/** The lines of a block as statements: one goes on until its brackets are closed. */
function statements(text, code, from, end) {
  const found = []
  let start = from
  let depth = 0
  for (let at = from; at <= end; at += 1) {
    if ('(['.includes(code[at])) depth += 1
    if (')]'.includes(code[at])) depth -= 1
    if (at < end && (code[at] !== '\n' || depth > 0)) continue
    const statement = code.slice(start, at)
    if (statement.trim()) found.push({ code: statement, text: text.slice(start, at) })
    start = at + 1
  }
  return found
}

/** The string given to an attribute, as it stands in the schema: `@map("a")` or `@map(name: "a")`. */
function argument(statement, attribute) {
  const pattern = new RegExp(`(?<!@)${attribute}\\(\\s*(?:\\w+\\s*:\\s*)?(?=")`)
  const found = statement.code.match(pattern)
  if (!found) return undefined
  const literal = statement.text.slice(found.index + found[0].length).match(/^"(?:\\.|[^"\\])*"/)
  return literal ? JSON.parse(literal[0]) : undefined
}

function field(statement) {
  const [, name, type] = statement.code.match(/^\s*(\w+)\s*(\w+)?/) ?? []
  return {
    name,
    type,
    map: argument(statement, '@map'),
    ignored: /(?<!@)@ignore\b/.test(statement.code),
    number: statement.code.match(/@default\(\s*(-?[\d.]+)\s*\)/)?.[1],
  }
}

/** Models, views and enums of a schema text. */
export function blocks(text) {
  const code = codeOnly(text)
  return outline(text).flatMap(({ kind, name, from, end }) => {
    if (!['model', 'view', 'enum'].includes(kind)) return []
    const inside = statements(text, code, from, end)
    const own = inside.filter((one) => one.code.trim().startsWith('@@'))
    const attribute = (what) => own.map((one) => argument(one, `@@${what}`)).find((given) => given !== undefined)
    return [{
      kind,
      name,
      map: attribute('map'),
      schema: attribute('schema'),
      ignored: own.some((one) => /@@ignore\b/.test(one.code)),
      fields: inside.filter((one) => !one.code.trim().startsWith('@@')).map(field),
    }]
  })
}
