import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { AppError } from './errors.ts'
import { newSecretToken } from './ids.ts'
import { createLog, log, logFailure, withLogContext } from './log.ts'
import { processWide } from './process-wide.ts'
import { Secret } from './secret.ts'

let written = ''
const capture = createLog('trace', {
  write: (line) => {
    written += line
  },
})
processWide('log', () => capture)

const lines = (): Record<string, unknown>[] =>
  written
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

beforeEach(() => {
  written = ''
})

describe('a line', () => {
  it('is JSON with level, time and message in words', () => {
    log().info({ port: 3000 }, 'listening')
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'info', port: 3000, msg: 'listening', time: expect.stringMatching(/^20.*Z$/) }),
    ])
  })

  it('says which work it belongs to, across awaits and nested contexts, and no other', async () => {
    const work = (tenantId: string) =>
      withLogContext({ requestId: `request-${tenantId}` }, async () => {
        await delay(1)
        await withLogContext({ tenantId, actor: 'user:1' }, async () => {
          await delay(1)
          log().info('inside')
        })
        log().info('after')
      })
    await Promise.all([work('a'), work('b')])
    log().info('outside')
    const told = lines().map(({ msg, requestId, tenantId, actor }) => [msg, requestId, tenantId, actor])
    expect(told).toContainEqual(['inside', 'request-a', 'a', 'user:1'])
    expect(told).toContainEqual(['inside', 'request-b', 'b', 'user:1'])
    expect(told).toContainEqual(['after', 'request-a', undefined, undefined])
    expect(told).toContainEqual(['outside', undefined, undefined, undefined])
  })

  it('ends when the thing logged is a circle', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    log().info({ circle })
    expect(written.match(/"self"/g)?.length).toBeLessThan(10)
    expect(lines()).toHaveLength(1)
  })

  it('stays short when the thing logged is large', () => {
    const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({ some: { more: 'text' } })))
    log().info({ wide, process })
    expect(written.length).toBeLessThan(200_000)
    expect(lines()).toHaveLength(1)
  })

  it('shows what JSON has no form for', () => {
    log().info({ revision: 2n ** 63n, key: Buffer.from('abc'), at: new Date(0), url: new URL('https://x.test/') })
    expect(lines()).toEqual([
      expect.objectContaining({
        revision: '9223372036854775808',
        key: '[3 bytes]',
        at: '1970-01-01T00:00:00.000Z',
        url: 'https://x.test/',
      }),
    ])
  })
})

describe('a failure', () => {
  it('that is expected is a warning with its code and without a stack', () => {
    logFailure(new AppError('last-owner', 'The last owner cannot leave', { details: { userId: 'u1' } }))
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'failed',
        err: {
          type: 'AppError',
          code: 'last-owner',
          message: 'The last owner cannot leave',
          details: { userId: 'u1' },
        },
      }),
    ])
  })

  it('that is ours is an error with the way to it and its cause', () => {
    logFailure(new TypeError('x is not a function'), 'job failed')
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'error',
        msg: 'job failed',
        err: expect.objectContaining({
          code: 'internal',
          stack: expect.stringContaining('log.test.ts'),
          cause: expect.objectContaining({
            type: 'TypeError',
            message: 'x is not a function',
            stack: expect.stringContaining('log.test.ts'),
          }),
        }),
      }),
    ])
  })

  it('of several at once tells each', () => {
    logFailure(new AggregateError([new Error('first'), new Error('second')], 'all failed'))
    expect(written).toContain('first')
    expect(written).toContain('second')
  })
})

describe('a secret', () => {
  const canary = 'canary-5f1c9e'
  const secret = new Secret(canary)
  const token = newSecretToken('kst')
  const driverError = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: `(${canary})`,
    parameters: [canary],
  })

  class Client {
    readonly #password = canary
    readonly options = { password: canary, nested: { authorization: `Bearer ${canary}` } }
    length(): number {
      return this.#password.length
    }
  }

  it.each<[string, () => void]>([
    ['by its class', () => log().info({ secret })],
    ['by its class, deep down', () => log().info({ a: [{ b: new Map([['c', new Set([secret])]]) }] })],
    ['by its class, as the whole line', () => log().info(secret)],
    ['by its class, in the message', () => log().info('connecting with %s %j %o', secret, secret, secret)],
    ['by its class, under a context', () => withLogContext({ actor: String(secret) }, () => log().info('x'))],
    ['by its class, through a child', () => log().child({ secret }).info('x')],
    [
      'by its class, in the details of a failure',
      () => logFailure(new AppError('conflict', 'x', { details: { secret } })),
    ],
    [
      'by the name of its field',
      () => log().info({ password: canary, user: { newPassword: canary, passwordHash: canary } }),
    ],
    ['by the name of its field, a list', () => log().info({ tokens: [canary], cookies: { sid: canary } })],
    [
      'by the name of its field, headers',
      () =>
        log().info({ headers: { Authorization: canary, Cookie: canary, 'set-cookie': [canary], 'x-api-key': canary } }),
    ],
    ['by the name of its field, a map', () => log().info({ headers: new Map([['authorization', canary]]) })],
    ['in a client object', () => log().info({ client: new Client() })],
    ['in what a driver hangs on its errors', () => logFailure(driverError)],
    [
      'in what a driver hangs on its errors, as a cause',
      () => logFailure(new AppError('internal', 'x', { cause: driverError })),
    ],
    ['in what a driver hangs on its errors, unwrapped', () => log().error(driverError)],
    ['in a buffer', () => log().info({ body: Buffer.from(canary) })],
    [
      'in the address of a database',
      () => logFailure(new Error(`cannot reach postgresql://kstone_app:${canary}@db:5432/kstone`)),
    ],
    ['in the address of a database, under any name', () => log().info({ target: `redis://:${canary}@cache:6379` })],
    ['in a header that was printed', () => log().info(`GET / authorization: Bearer ${canary}`)],
    ['in a link', () => log().info({ url: `https://kstone.example.com/reset?lang=en&token=${canary}&x=1` })],
    ['in a link with quotes around', () => log().info(`opened "https://x.test/?token=${canary}"`)],
  ])('is not logged %s', (_, act) => {
    act()
    expect(written).not.toContain(canary)
    expect(written).not.toContain(Buffer.from(canary).toString('base64').slice(0, 12))
    expect(lines()).toHaveLength(1)
  })

  it.each<[string, () => void]>([
    ['in a field', () => log().info({ given: token })],
    ['in the message', () => log().info(`refused ${token}`)],
    ['in an error', () => logFailure(new Error(`no key ${token}`))],
    ['in a path', () => log().info({ path: `/invitations/${token}` })],
  ])('of our own making is known by its form %s', (_, act) => {
    act()
    expect(written).not.toContain(token.slice(0, 20))
    expect(lines()).toHaveLength(1)
  })

  it('is not what only has its name: counts and switches stay readable', () => {
    log().info({ tokenCount: 3, hasPassword: true, tokenExpiresAt: null })
    expect(lines()).toEqual([expect.objectContaining({ tokenCount: 3, hasPassword: true, tokenExpiresAt: null })])
  })
})

describe('the log of a process without configuration', () => {
  it('works, so that it can say what is missing', async () => {
    const program = `import { log } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)}; log().info('alive')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { NODE_ENV: 'production', LOG_LEVEL: 'nonsense' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    await once(child, 'close')
    expect(JSON.parse(output)).toMatchObject({ level: 'info', msg: 'alive' })
  })
})
