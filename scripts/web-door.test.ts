import type { IncomingMessage } from 'node:http'
import { createServer, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanHeaders, turnAway } from './web-door.ts'

const seen: Record<string, unknown>[] = []
let port = 0
const server = createServer((request, response) => {
  cleanHeaders(request)
  if (turnAway(request, response, `http://localhost:${port}`)) return
  seen.push({ ...request.headers })
  response.end('served')
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' })
}

/** fetch refuses to send some methods. */
function askWith(method: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { host: `localhost:${port}` }
    const asking = sendRequest({ host: '127.0.0.1', port, path: '/', method, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer))
    })
    asking.once('error', reject).end()
  })
}

describe('the door of the web process', () => {
  test('sends another name of this machine to the one that cookies know', async () => {
    const response = await ask('/members?role=admin')
    expect(response.status).toBe(307)
    expect(response.headers.get('location')).toBe(`http://localhost:${port}/members?role=admin`)
  })

  test('is no open redirect, however the path begins', async () => {
    for (const path of ['//evil.example/x', '/\\evil.example', '/https://evil.example']) {
      const location = (await ask(path)).headers.get('location') ?? ''
      expect(new URL(location).origin).toBe(`http://localhost:${port}`)
    }
  })

  test('lets probes and the API come by address', async () => {
    for (const path of ['/healthz', '/api/readyz', '/api/v1/me']) expect((await ask(path)).status).toBe(200)
  })

  test('answers an address that cannot be read with 400, under whatever name', async () => {
    for (const path of ['/%', '/api/v1/members/%zz', '/%c3', '/%00%ff'])
      expect((await ask(path)).status, path).toBe(400)
    expect((await ask('/api/v1/%25%20?x=%')).status).toBe(200)
  })

  test('answers a method nobody serves with 405 and those that are', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'LOCK']) {
      const answer = await askWith(method)
      expect([method, answer.statusCode, answer.headers.allow]).toEqual([method, 405, expect.stringContaining('GET')])
    }
    expect((await askWith('OPTIONS')).statusCode).toBe(200)
  })

  test('takes away what only our own servers may say, and says who calls', async () => {
    seen.length = 0
    const forged = { 'x-kstone-peer': '203.0.113.1', 'x-middleware-subrequest': 'proxy', 'x-matched-path': '/x' }
    await ask('/healthz', { ...forged, 'x-forwarded-for': '203.0.113.2' })
    expect(seen[0]).toMatchObject({
      'x-kstone-peer': '127.0.0.1',
      'x-forwarded-for': '203.0.113.2',
      'x-kstone-forwarded': '1',
    })
    expect(Object.keys(seen[0] ?? {})).not.toEqual(expect.arrayContaining(['x-middleware-subrequest']))
    expect(Object.keys(seen[0] ?? {})).not.toEqual(expect.arrayContaining(['x-matched-path']))
  })
})
