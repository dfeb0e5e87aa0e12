import { mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boundMemberLog, digestOf, openMemberLog, readMemberLog } from './member-log.ts'

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kstone-unit-'))
  path = join(folder, 'etcd.log')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the log of a member', () => {
  it('stays bounded while somebody writes into it, and keeps the last lines', async () => {
    const log = openMemberLog(path)
    for (let mebibyte = 0; mebibyte < 20; mebibyte += 1) {
      writeSync(log.fd, `${`${mebibyte} `.repeat(2 ** 18).slice(0, 2 ** 20 - 1)}\n`)
      await boundMemberLog(path)
      expect(statSync(path).size).toBeLessThanOrEqual(8 * 2 ** 20)
    }
    writeSync(log.fd, 'the end\n')
    log.close()
    expect(readMemberLog(path).endsWith('the end\n')).toBe(true)
    expect(statSync(`${path}.old`).size).toBe(2 ** 20)
    expect(readFileSync(path, 'utf8')).not.toContain('\0')
  })

  it('begins anew with each start, with the one before beside it', () => {
    for (const word of ['first', 'second']) {
      const log = openMemberLog(path)
      writeSync(log.fd, word)
      log.close()
    }
    expect([readMemberLog(path), readFileSync(`${path}.old`, 'utf8')]).toEqual(['second', 'first'])
  })

  it('is empty before there is one', () => {
    expect(readMemberLog(path)).toBe('')
  })
})

describe('what an error says of a log', () => {
  it('is all of a short one, and first and last lines of a long one', () => {
    expect(digestOf('a\nb\n')).toBe('a\nb')
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`)
    const digest = digestOf(lines.join('\n')).split('\n')
    expect([digest[0], digest[1], digest.at(-1), digest.length]).toEqual(['line 0', '…', 'line 49', 13])
  })

  it('has no endless lines', () => {
    expect(digestOf('x'.repeat(10_000)).length).toBeLessThan(500)
  })
})
