// The client of npm/client in a page of another origin: an ES module in a real Chromium, which asks before it sends.
// Usage: node tests/browser/client.mjs CHROMIUM API PORT, the port of the page's origin, which the API knows

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { chromium } from "playwright-core"

const [executablePath, api, port] = process.argv.slice(2)
const modules = new URL("../../npm/client/dist/esm/", import.meta.url)
const server = createServer((request, response) => {
    if (request.url === "/") return response.setHeader("content-type", "text/html").end("<!doctype html><title>page</title>")
    const name = /^\/(\w+\.js)$/.exec(request.url)?.[1]
    if (!name) return response.writeHead(404).end()
    response.setHeader("content-type", "text/javascript").end(readFileSync(new URL(name, modules)))
})
const listening = (/** @type {number} */ on) => new Promise((done) => server.listen(on, "localhost", () => done(server.address().port)))

// What runs in the page.
async function story(url) {
    const { createClient, etagOf, isRefractError } = await import("/index.js")
    const models = {
        authors: { path: "authors", key: ["id"], relations: { posts: "posts" } },
        posts: { path: "posts", key: ["id"], relations: { author: "authors" } },
    }
    const api = createClient({ url, models })
    await api.authors.create({ data: { id: "a", email: "ada@example.com" } })
    const created = await api.posts.create({ data: { title: "first", author: { connect: { id: "a" } } }, include: { author: true } })
    await api.posts.create({ data: { title: "second" } })
    const row = await api.posts.get({ where: { id: created.id } })
    const ifMatch = etagOf(row)
    const updated = await api.posts.update({ where: { id: created.id }, data: { title: "changed" }, ifMatch })
    const refused = await api.posts.update({ where: { id: created.id }, data: { title: "late" }, ifMatch })
        .catch((error) => isRefractError(error) ? [error.status, error.code] : String(error))
    const { data, nextCursor, total } = await api.posts.page({ orderBy: { id: "asc" }, take: 1, count: "exact" })
    const next = await api.posts.page({ orderBy: { id: "asc" }, take: 1, cursor: nextCursor })
    const found = await api.authors.list({ where: { posts: { some: { title: { startsWith: "chang" } } } }, select: { id: true } })
    const { count } = await api.posts.deleteMany({ where: { title: "second" } })
    return {
        email: created.author.email, hasEtag: Boolean(ifMatch), updated: updated.title, refused, total, found, count,
        titles: [data[0].title, next.data[0].title],
    }
}

const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
})
try {
    const page = await browser.newPage()
    await listening(Number(port))
    await page.goto(`http://localhost:${port}/`)
    assert.deepEqual(await page.evaluate(story, api), {
        email: "ada@example.com", hasEtag: true, updated: "changed", refused: [412, "precondition_failed"], total: 2,
        found: [{ id: "a" }], count: 1, titles: ["changed", "second"],
    })
    // A page of an origin that is not listed reads nothing and writes nothing.
    await new Promise((done) => server.close(done) && server.closeAllConnections())
    const other = await listening(0)
    await page.goto(`http://localhost:${other}/`)
    const refused = await page.evaluate(async (url) => {
        const { createClient } = await import("/index.js")
        const api = createClient({ url, models: { posts: { path: "posts", key: ["id"], relations: {} } } })
        const read = await api.posts.list({}).then(() => "read", () => "refused")
        const written = await api.posts.create({ data: { title: "foreign" } }).then(() => "written", () => "refused")
        return [read, written]
    }, api)
    assert.deepEqual(refused, ["refused", "refused"])
    console.log("the client works in a page")
} finally {
    await browser.close()
    server.close()
    server.closeAllConnections()
}
