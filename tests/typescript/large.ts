// A client of an app of a hundred models (bench/types/schema.mjs). Its document is terse: filters and pages are objects.
import assert from 'node:assert/strict'
import { createPathBasedClient } from 'openapi-fetch'
import type { components, paths } from './api.js'

// The members of `filters` and `page` are parameters of the URL. openapi-fetch has to be told.
const api = createPathBasedClient<paths>({
  baseUrl: process.env.SERVER_URL ?? '',
  querySerializer: { object: { style: 'form', explode: true } },
})
type Thing = components['schemas']['Thing1']
type Schemas = components['schemas']

// A row with a row that it belongs to, and with rows that belong to it. What the row around gives is not asked for.
const body: Schemas['Thing1Create'] = {
  name: 'One',
  slug: 'one',
  updated_at: '2026-01-02T03:04:05Z',
  parent0: { create: { name: 'Zero', slug: 'zero', updated_at: '2026-01-02T03:04:05Z' } },
  thing2: { create: [{ name: 'Two', slug: 'two', updated_at: '2026-01-02T03:04:05Z', parent1: { connect: { slug: 'zero' } } }] },
}
const created = await api['/api/v1/thing-1'].POST({ body, params: { query: { select: 'id,name,parent_0_id,parent0(slug)' } } })
assert.equal(created.response.status, 201, JSON.stringify(created.error))
assert(created.data && 'id' in created.data)
const thing: Thing = created.data
const parent: string = thing.parent_0_id

const more = await api['/api/v1/thing-1'].POST({
  body: [2, 3, 4].map((n) => ({ name: `More ${n}`, slug: `more-${n}`, updated_at: '2026-01-02T03:04:05Z', position: n, parent_0_id: parent })),
})
assert(Array.isArray(more.data), JSON.stringify(more.error))
const upserted = await api['/api/v1/thing-1'].POST({
  params: { query: { onConflict: 'slug' } },
  body: [{ name: 'Again', slug: 'more-2', updated_at: '2026-01-02T03:04:05Z', parent_0_id: parent }],
})
assert(upserted.data && 'outcomes' in upserted.data, JSON.stringify(upserted.error))
assert.deepEqual(upserted.data.outcomes, ['updated'])

// Filters and the page stand in the URL as if each of their members were a parameter.
const list = await api['/api/v1/thing-1'].GET({
  params: {
    query: {
      filters: { position: 'gt.1', name: 'like.*e*', or: '(slug.eq.more-3,slug.eq.more-4)' },
      page: { order: 'slug.desc', limit: 1, count: 'exact' },
    },
  },
})
assert(list.data, JSON.stringify(list.error))
assert.deepEqual(list.data.data.map((one) => one.slug), ['more-4'])
const total: number | null = list.data.total
assert.equal(total, 2)
const next = await api['/api/v1/thing-1'].GET({
  params: { query: { filters: { position: 'gt.1', name: 'like.*e*', or: '(slug.eq.more-3,slug.eq.more-4)' }, page: { order: 'slug.desc', cursor: list.data.nextCursor ?? '' } } },
})
assert.deepEqual(next.data?.data.map((one) => one.slug), ['more-3'])
const related = await api['/api/v1/thing-0/{key}/thing1'].GET({
  params: { path: { key: parent }, query: { filters: { slug: 'neq.one' }, page: { limit: 5 } } },
})
assert.equal(related.data?.data.length, 3, JSON.stringify(related.error))
const toOne = await api['/api/v1/thing-1/{key}/parent0'].GET({ params: { path: { key: thing.id } } })
assert.deepEqual(toOne.data?.data.map((one) => one.slug), ['zero'])

const changed = await api['/api/v1/thing-1/{key}'].PATCH({
  params: { path: { key: thing.id } },
  body: { position: 7, thing2: { update: { where: { slug: 'two', name: 'Two' }, data: { name: 'Second' } } } },
})
assert.equal(changed.data?.position, 7, JSON.stringify(changed.error))
const second = await api['/api/v1/thing-2'].GET({ params: { query: { filters: { slug: 'eq.two' } } } })
assert.equal(second.data?.data[0]?.name, 'Second')
const replaced = await api['/api/v1/thing-1/{key}'].PUT({
  params: { path: { key: thing.id } },
  body: { name: 'Replaced', slug: 'one', updated_at: '2026-01-02T03:04:05Z', parent_0_id: parent },
})
assert.equal(replaced.data?.name, 'Replaced', JSON.stringify(replaced.error))
const many = await api['/api/v1/thing-1'].PATCH({ params: { query: { filters: { position: 'gte.3' } } }, body: { description: 'far' } })
assert.equal(many.data?.count, 2, JSON.stringify(many.error))
const deleted = await api['/api/v1/thing-1'].DELETE({ params: { query: { filters: { description: 'eq.far' } } } })
assert.equal(deleted.data?.count, 2, JSON.stringify(deleted.error))

// An error has one type, whatever its status is.
const missing = await api['/api/v1/thing-1/{key}'].GET({ params: { path: { key: 'nobody' } } })
assert.equal(missing.response.status, 404)
assert.equal(missing.error?.code, 'row_not_found')
// @ts-expect-error a name is a text
const invalid = await api['/api/v1/thing-1/{key}'].PATCH({ params: { path: { key: thing.id } }, body: { name: 5 } })
assert.equal(invalid.error?.errors?.[0]?.field, 'name')

// What is wrong does not compile.
// @ts-expect-error a slug is needed
export const incomplete: Schemas['Thing1Create'] = { name: 'One', parent_0_id: parent }
// @ts-expect-error there is no such field
export const unknown: Schemas['Thing1Create'] = { name: 'One', slug: 'x', parent_0_id: parent, colour: 'red' }
// @ts-expect-error a key is a text
export const wrongKey: Schemas['Thing1Create'] = { name: 'One', slug: 'x', parent0: { connect: { id: 5 } } }
// @ts-expect-error a new row has nothing to disconnect
export const wrongDeed: Schemas['Thing2Create'] = { name: 'One', slug: 'x', parent1: { disconnect: true } }
export const deed: Schemas['Thing2Update'] = { parent1: { disconnect: true } }
// @ts-expect-error there is no such filter
export const wrongFilter: Schemas['Refract.Filters.Thing1'] = { colour: 'eq.red' }
