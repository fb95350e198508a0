// What the documentation of supabase-js shows, against the server of SERVER_URL, which serves the sample app's schema.
// https://supabase.com/docs/reference/javascript
import assert from 'node:assert/strict'
import { createClient } from '@supabase/supabase-js'

// Only the realtime client wants one, and nothing here is live.
globalThis.WebSocket ??= class {}
const supabase = createClient(process.env.SERVER_URL, process.env.SERVER_KEY)

async function ok(request, status) {
  const answer = await request
  assert.equal(answer.error, null, JSON.stringify(answer))
  if (status !== undefined) assert.equal(answer.status, status, JSON.stringify(answer))
  return answer
}

// insert
let answer = await ok(supabase.from('User').insert({ id: 'ada', email: 'ada@example.com', name: 'Ada' }), 201)
assert.equal(answer.data, null)
assert.equal(answer.statusText, 'Created')
answer = await ok(
  supabase
    .from('User')
    .insert([{ id: 'bob', email: 'bob@example.com' }, { email: 'eve@example.com', name: 'Eve' }], { count: 'exact' })
    .select('email'),
)
assert.equal(answer.count, 2)
assert.deepEqual(answer.data, [{ email: 'bob@example.com' }, { email: 'eve@example.com' }])
await ok(
  supabase.from('Page').insert(
    [
      { id: 'p1', slug: 'one', title: 'One', authorId: 'ada', reviewerId: 'bob' },
      { id: 'p2', slug: 'two', title: 'Two, (again)', authorId: 'ada', status: 'PUBLISHED' },
    ],
    { defaultToNull: false },
  ),
)

// select, filters, modifiers
answer = await ok(supabase.from('User').select('id, name').eq('name', 'Ada').single(), 200)
assert.deepEqual(answer.data, { id: 'ada', name: 'Ada' })
answer = await ok(supabase.from('User').select().eq('id', 'nobody').maybeSingle())
assert.equal(answer.data, null)
answer = await supabase.from('User').select().single()
assert.equal(answer.status, 406)
assert.equal(answer.error.code, 'PGRST116')
answer = await ok(supabase.from('Page').select('id').in('title', ['One', 'Two, (again)']).order('id'))
assert.deepEqual(answer.data, [{ id: 'p1' }, { id: 'p2' }])
answer = await ok(supabase.from('Page').select('id').or('slug.eq.one,and(status.eq.PUBLISHED,title.ilike.%again%)').order('id', { ascending: false }))
assert.deepEqual(answer.data, [{ id: 'p2' }, { id: 'p1' }])
answer = await ok(supabase.from('Page').select('id').not('reviewerId', 'is', null))
assert.deepEqual(answer.data, [{ id: 'p1' }])
answer = await ok(supabase.from('Page').select('id').textSearch('title', `'two'`, { config: 'english' }))
assert.deepEqual(answer.data, [{ id: 'p2' }])
answer = await ok(supabase.from('Page').select('id').match({ slug: 'one', status: 'DRAFT' }).limit(1))
assert.deepEqual(answer.data, [{ id: 'p1' }])
answer = await ok(supabase.from('User').select('id', { count: 'exact' }).order('email').range(1, 1), 206)
assert.deepEqual([answer.count, answer.data], [3, [{ id: 'bob' }]])
assert.equal(answer.statusText, 'Partial Content')
answer = await ok(supabase.from('User').select('*', { count: 'exact', head: true }))
assert.deepEqual([answer.count, answer.data], [3, null])
answer = await ok(supabase.from('User').select('email').order('email').limit(2).csv())
assert.equal(answer.data, 'email\nada@example.com\nbob@example.com')

// embedded resources
answer = await ok(
  supabase.from('Page').select('slug, author:User!Page_authorId_fkey(name), reviewer:User!reviewerId!inner(id)'),
)
assert.deepEqual(answer.data, [{ slug: 'one', author: { name: 'Ada' }, reviewer: { id: 'bob' } }])
answer = await ok(
  supabase
    .from('User')
    .select('id, Page!authorId(slug)')
    .eq('Page.status', 'PUBLISHED')
    .order('slug', { referencedTable: 'Page' })
    .eq('id', 'ada'),
)
assert.deepEqual(answer.data, [{ id: 'ada', Page: [{ slug: 'two' }] }])
answer = await supabase.from('Page').select('User(id)')
assert.deepEqual([answer.status, answer.error.code], [300, 'PGRST201'])

// upsert, update, delete
answer = await ok(supabase.from('User').upsert({ email: 'bob@example.com', name: 'Bob' }, { onConflict: 'email' }).select('id, name'), 200)
assert.deepEqual(answer.data, [{ id: 'bob', name: 'Bob' }])
answer = await ok(
  supabase.from('User').upsert({ id: 'bob', email: 'bob@example.com' }, { ignoreDuplicates: true }).select('id'),
  201,
)
assert.deepEqual(answer.data, [])
answer = await ok(supabase.from('User').update({ name: 'Robert' }).eq('id', 'bob'), 204)
assert.equal(answer.statusText, 'No Content')
answer = await ok(supabase.from('User').update({ name: 'Rob' }, { count: 'exact' }).eq('id', 'bob').select('name').single(), 200)
assert.deepEqual([answer.count, answer.data], [1, { name: 'Rob' }])
answer = await supabase.from('User').insert({ email: 'bob@example.com' })
assert.deepEqual([answer.status, answer.error.code], [409, '23505'])
answer = await supabase.from('Missing').select()
assert.deepEqual([answer.status, answer.error.code], [404, 'PGRST205'])
answer = await supabase.from('User').select('missing')
assert.equal(answer.error.message, 'column User.missing does not exist')
answer = await supabase.rpc('missing')
assert.equal(answer.error.code, 'PGRST202')
answer = await ok(supabase.from('Page').delete().eq('id', 'p1').select('id'), 200)
assert.deepEqual(answer.data, [{ id: 'p1' }])
await ok(supabase.from('Page').delete().in('id', ['p2']), 204)
answer = await ok(supabase.from('Page').select())
assert.deepEqual(answer.data, [])
