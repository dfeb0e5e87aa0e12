import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { isAlive } from '#lib/process-mark.ts'
import { isPortTaken } from '#scripts/process/free-port.ts'
import { BrowserSession } from '#tests/support/browser-session.ts'
import { CheckoutCopy } from '#tests/support/checkout.ts'
import { buildApp } from '#tests/support/stack.ts'

beforeAll(buildApp)

/** What a process was given as its environment. */
function environmentOf(pid: number | undefined): string {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/environ`, 'utf8')
  return execFileSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
}

describe('npm start', () => {
  it('comes up on a free port, refuses a second one, and leaves no process after Ctrl-C', async () => {
    await using checkout = new CheckoutCopy()
    const first = checkout.start()
    const url = await first.ready()
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const marks = checkout.processes()
    expect(Object.keys(marks).sort()).toEqual(['postgres', 'redis', 'supervisor', 'web', 'worker'])
    expect(statSync(join(checkout.path, '.kstone', 'secrets.json')).mode & 0o777).toBe(0o600)

    const secretsFile = readFileSync(join(checkout.path, '.kstone', 'secrets.json'), 'utf8')
    const { postgresPassword, rolePasswords } = JSON.parse(secretsFile)
    for (const name of ['web', 'worker']) {
      const environment = environmentOf(marks[name]?.pid)
      expect(environment, name).toContain(rolePasswords.app)
      for (const kept of [postgresPassword, rolePasswords.owner]) expect(environment, name).not.toContain(kept)
    }

    const second = checkout.start()
    expect(await second.exitCode).not.toBe(0)
    expect(second.output).toContain(`already runs from this folder at ${url}`)
    expect(second.output).toContain(`kill ${marks.supervisor?.pid}`)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)

    first.signalAll('SIGINT')
    expect(await first.exitCode).toBe(0)
    expect(Object.values(marks).filter(isAlive)).toEqual([])
    expect(await isPortTaken(Number(new URL(url).port))).toBe(false)
    expect(checkout.processes()).toEqual({})
  })

  it('ends, with everything it started, when the npm that ran it is killed', async () => {
    await using checkout = new CheckoutCopy()
    const start = checkout.start()
    await start.ready()
    const marks = checkout.processes()
    process.kill(start.launcherPid, 'SIGKILL')
    await expect.poll(() => Object.values(marks).filter(isAlive), { timeout: 40_000 }).toEqual([])
  })

  it('shows the demo team and its clusters each time, and leaves neither a session nor a process behind', async () => {
    await using checkout = new CheckoutCopy()
    for (const [step, clusters] of [
      ['made', '3 brought in'],
      ['as it was', 'as they were'],
    ]) {
      const start = checkout.start({}, ['--allow', '127.0.0.1:2379'])
      const url = await start.ready(120_000)
      expect(start.output).toContain(`Demo clusters: 3 running, ${clusters}`)
      expect(start.output).toContain('Allowed: the demo team may reach 127.0.0.1:2379')
      const demo = JSON.parse(readFileSync(join(checkout.path, '.kstone', 'demo.json'), 'utf8'))
      expect(start.output).toContain(`Demo team: ${step}`)
      expect(start.output).toContain(`sign in   ${demo.email}   password ${demo.password}`)
      expect(demo.url).toBe(url)
      const visitor = new BrowserSession(url)
      expect(await visitor.signIn(demo.email, demo.password)).toBeUndefined()
      expect(await visitor.api('GET', '/me/sessions')).toMatchObject({ body: { data: [{ isCurrent: true }] } })
      const listed = await visitor.api('GET', '/clusters?sort=name')
      expect(listed.body).toMatchObject({
        data: [
          { name: 'apisix-edge', state: 'degraded', problem: 'alarm-nospace', membersUp: 1, membersTotal: 1 },
          { name: 'kubernetes', state: 'running', membersUp: 3, membersTotal: 3 },
          { name: 'orders', state: 'at-risk', membersUp: 2, membersTotal: 3 },
        ],
      })
      await visitor.signOut()
      expect(checkout.demoMembers().filter(isAlive)).toHaveLength(6)
      start.signalAll('SIGINT')
      expect(await start.exitCode).toBe(0)
      expect(checkout.demoMembers().filter(isAlive)).toEqual([])
    }
  })

  it.each([
    ['a port somebody listens on', { PORT: 'taken' }, /port \d+ is taken[\s\S]*PORT=0/],
    ['a port that is no number', { PORT: '80a' }, /PORT is "80a"[\s\S]*whole number from 0 to 65535/],
    ['a Redis that does not answer', { REDIS_URL: 'redis://127.0.0.1:1' }, /Redis[\s\S]*ECONNREFUSED[\s\S]*REDIS_URL/],
    ['a database address of no form', { DATABASE_URL: 'foo' }, /DATABASE_URL is not an address[\s\S]*unset it/],
    ['a Redis address of no form', { REDIS_URL: 'localhost:6379' }, /REDIS_URL is not an address[\s\S]*unset it/],
    ['half of the logins', { DATABASE_URL_APP: 'postgresql://a@127.0.0.1/x' }, /only some are set[\s\S]*set all three/],
    [
      'a database that does not answer',
      { DATABASE_URL: 'postgresql://a@127.0.0.1:1/x' },
      /PostgreSQL[\s\S]*ECONNREFUSED/,
    ],
  ])('names cause and fix for %s, and leaves nothing running', async (_case, given, message) => {
    await using checkout = new CheckoutCopy()
    await using server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const taken = typeof address === 'object' && address ? String(address.port) : ''
    const start = checkout.start({ ...given, ...('PORT' in given && given.PORT === 'taken' ? { PORT: taken } : {}) })
    expect(await start.exitCode).toBe(1)
    expect(start.output).toMatch(message)
    expect(start.output).toMatch(/cause: .*\n +fix: +\S/)
    expect(checkout.processes()).toEqual({})
  })

  it.each([
    [['--allow', 'localhost:2379'], /localhost:2379 is no address with a port[\s\S]*127\.0\.0\.1:2379/],
    [['--allow', '10.98.76.54:2379'], /is not an address of this machine[\s\S]*ALLOW_PRIVATE_CIDRS/],
    [['--no-demo', '--allow', '127.0.0.1:2379'], /no demo team to allow[\s\S]*npm run net:allow -- 127\.0\.0\.1:2379/],
  ])('refuses %j before anything is started', async (args, message) => {
    await using checkout = new CheckoutCopy()
    const start = checkout.start({}, args)
    expect(await start.exitCode).toBe(1)
    expect(start.output).toMatch(message)
    expect(start.output).not.toContain('PostgreSQL')
  })

  it('answers an unknown option with the list of options', async () => {
    await using checkout = new CheckoutCopy()
    const start = checkout.start({}, ['--no-demmo'])
    expect(await start.exitCode).not.toBe(0)
    expect(start.output).toContain("Unknown option '--no-demmo'")
    expect(start.output).toMatch(/--no-demo\s+make no demo team/)
  })
})
