import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { config } from '#lib/config.ts'
import { AppError } from '#lib/errors.ts'
import { dial } from '#lib/net/dial.ts'
import { operatorPolicy } from '#lib/net/operator-policy.ts'
import { secondMs } from '#lib/time.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  html?: string
  /** The same for every attempt to send this mail, so that mail servers can tell a repetition: letters, digits, `.` and `-`. */
  id?: string
}

interface SendOptions {
  /** Ends the attempt early. */
  signal?: AbortSignal
}

/** From the first packet to the server's word that it has taken the mail. */
const deadlineMs = 20 * secondMs

const standardPort = { 'smtp:': 25, 'smtps:': 465 }

/** Whether there is a mail server; without one, links are handed over by hand. */
export function isMailConfigured(): boolean {
  return config().smtp !== undefined
}

/**
 * Hands one mail to the mail server. It is done when the server has taken it: what becomes of it then, nobody here knows.
 * Throws `mail-unavailable` when that did not happen and may happen later, `mail-refused` when it never will.
 */
export async function sendMail(mail: Mail, { signal }: SendOptions = {}): Promise<void> {
  const { smtp } = config()
  if (!smtp) throw new AppError('mail-unavailable', 'SMTP_URL is not set')
  const server = parseServer(smtp.url.reveal())
  const deadline = AbortSignal.any([AbortSignal.timeout(deadlineMs), ...(signal ? [signal] : [])])
  try {
    const connection = await dial(server, { policy: operatorPolicy(server), signal: deadline })
    const hangUp = () => connection.destroy(new Error('The mail server took too long', { cause: deadline.reason }))
    deadline.addEventListener('abort', hangUp, { once: true })
    try {
      const transport = createTransport({ ...server, connection, disableFileAccess: true, disableUrlAccess: true })
      await transport.sendMail(compose(mail, smtp.from))
    } finally {
      deadline.removeEventListener('abort', hangUp)
      connection.destroy()
    }
  } catch (error) {
    throw refusalOf(error)
  }
}

function compose({ id, ...mail }: Mail, from: string) {
  const host = new URL(config().publicUrl).hostname
  return {
    ...mail,
    from,
    ...(id === undefined ? {} : { messageId: `<${id}@${host}>` }),
    // Nobody's holiday notice should come back.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** A password travels only under TLS. A server on this machine needs none, and its certificate is seldom one to believe. */
function parseServer(address: string) {
  const url = new URL(address)
  const isSecure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isLocal = ['localhost', '127.0.0.1', '::1'].includes(host)
  const user = decodeURIComponent(url.username)
  return {
    host,
    port: Number(url.port) || standardPort[isSecure ? 'smtps:' : 'smtp:'],
    secure: isSecure,
    ignoreTLS: isLocal,
    requireTLS: !isSecure && user !== '' && !isLocal,
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
  }
}

const smtpFailure = z.object({ responseCode: z.number().optional(), command: z.string().optional() })

/** A 5xx answer to the recipient or the content stays (RFC 5321 §4.2.1); everything else may pass, wrong credentials included. */
function refusalOf(error: unknown): AppError {
  const { responseCode = 0, command = '' } = smtpFailure.safeParse(error).data ?? {}
  const isFinal = responseCode >= 500 && ['RCPT TO', 'DATA'].includes(command)
  if (isFinal)
    return new AppError('mail-refused', `The mail server refused the mail for good (${responseCode})`, { cause: error })
  return new AppError('mail-unavailable', 'The mail server did not take the mail', { cause: error })
}
