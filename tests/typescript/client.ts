// A client that is typed by the document alone: https://openapi-ts.dev/openapi-fetch/
import assert from 'node:assert/strict'
import createClient from 'openapi-fetch'
import type { components, paths } from './api.js'

type Page = components['schemas']['Page']

const api = createClient<paths>({ baseUrl: process.env.SERVER_URL ?? '' })

// The key, the timestamps and the defaults are filled in, so that the type asks for none of them.
const created = await api.POST('/api/v1/users', { body: { email: 'typed@example.com', name: 'Ada' } })
assert.equal(created.response.status, 201, JSON.stringify(created.error))
// Of an array with `onConflict` it would be more.
assert(created.data && 'id' in created.data)
const user = created.data
const id: string = user.id
const name: string | null = user.name

const many = await api.POST('/api/v1/pages', {
  body: [
    { slug: 'typed-one', title: 'One', authorId: id },
    { slug: 'typed-two', title: 'Two', authorId: id, status: 'PUBLISHED' },
  ],
})
assert.equal(many.response.status, 201, JSON.stringify(many.error))
assert(Array.isArray(many.data))
assert.deepEqual(many.data.map((page: Page) => page.status), ['DRAFT', 'PUBLISHED'])

const list = await api.GET('/api/v1/pages', {
  params: { query: { authorId: `eq.${id}`, status: 'eq.PUBLISHED', order: 'createdAt.desc', limit: 10, count: 'exact' } },
})
assert(list.data, JSON.stringify(list.error))
const total: number | null = list.data.total
assert.equal(total, 1)
assert.equal(list.data.nextCursor, null)
const page = list.data.data[0]
assert(page)
assert.equal(page.title, 'Two')

const changed = await api.PATCH('/api/v1/pages/{key}', {
  params: { path: { key: page.id } },
  body: { title: 'Two, again', reviewerId: null },
})
assert.equal(changed.data?.title, 'Two, again')

const upserted = await api.POST('/api/v1/pages', {
  params: { query: { onConflict: 'slug' }, header: { Prefer: 'return=representation' } },
  body: [{ slug: 'typed-three', title: 'Three', authorId: id }],
})
assert(upserted.data && 'outcomes' in upserted.data)
assert.deepEqual(upserted.data.outcomes, ['created'])
// @ts-expect-error a key has the type of its field
const mistyped: components['schemas']['UserWhere'] = { email: 5 }
assert(mistyped)
// Related rows go along in Prisma's shape, and are typed as well.
const linked = await api.POST('/api/v1/pages', {
  body: { slug: 'typed-four', title: 'Four', author: { connect: { email: 'typed@example.com' } } },
})
assert(linked.data && 'id' in linked.data, JSON.stringify(linked.error))
assert.equal(linked.data.authorId, id)

const chat = await api.POST('/api/v1/chats', { body: { title: 'Hello', userId: id } })
assert.equal(chat.response.status, 201, JSON.stringify(chat.error))
const related = await api.GET('/api/v1/users/{key}/chats', { params: { path: { key: id }, query: { order: 'title' } } })
assert.deepEqual(related.data?.data.map((one) => one.title), ['Hello'])

const one = await api.GET('/api/v1/users/{key}', { params: { path: { key: id } } })
assert.equal(one.data?.name, name)

// Errors are typed as well.
const missing = await api.GET('/api/v1/users/{key}', { params: { path: { key: 'nobody' } } })
assert.equal(missing.response.status, 404)
assert.equal(missing.error?.code, 'row_not_found')
const invalid = await api.PATCH('/api/v1/users/{key}', {
  params: { path: { key: id } },
  // @ts-expect-error a name is a string or null
  body: { name: 5 },
})
assert.equal(invalid.error?.errors?.[0]?.field, 'name')

const gone = await api.DELETE('/api/v1/pages/{key}', { params: { path: { key: page.id } } })
assert.equal(gone.response.status, 204)
const health = await api.GET('/api/v1/utils/health-check')
assert.equal(health.data?.status, true)
const schema = await api.GET('/api/v1/schema')
const column = schema.data?.resources.find((one) => one.name === 'User')?.columns[0]
assert.equal(column?.field, 'id')

// A key of several columns is a parameter for each of its parts.
const organisation = await api.POST('/api/v1/organisations', { body: { name: 'Typed' } })
assert(organisation.data && 'id' in organisation.data)
const path = { userId: id, organisationId: organisation.data.id }
const joined = await api.PUT('/api/v1/memberships/{userId},{organisationId}', { params: { path }, body: {} })
assert.equal(joined.response.status, 201, JSON.stringify(joined.error))
const membership = await api.GET('/api/v1/memberships/{userId},{organisationId}', { params: { path } })
assert.equal(membership.data?.organisationId, organisation.data.id)
