// Starts Refract and Next.js beside each other, and ends both when one of them, or npm, ends.
// Both listen on this machine only, since the sign-in asks for no proof.
import { spawn } from "node:child_process"

const programs = [["refract", ["dev"]], ["next", ["dev", "--hostname", "localhost"]]].map(([name, args]) => spawn(name, args, { stdio: "inherit" }))
let stopping = false
const stop = (code) => {
  if (stopping) return
  stopping = true
  process.exitCode = code
  for (const program of programs) program.kill("SIGTERM")
  // Who does not end in time is ended.
  setTimeout(() => programs.forEach((program) => program.kill("SIGKILL")), 15_000).unref()
}
for (const program of programs) {
  program.on("exit", (code) => stop(code ?? 0))
  program.on("error", (error) => {
    console.error(error.message)
    stop(1)
  })
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(0))
// npm passes SIGTERM to the shell that runs this script. The shell ends, and tells nobody.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) stop(0)
}, 300).unref()
