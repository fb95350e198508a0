// Prints the SQL of a schema of N tables, as large apps have them: 12 columns, up to 3 foreign keys, an enum for five tables.
const tables = Number(process.argv[2] ?? 100)
for (let n = 0; n < tables; n += 5) console.log(`CREATE TYPE status_${n} AS ENUM ('DRAFT', 'ACTIVE', 'DONE', 'FAILED');`)
for (let n = 0; n < tables; n++) {
  const keys = [1, 2, 7].map((step, at) => [at, n - step]).filter(([, other]) => other >= 0)
  const columns = [
    'id text PRIMARY KEY', 'name text NOT NULL', 'slug text NOT NULL UNIQUE', 'description text', 'position integer NOT NULL DEFAULT 0',
    'amount numeric(12,2)', 'big bigint', 'data jsonb', 'tags text[]', `status status_${n - (n % 5)} NOT NULL DEFAULT 'DRAFT'`,
    'created_at timestamp(3) NOT NULL DEFAULT now()', 'updated_at timestamp(3) NOT NULL',
    ...keys.map(([at, other]) => `parent_${at}_id text ${at === 0 ? 'NOT NULL' : ''} REFERENCES thing_${other} (id)`),
  ]
  console.log(`CREATE TABLE thing_${n} (${columns.join(', ')});`)
}
