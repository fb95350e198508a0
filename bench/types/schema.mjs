// Prints the SQL of a schema of N tables, as large apps have them: 12 columns, up to 3 foreign keys, an enum for five tables.
// Usage: node schema.mjs [N [sqlite]]. SQLite has no enums and no lists.
const tables = Number(process.argv[2] ?? 100)
const isSqlite = process.argv[3] === 'sqlite'
const enumOf = (n) => `status_${n - (n % 5)}`
const types = isSqlite
  ? { json: 'JSONB', time: 'DATETIME', now: 'CURRENT_TIMESTAMP', status: () => 'TEXT', tags: [] }
  : { json: 'jsonb', time: 'timestamp(3)', now: 'now()', status: enumOf, tags: ['tags text[]'] }
if (!isSqlite) {
  for (let n = 0; n < tables; n += 5) console.log(`CREATE TYPE ${enumOf(n)} AS ENUM ('DRAFT', 'ACTIVE', 'DONE', 'FAILED');`)
}
for (let n = 0; n < tables; n++) {
  const keys = [1, 2, 7].map((step, at) => [at, n - step]).filter(([, other]) => other >= 0)
  const columns = [
    'id text PRIMARY KEY NOT NULL', 'name text NOT NULL', 'slug text NOT NULL UNIQUE', 'description text', 'position integer NOT NULL DEFAULT 0',
    'amount numeric(12,2)', 'big bigint', `data ${types.json}`, ...types.tags, `status ${types.status(n)} NOT NULL DEFAULT 'DRAFT'`,
    `created_at ${types.time} NOT NULL DEFAULT ${types.now}`, `updated_at ${types.time} NOT NULL`,
    ...keys.map(([at, other]) => `parent_${at}_id text ${at === 0 ? 'NOT NULL' : ''} REFERENCES thing_${other} (id)`),
  ]
  console.log(`CREATE TABLE thing_${n} (${columns.join(', ')});`)
}
