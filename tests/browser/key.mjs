// A person with the key browses rows that are only marked when they are deleted.
// Usage: node tests/browser/key.mjs CHROMIUM URL KEY. The table of notes has one row, `1`.

import assert from "node:assert/strict"
import { chromium } from "playwright-core"

const [executablePath, baseURL, key] = process.argv.slice(2)
const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
})
const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } })
context.setDefaultTimeout(8000)
const page = await context.newPage()

await page.goto("/data/notes")
const field = page.locator("#key")
await field.fill("wrong")
await page.keyboard.press("Enter")
await page.getByText("That key is not the one.").waitFor()
assert.equal(await page.locator("tbody tr").count(), 0)
await field.fill(key)
await page.keyboard.press("Enter")
await page.locator("tbody tr").waitFor()
await page.reload()
await page.locator("tbody tr").waitFor()

// The key is shown nowhere.
await page.getByText("Request", { exact: true }).click()
assert.ok(!(await page.content()).includes(key))

await page.getByRole("link", { name: "1", exact: true }).click()
await page.getByRole("button", { name: "Delete" }).click()
await page.getByText("The row is marked as deleted (deletedAt)").waitFor()
await page.locator("dialog").getByRole("button", { name: "Delete" }).click()
await page.getByText("This table has no rows yet.").waitFor()
await page.getByLabel("Deleted rows").selectOption("only")
await page.waitForURL(/deleted=only/)
await page.getByRole("link", { name: "1", exact: true }).click()
await page.locator(".headline").getByText("deleted").waitFor()

// Another tab knows no key.
const other = await (await browser.newContext({ baseURL })).newPage()
await other.goto("/data")
await other.locator("#key").waitFor()
await browser.close()
