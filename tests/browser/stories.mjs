// The stories of the pages in a real Chromium.
// Usage: node tests/browser/stories.mjs CHROMIUM URL [FOLDER for pictures]
// It prints a line for each story, and ends with 1 at the first that fails.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { chromium } from "playwright-core"

const [executablePath, base, pictures] = process.argv.slice(2)
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
})

const DESKTOP = { width: 1280, height: 800 }
const PHONE = { width: 375, height: 740 }

/** What the browser complains about. Answers that are refusals are part of the stories. */
const complaints = []

async function opened(path, { viewport = DESKTOP, colorScheme = "light", context } = {}) {
    const place = context ?? await browser.newContext({ viewport, colorScheme, baseURL: base })
    place.setDefaultTimeout(8000)
    const page = await place.newPage()
    page.on("console", (message) => {
        if (message.type() === "error" && !/^Failed to load resource: the server responded with a status of (400|404|409|412|422|401)/.test(message.text())) {
            complaints.push(message.text())
        }
    })
    page.on("pageerror", (error) => complaints.push(String(error)))
    await page.goto(path)
    return page
}

async function api(method, path, body) {
    const headers = body ? { "Content-Type": "application/json" } : {}
    const answer = await fetch(`${base}/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) })
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : null
}

const user = (await api("GET", "users?limit=1")).data[0]
let number = 0
const newPage = (title) => api("POST", "pages", { slug: `story-${number += 1}`, title, author: { connect: { id: user.id } } })
// Enough for pages of two.
for (const title of ["One", "Two", "Three", "Four"]) await newPage(title)

const stories = {
    async "a person finds the way from the first page to a table"() {
        const page = await opened("/")
        await page.getByRole("link", { name: "Page", exact: true }).click()
        await page.getByRole("heading", { level: 1, name: "Page" }).waitFor()
        await page.locator("tbody tr").first().waitFor()
        await page.getByText(/^\d+ rows$/).waitFor()
    },
    async "the code of an error has a place on the page of errors"() {
        const page = await opened("/data/pages?titel=eq.x")
        await page.getByText("Did you mean `title`?").waitFor()
        assert.equal(await page.locator("#query").getAttribute("aria-invalid"), "true")
        await page.getByRole("link", { name: "unknown_parameter" }).click()
        await page.waitForURL("**/errors#unknown-parameter")
        assert.ok(await page.locator("h2#unknown-parameter").isVisible())
    },
    async "a filter is completed, applied, and is the URL's"() {
        const made = await newPage("Filter & find")
        const page = await opened("/data/pages")
        await page.locator("tbody tr").first().waitFor()
        await page.keyboard.press("/")
        await page.keyboard.type("tit")
        await page.getByRole("option", { name: "title=" }).waitFor()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.getByRole("option", { name: /^eq\./ }).waitFor()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        assert.equal(await page.locator("#query").inputValue(), "title=eq.")
        await page.keyboard.type("Filter %26 find")
        await page.keyboard.press("Enter")
        await page.waitForURL(/title=eq\.Filter%20%26%20find/)
        await page.getByRole("rowheader", { name: made.id }).waitFor()
        assert.equal(await page.locator("tbody tr").count(), 1)
        await page.getByText("Request", { exact: true }).click()
        const curl = await page.locator("#request-text").textContent()
        assert.match(curl, /^curl 'http:.*\/api\/v1\/pages\?title=eq\.Filter%20%26%20find&limit=50'$/)
        await page.getByRole("tab", { name: "supabase-js" }).click()
        assert.match(await page.locator("#request-text").textContent(), /from\("Page"\)\s+\.select\(\)\s+\.filter\("title", "eq", "Filter & find"\)/)
    },
    async "a header sorts, and pages follow by cursor"() {
        const page = await opened("/data/pages?limit=2")
        const first = () => page.locator("tbody tr .open").first().textContent()
        await page.getByRole("button", { name: "title" }).click()
        await page.waitForURL(/order=title/)
        await page.locator("th[aria-sort=ascending]").waitFor()
        const before = await first()
        await page.getByRole("button", { name: "Next" }).click()
        await page.waitForURL(/cursor=/)
        await page.waitForFunction((old) => document.querySelector("tbody tr .open")?.textContent !== old, before)
        await page.getByRole("button", { name: "Previous" }).click()
        await page.waitForFunction((old) => document.querySelector("tbody tr .open")?.textContent === old, before)
    },
    async "relations are followed both ways"() {
        const made = await newPage("Related")
        const page = await opened(`/data/pages/${made.id}`)
        await page.locator("dd a", { hasText: user.id }).click()
        await page.waitForURL(`**/data/users/${user.id}`)
        const pages = page.locator(".related a", { hasText: "Page" }).first()
        await pages.click()
        await page.locator("tbody").getByRole("link", { name: made.id }).click()
        await page.waitForURL(`**/data/pages/${made.id}`)
        await page.getByRole("heading", { name: made.id }).waitFor()
    },
    async "a row is created with what Prisma fills in"() {
        const page = await opened("/data/pages#new")
        const entry = (name) => page.locator(`[data-field="${name}"]`)
        assert.match(await entry("id").textContent(), /Not sent, generated by cuid\(\)/)
        await page.getByRole("button", { name: "Create" }).click()
        await page.getByText("is required").first().waitFor()
        assert.equal(await entry("slug").locator("[name=slug]").getAttribute("aria-invalid"), "true")
        await entry("slug").locator("[name=slug]").fill("typed-in")
        await entry("title").locator("[name=title]").fill("Typed in")
        await entry("authorId").locator("[name=authorId]").fill(user.id)
        await page.getByRole("button", { name: "Create" }).click()
        await page.waitForURL(/\/data\/pages\/c[a-z0-9]{20,}$/)
        const found = (await api("GET", "pages?slug=eq.typed-in")).data
        assert.equal(found[0].title, "Typed in")
        assert.equal(page.url(), `${base}/data/pages/${found[0].id}`)
        await api("DELETE", `pages/${found[0].id}`)
    },
    async "no change of two people is lost"() {
        const made = await newPage("As it was")
        const context = await browser.newContext({ viewport: DESKTOP, baseURL: base })
        const [ada, bob] = [await opened(`/data/pages/${made.id}#edit`, { context }), await opened(`/data/pages/${made.id}#edit`, { context })]
        await ada.locator("[name=title]").fill("Ada's")
        await bob.locator("[name=title]").fill("Bob's")
        await ada.getByRole("button", { name: "Save" }).click()
        await ada.locator("dd", { hasText: "Ada's" }).waitFor()
        await bob.getByRole("button", { name: "Save" }).click()
        await bob.getByRole("heading", { name: "Someone else has changed this row" }).waitFor()
        await bob.locator("#conflict td", { hasText: "Ada's" }).waitFor()
        assert.equal((await api("GET", `pages/${made.id}`)).title, "Ada's")
        await shot(bob, "conflict")
        await bob.getByRole("button", { name: "Save what is chosen" }).click()
        await bob.locator("dd", { hasText: "Bob's" }).waitFor()
        assert.equal((await api("GET", `pages/${made.id}`)).title, "Bob's")
        await context.close()
    },
    async "a row is deleted after a question"() {
        const made = await newPage("To go")
        const page = await opened(`/data/pages/${made.id}`)
        await page.getByRole("button", { name: "Delete" }).click()
        await page.getByRole("button", { name: "Keep it" }).click()
        await page.getByRole("button", { name: "Delete" }).click()
        await page.locator("dialog").getByRole("button", { name: "Delete" }).click()
        await page.waitForURL("**/data/pages")
        assert.equal((await api("GET", `pages?id=eq.${made.id}`)).data.length, 0)
    },
    async "the keyboard is enough"() {
        const made = await newPage("By keys")
        const page = await opened("/data")
        await page.locator(".side li a").first().waitFor()
        await page.keyboard.press("t")
        await page.keyboard.type("Page")
        await page.keyboard.press("Enter")
        await page.waitForURL("**/data/pages")
        await page.locator("tbody tr").first().waitFor()
        await page.keyboard.press("/")
        await page.keyboard.type(`id=eq.${made.id}`)
        await page.keyboard.press("Enter")
        await page.waitForURL(/id=eq/)
        await page.getByRole("rowheader", { name: made.id }).waitFor()
        await page.keyboard.press("/")
        await page.keyboard.press("Escape")
        assert.equal(await page.evaluate(() => document.activeElement?.textContent), made.id)
        await page.keyboard.press("Enter")
        await page.locator("#edit").waitFor()
        await page.keyboard.press("e")
        await page.locator("[name=title]").focus()
        await page.keyboard.press("ControlOrMeta+a")
        await page.keyboard.type("By keys alone")
        await page.locator("#save").focus()
        await page.keyboard.press("Enter")
        await page.locator("dd", { hasText: "By keys alone" }).waitFor()
        await page.keyboard.press("Escape")
        await page.waitForURL("**/data/pages")
    },
    async "what the database holds is text, and never HTML"() {
        const evil = "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script>"
        const made = await newPage(evil + "x".repeat(200_000))
        const page = await opened(`/data/pages?id=eq.${made.id}`)
        await page.locator("tbody td", { hasText: "<img src=x" }).waitFor()
        await page.locator("tbody .open").click()
        await page.getByRole("button", { name: /Show all 195/ }).waitFor()
        assert.equal(await page.locator("main img, main script").count(), 0)
        assert.doesNotMatch(await page.title(), /evil/)
    },
    async "each page fits a phone, can be read in the dark, and has no fault that axe knows"() {
        const made = await newPage("A page that has a rather long title, as titles happen to be")
        const places = { start: "/", errors: "/errors", data: "/data", list: "/data/pages", row: `/data/pages/${made.id}`, edit: `/data/pages/${made.id}#edit`, create: "/data/pages#new" }
        for (const colorScheme of ["light", "dark"]) {
            for (const viewport of [DESKTOP, PHONE]) {
                const context = await browser.newContext({ viewport, colorScheme, baseURL: base })
                for (const [name, path] of Object.entries(places)) {
                    const page = await opened(path, { context })
                    await page.locator(name === "list" ? "tbody tr" : name === "row" ? ".facts" : "h1").first().waitFor()
                    const where = `${name} ${colorScheme} ${viewport.width}`
                    const width = await page.evaluate(() => document.documentElement.scrollWidth)
                    assert.ok(width <= viewport.width, `${where}: ${width} wide`)
                    // Widths change no colour: the dark phone has nothing that was not judged before.
                    if (colorScheme === "dark" && viewport === PHONE) {
                        await shot(page, `${name}-${colorScheme}-${viewport.width}`)
                        await page.close()
                        continue
                    }
                    // The script of axe comes from the browser's own tools, which the page's policy does not bind.
                    await page.evaluate(axe)
                    const found = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }))
                    const faults = found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(" | ")}`)
                    assert.deepEqual(faults, [], where)
                    await shot(page, `${name}-${colorScheme}-${viewport.width}`)
                    await page.close()
                }
                await context.close()
            }
        }
    },
}

async function shot(page, name) {
    if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` })
}

let failed = false
for (const [name, story] of Object.entries(stories)) {
    const began = performance.now()
    try {
        await story()
        assert.deepEqual(complaints, [], "the browser complains")
        console.log(`ok ${Math.round(performance.now() - began)} ms: ${name}`)
    } catch (error) {
        failed = true
        console.log(`FAILED: ${name}\n${error instanceof Error ? error.stack : error}`)
        complaints.length = 0
    }
}
await browser.close()
process.exit(failed ? 1 : 0)
