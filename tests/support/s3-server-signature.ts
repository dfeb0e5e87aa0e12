import type { BinaryLike } from 'node:crypto'
import { createHash, createHmac } from 'node:crypto'

interface Signed {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
}

/** When a request says it was made; the beginning of time where it does not. */
export function timeOf(headers: Record<string, string>): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'] ?? '') ?? []
  return year === undefined ? new Date(0) : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** What a request's signature has to be ("Signature Version 4", S3 API reference), by what it says it signed. */
export function signatureOf({ method, url, headers }: Signed, secret: string): string {
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+),\s*SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ?? []
  const [path = '', query = ''] = url.split('?')
  const params = query === '' ? [] : query.split('&').map((param) => (param.includes('=') ? param : `${param}=`))
  const canonical = [
    method,
    path,
    params.sort().join('&'),
    ...names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names,
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = scope.split('/').reduce<BinaryLike>((above, word) => hmac(above, word), `AWS4${secret}`)
  return hmac(key, text).toString('hex')
}

function hmac(key: BinaryLike, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
