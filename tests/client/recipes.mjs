// Writes the recipes of docs/typescript.md as a program: the imports at its head, each block in a function of its own.
// Usage: node recipes.mjs docs/typescript.md > recipes.ts
import { readFileSync } from 'node:fs'

const text = readFileSync(process.argv[2], 'utf8')
const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((found) => found[1])
if (blocks.length < 10) throw new Error(`only ${blocks.length} recipes`)
const [first, ...others] = blocks
const isImport = (line) => line.startsWith('import ')
const imports = new Set(others.flatMap((block) => block.split('\n').filter(isImport)))
const named = (line) => line.replace(/\bcreateClient, /, '')
console.log([...imports].map(named).join('\n'))
console.log(first)
for (const block of others) {
  const lines = block.split('\n').filter((line) => !isImport(line))
  console.log(`await (async () => {\n${lines.join('\n')}\n})()`)
}
