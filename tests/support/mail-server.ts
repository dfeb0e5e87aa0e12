import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  to: string[]
  /** The whole message as it came over the wire. */
  raw: string
  headers: Map<string, string>
  /** The plain text, decoded. */
  text: string
}

export interface MailServer extends AsyncDisposable {
  url: string
  mails: ReceivedMail[]
}

/** A real SMTP server on a free port of this machine. `options` make it refuse, wait or ask for credentials. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.onAuth ? [] : ['AUTH'],
    logger: false,
    ...options,
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        const raw = Buffer.concat(pieces).toString()
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw, ...readMail(raw) })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    mails,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function readMail(raw: string): { headers: Map<string, string>; text: string } {
  const headers = readHeaders(raw.slice(0, raw.indexOf('\r\n\r\n')))
  const plain = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)(?:\r\n--|$)/.exec(raw)
  const isBase64 = /Content-Transfer-Encoding: base64/.test(plain?.[0] ?? '')
  const body = plain?.[1] ?? ''
  return { headers, text: isBase64 ? Buffer.from(body, 'base64').toString() : decodeQuotedPrintable(body) }
}

function readHeaders(block: string): Map<string, string> {
  const lines = block.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}

function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
