import type { RemoteInfo } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { parseIpAddress } from '#lib/ip-address.ts'

export interface DnsQuestion {
  /** In lower case, without the dot at the end. */
  name: string
  family: 4 | 6
  /** How often this name was asked for in this family before. */
  asked: number
}

/** Addresses of the family asked for, an alias with addresses, a failure, or silence. */
export type DnsAnswer =
  | readonly string[]
  | { alias: string; addresses: readonly string[] }
  | 'unknown'
  | 'broken'
  | 'silent'

export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:port` */
  address: string
  questions: DnsQuestion[]
}

const typeA = 1
const typeCname = 5
const typeAaaa = 28
const headerBytes = 12
const rcodes = { unknown: 3, broken: 2 }

/** A real DNS server over UDP on a free port. Nothing it says may be kept: every answer has TTL 0. */
export async function startDnsServer(answer: (question: DnsQuestion) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const questions: DnsQuestion[] = []
  socket.on('message', (message: Buffer, { address, port }: RemoteInfo) => {
    const { name, type, end } = readQuestion(message)
    const family = type === typeAaaa ? 6 : 4
    const asked = questions.filter((one) => one.name === name && one.family === family).length
    const question = { name, family, asked } as const
    questions.push(question)
    const given = answer(question)
    if (given !== 'silent') socket.send(reply(message.subarray(0, end), type, given), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = headerBytes
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 }
}

function reply(question: Buffer, type: number, answer: Exclude<DnsAnswer, 'silent'>): Buffer {
  const message = Buffer.from(question)
  const records = typeof answer === 'string' ? [] : recordsOf(answer, type)
  const rcode = typeof answer === 'string' ? rcodes[answer] : 0
  message.writeUInt16BE(0x8180 | rcode, 2)
  message.writeUInt16BE(records.length, 6)
  message.writeUInt32BE(0, 8)
  return Buffer.concat([message, ...records])
}

function recordsOf(answer: Exclude<DnsAnswer, string>, type: number): Buffer[] {
  if (!('alias' in answer)) return addressRecords(answer, type, Buffer.from([0xc0, headerBytes]))
  const alias = encodeName(answer.alias)
  const pointer = Buffer.from([0xc0, headerBytes])
  return [record(pointer, typeCname, alias), ...addressRecords(answer.addresses, type, alias)]
}

function addressRecords(addresses: readonly string[], type: number, name: Buffer): Buffer[] {
  const wanted = { [typeA]: 4, [typeAaaa]: 6 }[type]
  return addresses.flatMap((text) => {
    const address = parseIpAddress(text)
    if (!address) throw new Error(`${text} is no address`)
    if (address.family !== wanted) return []
    const hex = address.value.toString(16).padStart(address.family === 4 ? 8 : 32, '0')
    return [record(name, type, Buffer.from(hex, 'hex'))]
  })
}

function record(name: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(1, 2)
  head.writeUInt16BE(data.length, 8)
  return Buffer.concat([name, head, data])
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((one) => Buffer.concat([Buffer.from([one.length]), Buffer.from(one, 'latin1')]))
  return Buffer.concat([...labels, Buffer.from([0])])
}
