// The story of examples/nextjs in a real Chromium.
// Usage: node tests/browser/nextjs.mjs CHROMIUM URL [FOLDER for pictures]

import assert from "node:assert/strict"
import { chromium } from "playwright-core"

const [executablePath, base, pictures] = process.argv.slice(2)
const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
})
const complaints = []

async function person(viewport = { width: 1280, height: 800 }) {
    const context = await browser.newContext({ viewport, baseURL: base })
    context.setDefaultTimeout(15000)
    const page = await context.newPage()
    page.on("pageerror", (error) => complaints.push(String(error)))
    return page
}
const signIn = async (page, email, name) => {
    await page.goto("/login")
    await page.getByLabel("E-mail").fill(email)
    await page.getByLabel("Name", { exact: true }).fill(name)
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: "Your projects" }).waitFor()
}
const picture = async (page, name) => pictures && page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true })

try {
    const ada = await person()
    // Who is not signed in sees the login page, and no data.
    await ada.goto("/")
    await ada.getByRole("heading", { name: "Sign in" }).waitFor()
    await picture(ada, "login")
    assert.equal((await ada.request.get("/api/projects/garden/csv")).status(), 401)
    await ada.getByLabel("E-mail").fill("nobody")
    await ada.getByRole("button", { name: "Sign in" }).click()
    await ada.getByText("This is not an e-mail address.").waitFor()
    await signIn(ada, "ada@example.com", "Ada Lovelace")

    const create = async (name, slug) => {
        await ada.getByLabel("Name", { exact: true }).fill(name)
        await ada.getByLabel("Address").fill(slug)
        await ada.getByRole("button", { name: "Create project" }).click()
    }
    await ada.getByText("You have no project yet.").waitFor()
    await create("Garden", "garden")
    await ada.getByRole("heading", { level: 1, name: "Garden" }).waitFor()
    await ada.getByRole("link", { name: "Projects" }).click()
    await ada.getByText("0 open of 0").waitFor()
    // The address is taken: the database says so, and the form shows it beside the field.
    await create("Another garden", "garden")
    await ada.locator("#slug-error").waitFor()
    assert.equal(await ada.getByLabel("Name", { exact: true }).inputValue(), "Another garden")
    await picture(ada, "field-error")
    await create("Another garden", "garden-2")
    await ada.getByRole("heading", { level: 1, name: "Another garden" }).waitFor()
    await ada.getByRole("link", { name: "Projects" }).click()
    await ada.getByRole("link", { name: "Garden", exact: true }).click()

    for (const number of [1, 2, 3, 4, 5, 6]) {
        await ada.getByLabel("Title").fill(`Task ${number}`)
        await ada.getByLabel("Tags").fill("spring, outdoors")
        await ada.getByRole("button", { name: "Add task" }).click()
        await ada.getByText(`${number} tasks`).waitFor()
    }
    assert.equal(await ada.locator(".list li").count(), 5)
    assert.deepEqual((await ada.locator(".list li").first().locator(".tag").allTextContents()).sort(), ["outdoors", "spring"])
    await picture(ada, "project")
    await ada.getByRole("link", { name: "Older tasks" }).click()
    await ada.getByRole("link", { name: "Task 1" }).waitFor()
    assert.equal(await ada.locator(".list li").count(), 1)
    const csv = await ada.request.get("/api/projects/garden/csv")
    assert.equal((await csv.text()).split("\r\n").length, 8)

    // Two windows change one task: the second is told, sees the other's words, and decides.
    await ada.getByRole("link", { name: "Task 1" }).click()
    await ada.getByRole("heading", { level: 1, name: "Task 1" }).waitFor()
    const second = await ada.context().newPage()
    await second.goto(ada.url())
    await second.getByLabel("Title").fill("Sow beans")
    await second.getByLabel("Notes").fill("In rows\nof ten")
    await second.getByLabel("Status").selectOption("DONE")
    await second.getByRole("button", { name: "Save task" }).click()
    await second.getByText("Saved.").waitFor()
    await ada.getByLabel("Title").fill("Plant tomatoes")
    await ada.getByLabel("Status").selectOption("DOING")
    await ada.getByRole("button", { name: "Save task" }).click()
    await ada.getByText("Somebody has changed this task").waitFor()
    const theirs = ada.getByLabel("What the other person has saved")
    assert.deepEqual(await theirs.locator("dd").allTextContents(), ["Sow beans", "In rows\nof ten", "done"])
    assert.equal(await ada.getByLabel("Title").inputValue(), "Plant tomatoes")
    assert.equal(await ada.getByLabel("Status").inputValue(), "DOING")
    await picture(ada, "conflict")
    await ada.getByRole("button", { name: "Save task" }).click()
    await ada.getByText("Saved.").waitFor()
    await ada.getByLabel("Comment").fill("After the last frost")
    await ada.getByRole("button", { name: "Add comment" }).click()
    await ada.getByText("After the last frost").waitFor()
    await ada.reload()
    assert.equal(await ada.getByLabel("Title").inputValue(), "Plant tomatoes")

    // Every task counts, and who is done is not open.
    await ada.getByLabel("Status").selectOption("DONE")
    await ada.getByRole("button", { name: "Save task" }).click()
    await ada.getByText("Saved.").waitFor()
    await ada.getByRole("link", { name: "Projects" }).click()
    await ada.getByText("5 open of 6").waitFor()
    await ada.getByText("0 open of 0").waitFor()
    await picture(ada, "projects")
    await ada.goBack()
    await ada.getByRole("heading", { level: 1, name: "Plant tomatoes" }).waitFor()

    // Another person sees nothing of it, on a phone.
    const grace = await person({ width: 375, height: 740 })
    await signIn(grace, "grace@example.com", "Grace Hopper")
    await grace.getByText("You have no project yet.").waitFor()
    assert.equal((await grace.goto("/projects/garden")).status(), 404)
    assert.equal((await grace.goto(ada.url())).status(), 404)
    await grace.goto("/")
    await picture(grace, "phone")
    assert.ok(await grace.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no scrolling sideways")

    // Signing out ends the session, not just the cookie.
    const cookies = await ada.context().cookies()
    await ada.getByRole("button", { name: "Sign out" }).click()
    await ada.getByRole("heading", { name: "Sign in" }).waitFor()
    await ada.context().addCookies(cookies)
    await ada.goto("/")
    await ada.getByRole("heading", { name: "Sign in" }).waitFor()
    assert.deepEqual(complaints, [])
    console.log("the app works")
} finally {
    await browser.close()
}
