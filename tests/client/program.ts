// What a program does with the client, on the sample app.
import assert from "node:assert/strict"
import { createClient, etagOf, isRefractError, RefractError } from "@refract-sidecar/client"
import { models, type Page, type Schema } from "./refract.js"

const url = process.env.SERVER_URL ?? ""
const api = createClient<Schema>({ url, models })
const run = `t${Date.now()}`

async function refused(promise: Promise<unknown>): Promise<RefractError> {
  try {
    await promise
  } catch (error) {
    assert.ok(isRefractError(error), String(error))
    return error
  }
  throw new Error("was not refused")
}

// Rows, and what related rows need.
const ada = await api.users.create({ data: { email: `${run}-ada@example.com`, name: "Ada \"the\" first, (really)" } })
assert.equal(typeof ada.id, "string")
assert.match(ada.createdAt, /^\d{4}-\d\d-\d\dT/)
const bob = await api.users.create({ data: { email: `${run}-bob@example.com`, preferences: { theme: "dark", size: 12 } }, select: { id: true, preferences: true } })
// @ts-expect-error: was not selected
bob.email

const page = await api.pages.create({
  data: { slug: `${run}-a`, title: "100% \\ of *it*, \"quoted\" (a.b)", status: "PUBLISHED", author: { connect: { id: ada.id } } },
  include: { author: { select: { name: true } }, reviewer: true },
})
const author: { name: string | null } = page.author
assert.equal(author.name, ada.name)
const reviewerName: string | null | undefined = page.reviewer?.name
assert.equal(reviewerName, undefined)
assert.equal(page.reviewer, null)

await api.pages.createMany({
  data: [
    { slug: `${run}-b`, title: "100 percent", authorId: ada.id, parentId: page.id },
    { slug: `${run}-c`, title: "under_score", authorId: bob.id, reviewerId: ada.id, parentId: page.id },
    { slug: `${run}-d`, title: "underXscore", authorId: bob.id },
  ],
})
const mine = { slug: { startsWith: run } } as const

// Types of what is wrong.
// @ts-expect-error: a required field is missing
void (() => api.pages.create({ data: { slug: "x", author: { connect: { id: "1" } } } }))
// @ts-expect-error: neither authorId nor author
void (() => api.pages.create({ data: { slug: "x", title: "x" } }))
// @ts-expect-error: both authorId and author
void (() => api.pages.create({ data: { slug: "x", title: "x", authorId: "1", author: { connect: { id: "1" } } } }))
// @ts-expect-error: no such field
void (() => api.pages.list({ where: { titel: "x" } }))
// @ts-expect-error: no such value
void (() => api.pages.list({ where: { status: "GONE" } }))
// @ts-expect-error: no such argument
void (() => api.pages.list({ were: {} }))
// @ts-expect-error: a view takes no rows
void (() => api.pageStats.create({ data: {} }))

// Conditions. Each is compared with what the titles say.
async function slugs(where: Parameters<typeof api.pages.list>[0] extends infer A ? NonNullable<A> extends { where?: infer W } ? W : never : never) {
  const rows = await api.pages.list({ where: { AND: [mine, where ?? {}] }, orderBy: { slug: "asc" }, select: { slug: true } })
  return rows.map((row) => row.slug.slice(run.length + 1)).join("")
}
assert.equal(await slugs({}), "abcd")
assert.equal(await slugs({ title: { contains: "100%" } }), "a")
assert.equal(await slugs({ title: { contains: "\\" } }), "a")
assert.equal(await slugs({ title: { contains: "\", (" } }), "")
assert.equal(await slugs({ title: { contains: "\"quoted\" (a.b)" } }), "a")
assert.equal(await slugs({ title: { startsWith: "under_" } }), "c")
assert.equal(await slugs({ title: { startsWith: "UNDER", mode: "insensitive" } }), "cd")
assert.equal(await slugs({ title: { endsWith: "score" } }), "cd")
assert.equal(await slugs({ title: { equals: "UNDERXSCORE", mode: "insensitive" } }), "d")
assert.equal(await slugs({ title: { in: ["100 percent", "underXscore"] } }), "bd")
assert.equal(await slugs({ title: { notIn: ["100 percent", "underXscore"] } }), "ac")
assert.equal(await slugs({ title: { in: [] } }), "")
assert.equal(await slugs({ title: { not: { contains: "score" } } }), "ab")
assert.equal(await slugs({ status: { not: "PUBLISHED" } }), "bcd")
assert.equal(await slugs({ reviewerId: null }), "abd")
assert.equal(await slugs({ reviewerId: { not: null } }), "c")
assert.equal(await slugs({ OR: [{ status: "PUBLISHED" }, { authorId: bob.id, reviewerId: null }] }), "ad")
// As in Prisma and in SQL: what is unknown of a null is unknown of its opposite.
assert.equal(await slugs({ NOT: { OR: [{ status: "PUBLISHED" }, { reviewerId: ada.id }] } }), "")
assert.equal(await slugs({ NOT: { OR: [{ status: "PUBLISHED" }, { title: { contains: "X" } }] } }), "bc")
assert.equal(await slugs({ createdAt: { lte: new Date(Date.now() + 3_600_000) } }), "abcd")
assert.equal(await slugs({ author: { is: { email: ada.email } } }), "ab")
assert.equal(await slugs({ author: { isNot: { email: ada.email } } }), "cd")
assert.equal(await slugs({ reviewer: { is: null } }), "abd")
assert.equal(await slugs({ reviewer: { isNot: null } }), "c")
assert.equal(await slugs({ children: { some: { title: { contains: "percent" } } } }), "a")
assert.equal(await slugs({ children: { some: {} } }), "a")
assert.equal(await slugs({ children: { none: {} } }), "bcd")
assert.equal(await slugs({ children: { every: { title: { contains: "percent" } } } }), "bcd")
assert.equal(await slugs({ children: { some: { reviewer: { is: { email: ada.email } } } } }), "a")
assert.equal(await slugs({ OR: [{ children: { some: { authorId: bob.id } } }, { author: { is: { pages: { some: { title: "underXscore" } } } } }] }), "acd")
if (!process.env.ON_SQLITE) {
  assert.equal(await slugs({ title: { contains: "*it*" } }), "a")
}
const themed = await api.users.list({ where: { email: { startsWith: run }, preferences: { path: ["theme"], equals: "dark" } } })
assert.deepEqual(themed.map((one) => one.id), [bob.id])

// What a condition needed does not show in an answer.
const [row] = await api.pages.list({ where: { ...mine, author: { is: { pages: { some: { title: "100 percent" } } } } }, orderBy: { slug: "asc" } })
assert.deepEqual(Object.keys(row as Page).filter((name) => name.startsWith("_")), [])

// Selections of related rows, with conditions, order and size of their own.
const [tree] = await api.pages.list({
  where: { slug: `${run}-a` },
  select: { slug: true, author: true, children: { where: { title: { contains: "score" } }, orderBy: { slug: "desc" }, take: 5, select: { slug: true, reviewer: { select: { email: true } } } } },
})
assert.equal(tree?.author.email, ada.email)
assert.deepEqual(tree?.children, [{ slug: `${run}-c`, reviewer: { email: ada.email } }])

// Pages.
const first = await api.pages.page({ where: mine, orderBy: [{ author: { email: "asc" } }, { slug: "desc" }], take: 3, count: "exact" })
assert.deepEqual([first.data.length, first.total], [3, 4])
const second = await api.pages.page({ where: mine, orderBy: [{ author: { email: "asc" } }, { slug: "desc" }], take: 3, cursor: first.nextCursor ?? "" })
assert.deepEqual(second.data.map((one) => one.slug), [`${run}-c`])
const all: string[] = []
for await (const one of api.pages.all({ where: mine, take: 1, orderBy: { slug: "asc" } })) all.push(one.slug)
assert.deepEqual(all.map((slug) => slug.slice(-1)), ["a", "b", "c", "d"])
assert.equal(await api.pages.count({ where: mine }), 4)

// One row.
assert.equal((await api.pages.get({ where: { slug: `${run}-a` } }))?.id, page.id)
assert.equal(await api.pages.get({ where: { id: "no such page" } }), null)
const lost = await refused(api.pages.getOrThrow({ where: { slug: "no such page" } }))
assert.deepEqual([lost.code, lost.status], ["row_not_found", 404])

// Changes, and that none is lost.
const read = await api.pages.getOrThrow({ where: { id: page.id } })
const etag = etagOf(read)
assert.ok(etag)
await api.pages.update({ where: { id: page.id }, data: { title: "Changed", reviewer: { connect: { email: ada.email } } }, ifMatch: etag })
const late = await refused(api.pages.update({ where: { id: page.id }, data: { title: "Late" }, ifMatch: etag }))
assert.deepEqual([late.code, late.status], ["precondition_failed", 412])
assert.equal((await api.pages.update({ where: { slug: `${run}-b` }, data: { title: "By slug" } })).title, "By slug")
assert.deepEqual(await api.pages.updateMany({ where: mine, data: { status: "ARCHIVED" } }), { count: 4 })

// Keys of several columns, and keys that no URL carries as they are.
const org = await api.organisations.create({ data: { id: `${run}/?#,%"`, name: "Odd" } })
await api.memberships.create({ data: { role: "EDITOR", userId: ada.id, organisationId: org.id } })
const membership = await api.memberships.getOrThrow({ where: { userId: ada.id, organisationId: org.id }, include: { organisation: true } })
assert.equal(membership.organisation.id, org.id)

// Rows that may exist already.
const again = await api.users.upsert({ data: { email: ada.email, name: "Lovelace" }, onConflict: ["email"] })
assert.deepEqual([again.id, again.name], [ada.id, "Lovelace"])
const item = await api.contentItems.create({
  data: { title: "Item", contentType: "ARTICLE", topics: { connectOrCreate: [{ where: { name: run }, create: { name: run } }] } },
  include: { topics: true },
})
assert.deepEqual(item.topics.map((one) => one.name), [run])

// Errors, thrown and returned.
const twice = await refused(api.users.create({ data: { email: ada.email } }))
assert.deepEqual([twice.code, twice.status, Object.keys(twice.fields)], ["unique_violation", 409, ["email"]])
const { data, error } = await api.$safe.users.create({ data: { email: ada.email } })
assert.equal(data, null)
assert.equal(error?.code, "unique_violation")
const fine = await api.$safe.users.get({ where: { id: ada.id } })
assert.equal(fine.data?.email, ada.email)
const safePage = await api.$safe.pages.get({ where: { id: page.id }, include: { author: { select: { name: true } } } })
const authorOfSafe: string | null | undefined = safePage.data?.author.name
assert.equal(typeof authorOfSafe, "string")
// @ts-expect-error: was not selected
safePage.data?.author.email
const unreachable = createClient<Schema>({ url: "http://127.0.0.1:1", models })
assert.equal((await refused(unreachable.users.list())).code, "network_error")
const aborted = await refused(api.users.list({}, { signal: AbortSignal.abort() }))
assert.equal(aborted.code, "aborted")

// Several operations at once, without the constant that `refract types` writes, and with Dates.
const results = await api.$batch([
  { as: "cy", method: "POST", path: "/users?select=id", body: { email: `${run}-cy@example.com` } },
  { method: "POST", path: "/pages?select=authorId", body: { slug: `${run}-e`, title: "E", authorId: { $ref: "cy.id" } } },
])
assert.deepEqual(results.map((one) => one.status), [201, 201])
let options: unknown
const dated = createClient<Schema>({
  url,
  transform: (value, field) => (/At$/.test(field) && typeof value === "string" ? new Date(value) : value),
  fetch: (input, init) => {
    options = (init as { next?: unknown }).next
    return fetch(input, init)
  },
  defaults: { next: { tags: ["pages"] } },
})
const one = await dated.pages.getOrThrow({ where: { id: page.id } })
assert.ok((one.createdAt as unknown) instanceof Date)
assert.deepEqual(options, { tags: ["pages"] })
const known = await dated.memberships.getOrThrow({ where: { userId: ada.id, organisationId: org.id } })
assert.equal(known.role, "EDITOR")

// And away with it.
assert.deepEqual(await api.pages.deleteMany({ where: { AND: [mine, { parentId: { not: null } }] } }), { count: 2 })
await api.pages.delete({ where: { slug: `${run}-d` } })
assert.equal(await api.pages.count({ where: mine }), 2)
