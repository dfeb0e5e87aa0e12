import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { chromium } from 'playwright'
import { z } from 'zod'
import type { HttpSession } from './app/http-session.ts'
import { openHttpSession } from './app/http-session.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { rootDir, stateDir } from './paths.ts'
import { StepError } from './step-error.ts'
import { ensureChromium } from './test/chromium.ts'

const windowSize = { width: 1440, height: 900 }
const sizeMaxBytes = 300_000

const demoShape = z.object({ url: z.string(), email: z.string(), password: z.string() })
const invitationShape = z.object({ data: z.object({ link: z.string() }) })
const membersShape = z.object({ data: z.array(z.unknown()) })

/** People whose names everybody knows, so that nobody takes them for customers. */
const people = [
  { name: 'Ada Lovelace', email: 'ada@kstone.example', role: 'admin' },
  { name: 'Grace Hopper', email: 'grace@kstone.example', role: 'operator' },
  { name: 'Leslie Lamport', email: 'leslie@kstone.example', role: 'operator' },
  { name: 'Barbara Liskov', email: 'barbara@kstone.example', role: 'viewer' },
]

const { positionals } = parseOptions({
  usage: 'node scripts/screenshot.ts',
  summary:
    'Takes docs/screenshot.png of the demo team of a running npm start; fills that team with a few people first.',
  options: {},
  positional: { name: 'PATH', description: 'the page to show; the list of clusters when not given' },
})

await runCommand(async () => {
  const demo = readDemo()
  await fillTeam(demo)
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] })
  try {
    await shoot(await openConsole(browser, demo), positionals[0] ?? '/clusters')
  } finally {
    await browser.close()
  }
})

type Demo = z.infer<typeof demoShape>

function readDemo(): Demo {
  try {
    return demoShape.parse(JSON.parse(readFileSync(join(stateDir, 'demo.json'), 'utf8')))
  } catch (error) {
    throw new StepError('there is no demo team to show', { fix: 'run npm start first', cause: error })
  }
}

async function fillTeam({ url, email, password }: Demo): Promise<void> {
  const session = await signIn(url, email, password)
  const { data: members } = membersShape.parse(await session.get('/api/v1/members'))
  if (members.length > 1) return
  for (const { name, email: address, role } of people) {
    const made = await session.post('/api/v1/invitations', { email: address, role })
    const token = new URL(invitationShape.parse(made).data.link).hash.slice(1)
    await openHttpSession(url, url).post('/api/v1/invitations/accept', { token, name, password })
  }
  const scopes = ['clusters:read', 'usage:read']
  await session.post('/api/v1/api-keys', { name: 'grafana', scopes, expiresInDays: 90 })
}

async function signIn(url: string, email: string, password: string): Promise<HttpSession> {
  const session = openHttpSession(url, url)
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await session.get('/api/auth/csrf'))
  const form = new URLSearchParams({ csrfToken, email, password, json: 'true' })
  await session.post('/api/auth/callback/credentials', form)
  return session
}

async function openConsole(browser: Browser, { url, email, password }: Demo): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: windowSize, locale: 'en', colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.locator('input[name="email"]').fill(email)
  await page.locator('input[name="password"]').fill(password)
  await page.locator('button[type="submit"]').click()
  await page.waitForURL('**/clusters')
  return page
}

async function shoot(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null)
  await page.getByText('Live', { exact: true }).waitFor()
  const file = join(rootDir, 'docs', 'screenshot.png')
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
  const { size } = statSync(file)
  if (size > sizeMaxBytes)
    throw new StepError(`the picture has ${size} bytes`, { fix: `choose a page that stays below ${sizeMaxBytes}` })
}
