// Starts Refract and Next.js beside each other, and ends both when one of them ends.
// Both listen on this machine only, since the sign-in asks for no proof.
import { spawn } from "node:child_process"

const programs = [["refract", ["dev"]], ["next", ["dev", "--hostname", "localhost"]]].map(([name, args]) => spawn(name, args, { stdio: "inherit" }))
const stop = (code) => {
  for (const program of programs) program.kill("SIGTERM")
  process.exitCode ??= code
}
for (const program of programs) {
  program.on("exit", (code) => stop(code ?? 0))
  program.on("error", (error) => {
    console.error(error.message)
    stop(1)
  })
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(0))
