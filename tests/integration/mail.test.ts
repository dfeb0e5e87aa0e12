import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startMailServer } from '#tests/support/mail-server.ts'

const mail = {
  to: 'grace@example.com',
  subject: 'Hello ü漢',
  text: 'Plain\n.\nwords 漢',
  html: '<p>words</p>',
  id: 'x-1',
}

/** The configuration is read once per process: each case reads it anew. */
async function sendVia(url: string, signal?: AbortSignal): Promise<void> {
  process.env.SMTP_URL = url
  vi.resetModules()
  const { sendMail } = await import('#lib/mail/send-mail.ts')
  await sendMail(mail, signal ? { signal } : {})
}

beforeAll(() => {
  Object.assign(process.env, {
    PUBLIC_URL: 'https://kstone.example.com',
    DATABASE_URL_APP: 'postgresql://app@127.0.0.1/x',
    DATABASE_URL_SYSTEM: 'postgresql://system@127.0.0.1/x',
    REDIS_URL: 'redis://127.0.0.1',
    ROOT_KEYS: `k:${'0'.repeat(64)}`,
    NEXTAUTH_SECRET: 'x'.repeat(32),
    SMTP_FROM: 'Kstone <kstone@example.com>',
    LOG_LEVEL: 'silent',
  })
})

afterEach(() => {
  delete process.env.SMTP_URL
})

describe('a mail', () => {
  it('arrives whole, with an id of its own and a mark that no person wrote it', async () => {
    await using server = await startMailServer()
    await sendVia(server.url)
    const [received] = server.mails
    expect(received?.to).toEqual(['grace@example.com'])
    expect(received?.text.trimEnd()).toBe('Plain\r\n.\r\nwords 漢')
    expect(Object.fromEntries(received?.headers ?? [])).toMatchObject({
      from: 'Kstone <kstone@example.com>',
      'message-id': '<x-1@kstone.example.com>',
      'auto-submitted': 'auto-generated',
    })
  })

  it('is refused for good when the server does not take the address', async () => {
    await using server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
    })
    await expect(sendVia(server.url)).rejects.toMatchObject({ code: 'mail-refused', retryable: false })
  })

  it('may be tried again when the server is busy', async () => {
    await using server = await startMailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('greylisted'), { responseCode: 451 })),
    })
    await expect(sendVia(server.url)).rejects.toMatchObject({ code: 'mail-unavailable', retryable: true })
  })

  it('may be tried again when nobody listens', async () => {
    const server = await startMailServer()
    await server[Symbol.asyncDispose]()
    await expect(sendVia(server.url)).rejects.toMatchObject({ code: 'mail-unavailable' })
  })

  it('is given up when the server says nothing until the deadline', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const startedAt = Date.now()
    await expect(sendVia(`smtp://127.0.0.1:${port}`, AbortSignal.timeout(500))).rejects.toMatchObject({
      code: 'mail-unavailable',
    })
    expect(Date.now() - startedAt).toBeLessThan(5_000)
    mute.close()
  })

  it('is sent with the credentials of the address', async () => {
    const given: unknown[] = []
    await using server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        given.push([username, password])
        done(null, { user: username })
      },
    })
    await sendVia(server.url.replace('://', '://post%40example.com:p%23ss@'))
    expect(given).toEqual([['post@example.com', 'p#ss']])
    expect(server.mails).toHaveLength(1)
  })

  it('is not sent to a server whose certificate nobody vouches for', async () => {
    await using server = await startMailServer({ secure: true })
    await expect(sendVia(server.url)).rejects.toMatchObject({ code: 'mail-unavailable' })
    expect(server.mails).toHaveLength(0)
  })

  it('cannot be sent without a mail server, and says so', async () => {
    delete process.env.SMTP_FROM
    vi.resetModules()
    const { isMailConfigured, sendMail } = await import('#lib/mail/send-mail.ts')
    expect(isMailConfigured()).toBe(false)
    await expect(sendMail(mail)).rejects.toMatchObject({ code: 'mail-unavailable' })
  })
})
