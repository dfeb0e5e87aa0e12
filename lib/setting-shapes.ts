import { z } from 'zod'
import { isCidrWithin, parseCidr, parseIpAddress } from './ip-address.ts'
import { Secret } from './secret.ts'

export interface RootKey {
  id: string
  /** 32 bytes */
  key: Secret<Buffer>
}

/** A whole number, both bounds included. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
}

/** A path from the root of the file system. */
export function absolutePath() {
  return z
    .string()
    .max(4_096)
    .regex(/^\/[^\0]*$/)
}

/** `true` or `false`. */
export function flag() {
  return z.enum(['true', 'false']).transform((value) => value === 'true')
}

/** Text nobody may log, at least so many characters long. */
export function secretText(lengthMin: number) {
  return z
    .string()
    .min(lengthMin)
    .transform((value) => new Secret(value))
}

/** An address with a password in it, of one of these protocols (`redis:`). */
export function secretUrl(...protocols: string[]) {
  return z
    .string()
    .refine((value) => protocols.includes(URL.parse(value)?.protocol ?? '') && URL.parse(value)?.hostname !== '')
    .transform((value) => new Secret(value))
}

/** Scheme, host and port of a web address, without the slash behind it. */
export function origin() {
  return z
    .string()
    .transform(stripSlash)
    .refine((value) => /^https?:/.test(value) && URL.parse(value)?.origin === value)
}

/** The address without the slash at its end. */
export function stripSlash(address: string): string {
  return address.replace(/\/$/, '')
}

/** One or two root keys, the active one first. */
export function rootKeys() {
  const pair = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,31}:[0-9a-f]{64}$/i)
  return z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(pair).max(2))
    .transform((pairs) => pairs.map((value) => value.toLowerCase().split(':')))
    .refine(([active, previous]) => active?.[0] !== previous?.[0] && active?.[1] !== previous?.[1])
    .transform((pairs) =>
      pairs.map(([id = '', hex = '']): RootKey => ({ id, key: new Secret(Buffer.from(hex, 'hex')) })),
    )
}

/** Ranges with commas between, each within those kept for private use (RFC 1918, 6598, 4193): nothing else can be granted. */
export function privateRanges() {
  const grantable = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].flatMap(
    (text) => parseCidr(text) ?? [],
  )
  return listOf((text) => {
    const cidr = parseCidr(text)
    return cidr !== undefined && grantable.some((outer) => isCidrWithin(cidr, outer))
  })
}

/** Addresses with or without a port, commas between: `10.0.0.53`, `10.0.0.53:5353`, `[fd00::53]:53`. */
export function serverAddresses() {
  return listOf((text) => {
    const [, bracketed, v4] = /^(?:\[([^\]]+)\]|([\d.]+))(?::[1-9]\d{0,4})?$/.exec(text) ?? []
    return parseIpAddress(bracketed ?? v4 ?? text) !== undefined
  })
}

function listOf(isGood: (text: string) => boolean) {
  return z
    .string()
    .transform((value) => value.split(',').map((text) => text.trim()))
    .pipe(z.array(z.string().refine(isGood)))
}
