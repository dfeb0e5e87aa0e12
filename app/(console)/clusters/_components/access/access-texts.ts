import { z } from 'zod'
import type { Labels } from '#lib/contracts/labels.ts'

const user = z.object({ username: z.string(), password: z.string() })

/** How a cluster is reached, as it is typed; the schema of `network` and so on is the contract's. */
export const accessTexts = z.object({
  network: z.string(),
  endpoints: z.string(),
  tls: z.object({ caPem: z.string(), clientCertPem: z.string(), clientKeyPem: z.string(), serverName: z.string() }),
  reader: user,
  root: user,
  addressMap: z.string(),
})
export type AccessTexts = z.infer<typeof accessTexts>

export const noTls = { caPem: '', clientCertPem: '', clientKeyPem: '', serverName: '' }
export const noUser = { username: '', password: '' }
export const noAccess: AccessTexts = {
  network: 'default',
  endpoints: '',
  tls: noTls,
  reader: noUser,
  root: noUser,
  addressMap: '',
}

/** The body of a diagnosis: what is empty is left out. */
export function accessBody({ network, endpoints, tls, reader, root, addressMap }: AccessTexts) {
  return {
    network,
    endpoints: readEndpoints(endpoints),
    tls: Object.fromEntries(Object.entries(tls).filter(([, text]) => text.trim() !== '')),
    ...userBody('reader', reader),
    ...userBody('root', root),
    addressMap: readAddressMap(addressMap),
  }
}

function userBody(name: 'reader' | 'root', typed: AccessTexts['reader']) {
  return typed.username === '' && typed.password === '' ? {} : { [name]: typed }
}

/** Addresses as they are pasted: one a line, or in the one line `etcdctl --endpoints` takes. */
export function readEndpoints(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '')
}

/** `10.0.0.1:2379 → 203.0.113.7:2379`, one a line; an arrow of any kind, an equals sign or a space stands between. */
export function readAddressMap(text: string): Record<string, string> {
  const lines = text.split(/[\n,;]+/).filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [from = '', to = ''] = line.trim().split(/\s*(?:→|[=-]?>|=)\s*|\s+/)
      return [from, to]
    }),
  )
}

export function writeAddressMap(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([from, to]) => `${from} → ${to}`)
    .join('\n')
}

/** `env=prod region=eu`; a word without an equals sign is a label without a value. */
export function readLabels(text: string): Labels {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', ...value] = word.split('=')
      return [name, value.join('=')]
    }),
  )
}

export function writeLabels(labels: Labels): string {
  return Object.entries(labels).map(writeLabel).join(' ')
}

export function writeLabel([name, value]: readonly [string, string]): string {
  return value === '' ? name : `${name}=${value}`
}
