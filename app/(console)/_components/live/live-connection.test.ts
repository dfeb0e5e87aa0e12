import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { AccessEnd, LiveStatus } from './live-connection.ts'
import { LiveConnection } from './live-connection.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A server with one answer for the stream and one for the poll, and the connection of a page to it. */
async function connect(answers: { stream: Answer; poll?: Answer }) {
  const requests: { url: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers })
    const answer = request.url?.includes('/stream') ? answers.stream : (answers.poll ?? refuse(404, 'not-found'))
    answer(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const seen = {
    statuses: [] as LiveStatus[],
    events: [] as string[],
    resyncs: 0,
    denials: 0,
    end: undefined as AccessEnd | undefined,
  }
  const connection = new LiveConnection(
    { teamId: 'team-1', lastEventId: '7', origin: `http://127.0.0.1:${port}` },
    {
      onStatus: (status) => seen.statuses.push(status),
      onEvent: (event) => seen.events.push(`${event.id} ${event.kind}`),
      onResync: () => {
        seen.resyncs += 1
      },
      onEnd: (reason) => {
        seen.end = reason
      },
      onDenied: () => {
        seen.denials += 1
      },
    },
  )
  const running = connection.run()
  onTestFinished(async () => {
    connection.close()
    server.closeAllConnections()
    server.close()
    await running
  })
  return { seen, requests, connection }
}

const stream =
  (...messages: string[]): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(messages.join(''))
  }

function refuse(status: number, code: string): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ code }))
  }
}

const joined = (id: number) => `id: ${id}\ndata: {"id":"${id}","kind":"member.joined","payload":{}}\n\n`

describe('LiveConnection', () => {
  test('asks as the page it belongs to and from where that page stands', async () => {
    const { requests } = await connect({ stream: stream('event: hello\nid: 7\ndata: {}\n\n') })
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    expect(requests[0]?.headers).toMatchObject({
      'kstone-team': 'team-1',
      'kstone-background': '1',
      'last-event-id': '7',
    })
  })

  test('tells events in their order and is live from the first word', async () => {
    const { seen } = await connect({ stream: stream(joined(8), joined(9)) })
    await vi.waitFor(() => expect(seen.events).toEqual(['8 member.joined', '9 member.joined']))
    expect(seen.statuses.at(-1)).toBe('live')
  })

  test('goes on behind the last event it saw when the stream breaks', async () => {
    const { requests } = await connect({
      stream: (request, response) => {
        stream(joined(8))(request, response)
        if (request.headers['last-event-id'] === '7') response.end()
      },
    })
    await vi.waitFor(() => expect(requests[1]?.headers['last-event-id']).toBe('8'), { timeout: 4_000 })
  })

  test('polls where streams do not get through', { timeout: 20_000 }, async () => {
    const answer = { data: { events: [{ id: '8', kind: 'member.joined', payload: {} }], lastId: '8', resync: false } }
    const { seen, requests } = await connect({
      stream: refuse(502, 'internal'),
      poll: (_request, response) => response.end(JSON.stringify(answer)),
    })
    await vi.waitFor(() => expect(seen.statuses.at(-1)).toBe('polling'), { timeout: 15_000 })
    expect(requests.filter(({ url }) => url.includes('/stream'))).toHaveLength(3)
    expect(requests.at(-1)?.url).toBe('/api/v1/events?after=7')
    expect(seen.events).toEqual(['8 member.joined'])
  })

  test('asks for everything anew when events are lost', async () => {
    const { seen } = await connect({ stream: stream('event: resync\nid: 90\ndata: {}\n\n') })
    await vi.waitFor(() => expect(seen.resyncs).toBe(1))
  })

  test.each([
    ['no-team', 403, 'no-team'],
    ['session-expired', 401, 'signed-out'],
    ['not-authenticated', 401, 'signed-out'],
  ])('ends for good when the stream is refused with %s', async (code, status, end) => {
    const { seen } = await connect({ stream: refuse(status, code) })
    await vi.waitFor(() => expect(seen.end).toBe(end))
  })

  test('learns from the next request what an end of access means', async () => {
    const { seen } = await connect({
      stream: stream('event: access-ended\ndata: {}\n\n'),
      poll: refuse(401, 'session-expired'),
    })
    await vi.waitFor(() => expect(seen.end).toBe('signed-out'))
  })

  test('takes the page away when nobody can say what an end of access means', async () => {
    const { seen } = await connect({
      stream: stream('event: access-ended\ndata: {}\n\n'),
      poll: (_request, response) => response.destroy(),
    })
    await vi.waitFor(() => expect(seen.end).toBe('no-team'))
  })

  test('steps back without taking the page away when only events are denied', async () => {
    const { seen } = await connect({ stream: refuse(403, 'permission-denied') })
    await vi.waitFor(() => expect(seen.denials).toBe(1))
    expect(seen.end).toBeUndefined()
  })
})
