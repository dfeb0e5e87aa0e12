import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkFields, fieldsMax, nestedFieldsMax, readFields, writeInt64 } from './wire.ts'

describe('the wire format', () => {
  test('gives back every number of 64 bits that was written', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 15 }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (field, value) => {
          const fields = readFields(writeInt64(field, value))
          expect([fields.int64(field), fields.uint64(field)]).toEqual([value, BigInt.asUintN(64, value)])
        },
      ),
    )
  })

  test('reads a message of etcd 3.6 with fields that others do not know', () => {
    // field 2: "3.6.1"; field 9: 300; field 13: { 1: true, 2: "3.5" }; field 99 of 32 bits; field 98 of 64 bits
    const source = Buffer.from('1205332e362e3148ac026a0708011203332e359d060100000091060200000000000000', 'hex')
    const fields = readFields(source)
    expect([fields.text(2), fields.int64(9), fields.message(13).bool(1), fields.message(13).text(2)]).toEqual([
      '3.6.1',
      300n,
      true,
      '3.5',
    ])
    expect([fields.uint64(99), fields.uint64(98), fields.uint64(1), fields.text(7), fields.texts(2, 99)]).toEqual([
      1n,
      2n,
      0n,
      '',
      ['3.6.1'],
    ])
  })

  test('has no message of so many fields that reading it keeps a process busy', () => {
    const flood = Buffer.alloc(1024 * 1024)
    for (let at = 0; at < flood.length; at += 2) flood[at] = 0x42
    const startedMs = performance.now()
    expect(() => readFields(flood)).toThrow(RangeError)
    expect(() => checkFields(flood)).toThrow(RangeError)
    expect(performance.now() - startedMs).toBeLessThan(200)
    expect(readFields(flood.subarray(0, 2 * fieldsMax)).texts(8, fieldsMax)).toHaveLength(fieldsMax)
    expect(() => checkFields(flood.subarray(0, 2 * fieldsMax))).not.toThrow()
  })

  test('has none of so many fields within its messages either, be it in one of them or in all', () => {
    const inside = (pairs: number) => Buffer.alloc(2 * pairs).map((_, at) => (at % 2 ? 0 : 0x22))
    const message = (pairs: number) => Buffer.concat([Buffer.from([0x12]), length(2 * pairs), inside(pairs)])
    const length = (bytes: number) => Buffer.from([(bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, bytes >> 14])
    const all = message(nestedFieldsMax)
    expect(() => checkFields(all, [2])).not.toThrow()
    expect(() => checkFields(Buffer.concat([all, message(1)]), [2])).toThrow(RangeError)
    expect(() => checkFields(Buffer.concat(new Array<Buffer>(41).fill(message(1000))), [1, 2])).toThrow(RangeError)
    expect(() => checkFields(message(nestedFieldsMax + 1), [1])).not.toThrow()
  })

  test('gives text that is clean, of bounded length', () => {
    const said = Buffer.from(`\x1b[31m${'€'.repeat(400)}`)
    const length = Buffer.from([(said.length & 0x7f) | 0x80, said.length >> 7])
    const fields = readFields(Buffer.concat([Buffer.from([0x12]), length, said]))
    expect([fields.text(2), fields.texts(2, 99)]).toEqual([
      `\uFFFD[31m${'€'.repeat(295)}`,
      [`\uFFFD[31m${'€'.repeat(295)}`],
    ])
    expect(fields.bytes(2).equals(said)).toBe(true)
  })

  test('refuses bytes that end early or are none of it, and never hangs', () => {
    expect(() => readFields(Buffer.from('12053333', 'hex'))).toThrow(RangeError)
    expect(() => readFields(Buffer.from('08ff', 'hex'))).toThrow(RangeError)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          readFields(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
