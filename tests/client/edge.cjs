// The client among the globals that an edge runtime has: no process, no Buffer, no require but its own files.
const { readFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const vm = require('node:vm')
const assert = require('node:assert')

const names = ['fetch', 'Request', 'Response', 'Headers', 'URL', 'TextEncoder', 'btoa', 'AbortController']
const context = vm.createContext(Object.fromEntries(names.map((name) => [name, globalThis[name]])), {
  codeGeneration: { strings: false, wasm: false },
})
const loaded = new Map()
function load(file) {
  if (loaded.has(file)) return loaded.get(file).exports
  const module = { exports: {} }
  loaded.set(file, module)
  const wrapped = vm.runInContext(`(function (exports, module, require) {${readFileSync(file, 'utf8')}\n})`, context)
  wrapped(module.exports, module, (name) => {
    assert.ok(name.startsWith('./'), `the client needs ${name}`)
    return load(join(dirname(file), name))
  })
  return module.exports
}
const { createClient } = load(join(__dirname, 'node_modules/@refract-sidecar/client/dist/cjs/index.js'))

async function main() {
  const api = createClient({ url: process.env.SERVER_URL })
  const [first] = await api.users.list({ where: { email: { contains: '@' } }, take: 1 })
  assert.ok(first.email)
  const found = await api.users.get({ where: { id: first.id } })
  assert.equal(found.email, first.email)
  // What the browser would show to everybody is refused.
  context.document = {}
  assert.throws(() => createClient({ url: 'http://localhost', key: 'a key of sixteen' }), /key: a browser/)
}
main()
