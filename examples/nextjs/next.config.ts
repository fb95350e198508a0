import type { NextConfig } from "next"

// The folder above has packages of its own, which are not this app's.
const config: NextConfig = { turbopack: { root: __dirname }, outputFileTracingRoot: __dirname }

export default config
