// The real client of Prisma 8, one request per line of stdin: {"model", "action", "where", "data", "include"}. Answers
// {"ok"} or {"error"}. A BigInt, which JSON has not, is a string on the way out.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import postgres from '@prisma/orm-postgres/runtime'

const contractJson = JSON.parse(readFileSync(process.env.CONTRACT ?? new URL('contract.json', import.meta.url)))
const db = postgres({ contractJson, url: process.env.DATABASE_URL })

BigInt.prototype.toJSON = function () {
  return this.toString()
}

async function run({ model, action, where, data, include = [] }) {
  let rows = db.orm.public[model]
  for (const relation of include) rows = rows.include(relation)
  if (where) rows = rows.where(where)
  return data === undefined ? rows[action]() : rows[action](data)
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    answer = { ok: (await run(JSON.parse(line))) ?? null }
  } catch (error) {
    answer = { error: String(error.message ?? error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
await db.close()
