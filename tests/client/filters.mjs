// The client of npm/client, one filter per line of stdin: {"model", "where"}. Answers {"ok": ids} or {"error"}.
// Usage: node tests/client/filters.mjs URL
import { createInterface } from 'node:readline'
import { createClient } from '../../npm/client/dist/esm/index.js'

const models = {
  authors: { path: 'authors', key: ['id'], relations: { posts: 'posts', comments: 'comments' } },
  posts: { path: 'posts', key: ['id'], relations: { author: 'authors', comments: 'comments', tags: 'tags' } },
  comments: { path: 'comments', key: ['id'], relations: { post: 'posts', author: 'authors' } },
  tags: { path: 'tags', key: ['id'], relations: { posts: 'posts' } },
}
const api = createClient({ url: process.argv[2], models })

for await (const line of createInterface({ input: process.stdin })) {
  const { model, where } = JSON.parse(line)
  let answer
  try {
    const rows = await api[model].list({ where, select: { id: true }, orderBy: { id: 'asc' }, take: 100 })
    // What only a condition needed is not in the answer.
    const extra = rows.find((row) => Object.keys(row).join() !== 'id')
    answer = extra ? { error: `more than an id: ${JSON.stringify(extra)}` } : { ok: rows.map((row) => row.id) }
  } catch (error) {
    answer = { error: String(error.message ?? error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
