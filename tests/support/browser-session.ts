import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { newId } from '#lib/ids.ts'
import { secondMs } from '#lib/time.ts'
import { goodPassword } from './signed-in.ts'

const csrfShape = z.object({ csrfToken: z.string() })
const leadShape = z.object({ url: z.string() })
const signUpShape = z.object({ data: z.object({ userId: z.string(), teamId: z.string() }) })

export interface ApiAnswer {
  status: number
  /** The parsed JSON; the text of anything else. */
  body: unknown
  headers: Headers
}

interface Sending {
  method?: string
  /** JSON, or a form where it is URLSearchParams. */
  body?: URLSearchParams | Record<string, unknown>
  headers?: Record<string, string>
}

/** A browser without a screen: keeps cookies per host, names its origin, and follows no redirect by itself. */
export class BrowserSession {
  readonly url: string
  readonly #cookies = new Map<string, Map<string, string>>()

  readonly #headers: Record<string, string>

  /**
   * @param url where the product runs
   * @param headers go with every request, as a proxy in front would add them
   */
  constructor(url: string, headers: Record<string, string> = {}) {
    this.url = url
    this.#headers = headers
  }

  /** The product's cookies, as a `cookie` header says them. */
  get cookie(): string {
    return this.#cookieFor(new URL(this.url))
  }

  /** Takes over cookies, as somebody does who stole or planted them. */
  set cookie(header: string) {
    const pairs = header
      .split('; ')
      .map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const)
    this.#cookies.set(new URL(this.url).hostname, new Map(pairs))
  }

  /** One request; `path` may be a whole address. */
  async send(path: string, { method = 'GET', body, headers = {} }: Sending = {}): Promise<Response> {
    const url = new URL(path, this.url)
    const isForm = body instanceof URLSearchParams
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...this.#headers,
        cookie: this.#cookieFor(url),
        ...(method === 'GET' ? {} : { origin: url.origin }),
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    this.#keepCookies(url, response)
    return response
  }

  /** Calls the product's API, `/api/v1` left out of the path. */
  async api(method: string, path: string, body?: Record<string, unknown>): Promise<ApiAnswer> {
    const response = await this.send(`/api/v1${path}`, { method, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
  }

  /** Signs up with `goodPassword` and signs in. */
  async signUp(email = `${newId()}@example.com`): Promise<{ email: string; userId: string; teamId: string }> {
    const answer = await this.api('POST', '/sign-up', {
      email,
      password: goodPassword,
      name: 'Ada',
      teamName: 'Platform',
    })
    if (answer.status !== 201) throw new Error(`sign-up answered ${answer.status} ${JSON.stringify(answer.body)}`)
    const error = await this.signIn(email)
    if (error !== undefined) throw new Error(`sign-in answered ${error}`)
    return { email, ...signUpShape.parse(answer.body).data }
  }

  /** Signs in by password; gives the error the page would be told, if nobody was let in. */
  async signIn(email: string, password = goodPassword): Promise<string | undefined> {
    const lead = await this.auth('callback/credentials', { email, password })
    return lead.searchParams.get('error') ?? undefined
  }

  async signOut(): Promise<void> {
    await this.auth('signout')
  }

  /** Posts to next-auth as its pages do; gives the address it leads to. */
  async auth(action: string, fields: Record<string, string> = {}): Promise<URL> {
    const { csrfToken } = csrfShape.parse(await (await this.#sendPatiently('/api/auth/csrf')).json())
    const body = new URLSearchParams({ callbackUrl: '/', ...fields, csrfToken, json: 'true' })
    const response = await this.#sendPatiently(`/api/auth/${action}`, { method: 'POST', body })
    const answer = leadShape.safeParse(await response.clone().json())
    if (!answer.success) throw new Error(`${action} answered ${response.status} ${await response.text()}`)
    return new URL(answer.data.url, this.url)
  }

  /** A fast machine asks more often in a second than one address may: then it waits as long as it is told. */
  async #sendPatiently(path: string, sending: Sending = {}): Promise<Response> {
    const response = await this.send(path, sending)
    const waitSeconds = Number(response.headers.get('retry-after'))
    if (response.status !== 429 || waitSeconds > 2) return response
    await delay(waitSeconds * secondMs)
    return await this.#sendPatiently(path, sending)
  }

  #cookieFor({ hostname }: URL): string {
    return [...(this.#cookies.get(hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keepCookies({ hostname }: URL, response: Response): void {
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>()
    this.#cookies.set(hostname, jar)
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      const isTakenBack = attributes.some((attribute) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute))
      if (isTakenBack) jar.delete(name)
      else jar.set(name, pair.slice(name.length + 1))
    }
  }
}
