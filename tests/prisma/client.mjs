// The real Prisma Client, one request per line of stdin: {"model", "action", "args"}. Answers {"ok"} or {"error"}.
//
// What JSON has not is wrapped on the way in: {"$bigint": "1"}, {"$bytes": "AA=="}, {"$null": "DbNull"}. On the way out
// is what JSON.stringify makes of a result, except for BigInt, which it refuses, and Bytes, which it spells out in numbers.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { PrismaPg } from '@prisma/adapter-pg'

const { Prisma, PrismaClient } = createRequire(import.meta.url)(`./node_modules/${process.env.GENERATED ?? '.generated'}`)
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) })

BigInt.prototype.toJSON = function () {
  return this.toString()
}
Uint8Array.prototype.toJSON = function () {
  return Buffer.from(this).toString('base64')
}
Buffer.prototype.toJSON = Uint8Array.prototype.toJSON

function unwrap(_key, value) {
  if (value?.$bigint !== undefined) return BigInt(value.$bigint)
  if (value?.$bytes !== undefined) return Uint8Array.from(Buffer.from(value.$bytes, 'base64'))
  if (value?.$null !== undefined) return Prisma[value.$null]
  return value
}

for await (const line of createInterface({ input: process.stdin })) {
  const { model, action, args } = JSON.parse(line, unwrap)
  let answer
  try {
    answer = { ok: (await prisma[model][action](args)) ?? null }
  } catch (error) {
    answer = { error: String(error.message ?? error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
await prisma.$disconnect()
