#!/usr/bin/env node
'use strict'
// Starts the binary of this machine: the same arguments, input and output, signals and exit code.

const { spawn } = require('node:child_process')
const os = require('node:os')
const { binary } = require('../lib/platform.js')

const found = binary(process, require.resolve)
if ('problem' in found) {
  console.error(found.problem)
  process.exit(1)
}

const env = { ...process.env }
// Prisma's own parser reads schema.prisma. It came with this package, so nothing is installed later.
env.REFRACT_NODE ??= process.execPath
try {
  env.REFRACT_PRISMA_PARSER ??= require.resolve('@prisma/prisma-schema-wasm')
} catch {
  // Then the binary installs it into the user's cache when it is needed.
}

// A launcher that is killed cannot pass the signal on: the binary ends when this process is gone.
env.REFRACT_LAUNCHER = String(process.pid)

const child = spawn(found.path, process.argv.slice(2), { stdio: 'inherit', env })

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
for (const signal of process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : SIGNALS) {
  // A terminal sends Ctrl-C to both processes. The binary ends by the first one, and a second one
  // changes nothing: it is ending.
  process.on(signal, () => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  })
}

// npx passes SIGTERM to a shell, which ends and leaves its own child running.
const { npm_lifecycle_event: event, npm_lifecycle_script: script = '' } = process.env
if (event === 'npx' && script.includes('refract') && process.platform !== 'win32') {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 500).unref()
}

child.on('error', (error) => {
  const why = error.code === 'EACCES' ? 'it may not be executed' : error.message
  console.error(`refract: ${found.path} cannot be started: ${why}`)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  process.exit(signal ? 128 + (os.constants.signals[signal] ?? 0) : code)
})
