'use strict'
// Which package has the binary of this machine, and where it is.

const SCOPE = '@refract-sidecar/'

/** The platforms that a package is made for: name, and what process tells about such a machine. */
const PLATFORMS = [
  { name: 'linux-x64-gnu', platform: 'linux', arch: 'x64', libc: 'glibc' },
  { name: 'linux-x64-musl', platform: 'linux', arch: 'x64', libc: 'musl' },
  { name: 'linux-arm64-gnu', platform: 'linux', arch: 'arm64', libc: 'glibc' },
  { name: 'linux-arm64-musl', platform: 'linux', arch: 'arm64', libc: 'musl' },
  { name: 'darwin-x64', platform: 'darwin', arch: 'x64' },
  { name: 'darwin-arm64', platform: 'darwin', arch: 'arm64' },
  { name: 'win32-x64', platform: 'win32', arch: 'x64' },
]

/**
 * The C library of a Linux machine: Node's own report names glibc's version where Node runs on it.
 * @param {NodeJS.Process} process
 * @returns {'glibc' | 'musl' | undefined}
 */
function libc(process) {
  if (process.platform !== 'linux') return undefined
  const { report } = process
  if (!report) return 'glibc'
  // The report would look up the names of open connections, which takes seconds.
  const excluded = report.excludeNetwork
  report.excludeNetwork = true
  try {
    const found = report.getReport()
    const { header } = typeof found === 'string' ? JSON.parse(found) : found
    return header.glibcVersionRuntime ? 'glibc' : 'musl'
  } finally {
    report.excludeNetwork = excluded
  }
}

/**
 * The names of the packages that can run here, the best first. A machine with musl cannot run the
 * binary of glibc; the binary of musl is linked statically and runs on both.
 * @param {NodeJS.Process} process
 */
function candidates(process) {
  const own = libc(process)
  const fits = PLATFORMS.filter(
    (one) =>
      one.platform === process.platform &&
      one.arch === process.arch &&
      (!one.libc || one.libc === own || one.libc === 'musl'),
  )
  fits.sort((left, right) => Number(right.libc === own) - Number(left.libc === own))
  return fits.map((one) => SCOPE + one.name)
}

/**
 * The path of the binary.
 * @param {NodeJS.Process} process
 * @param {(name: string) => string} resolve like require.resolve
 * @returns {{ path: string } | { problem: string }}
 */
function binary(process, resolve) {
  if (process.env.REFRACT_BINARY) return { path: process.env.REFRACT_BINARY }
  const names = candidates(process)
  if (names.length === 0) {
    const supported = PLATFORMS.map((one) => one.name).join(', ')
    const here = `${process.platform} ${process.arch}`
    return {
      problem:
        `refract: there is no binary for ${here}; there are packages for ${supported}. ` +
        'Use the container image, or build it with Rust and set REFRACT_BINARY to its path.',
    }
  }
  const file = process.platform === 'win32' ? 'refract.exe' : 'refract'
  for (const name of names) {
    try {
      return { path: resolve(`${name}/${file}`) }
    } catch {
      // The next one, if there is one.
    }
  }
  return {
    problem:
      `refract: the package ${names[0]} is not installed. It is an optional dependency of refract-sidecar: ` +
      'install again without --no-optional (npm: --include=optional) and without a lock file or node_modules ' +
      'that was made on another system.',
  }
}

module.exports = { PLATFORMS, SCOPE, binary, candidates, libc }
