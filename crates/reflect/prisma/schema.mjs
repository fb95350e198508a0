// Prints the content of a Prisma schema as JSON, for crates/reflect/src/prisma. Usage: node schema.mjs FILE-OR-FOLDER
// REFRACT_PRISMA_PARSER may have the path of the parser.
//
// Prisma's own parser reads the schema. npm installs it from the lock file in this folder when it is missing or when its
// version differs. Its data model leaves out ignored fields, unsupported types, digits of a Decimal and the database
// schema of an enum: blocks.mjs reads those. Exit codes: 1 the schema is wrong, 3 npm could not install the parser.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blocks, forParser } from './blocks.mjs'

const here = dirname(fileURLToPath(import.meta.url))

function fail(code, message) {
  process.stderr.write(`${message.trim()}\n`)
  process.exit(code)
}

/** The .prisma files of a path: the file itself, or all that the folder holds at any depth. */
function files(path) {
  if (!existsSync(path)) fail(1, `there is no ${path}`)
  if (statSync(path).isFile()) return [path]
  const found = readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : files(inside)
    return entry.name.endsWith('.prisma') ? [inside] : []
  })
  return found.sort()
}

/** Prisma's parser, installed where it is missing or not the version of the lock file. */
function parser() {
  const name = '@prisma/prisma-schema-wasm'
  // The npm package of Refract brings the parser.
  const given = process.env.REFRACT_PRISMA_PARSER
  if (given) return createRequire(import.meta.url)(given)
  const wanted = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies[name]
  const manifest = join(here, 'node_modules', name, 'package.json')
  const installed = existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version
  if (installed !== wanted) {
    const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1']
    const npm = spawnSync('npm', options, { cwd: here, encoding: 'utf8', shell: process.platform === 'win32' })
    if (npm.error) fail(3, `npm cannot be run to install ${name}: ${npm.error.message}`)
    if (npm.status !== 0) fail(3, `npm could not install ${name} (${npm.stderr.match(/FetchError: .*|npm error .*/)?.[0]})`)
  }
  return createRequire(import.meta.url)(name)
}

const path = process.argv[2]
if (!path) fail(1, 'usage: node schema.mjs FILE-OR-FOLDER')
const sources = files(path).map((file) => [file, readFileSync(file, 'utf8')])
if (sources.length === 0) fail(1, `there is no .prisma file in ${path}`)
const prisma = parser()
try {
  const prismaSchema = sources.map(([file, text]) => [file, forParser(text)])
  // Our own generator: all features on, whichever the app's Prisma version calls them.
  const features = prisma.preview_features()
  prismaSchema.push(['refract.prisma', `generator refract {\n  provider = "refract"\n  previewFeatures = ${features}\n}\n`])
  const input = JSON.stringify({ prismaSchema, noColor: true })
  const dataModel = prisma.get_datamodel(input)
  process.stdout.write(`{"dataModel":${dataModel},"blocks":${JSON.stringify(sources.flatMap(([, text]) => blocks(text)))}}\n`)
} catch (error) {
  let message = String(error.message ?? error)
  try {
    message = JSON.parse(message).message
  } catch {
    // Not one of the parser's own errors: as it is.
  }
  fail(1, message)
}
