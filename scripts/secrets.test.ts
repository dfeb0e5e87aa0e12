import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSecrets } from './secrets.ts'

let folder = ''
const file = () => join(folder, 'secrets.json')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kstone-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the secrets of an installation', () => {
  it('are made once, for their owner alone', () => {
    const made = loadSecrets(file())
    expect(loadSecrets(file())).toEqual(made)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('are never made anew over a database that was made with others', () => {
    mkdirSync(join(folder, 'postgres'))
    expect(() => loadSecrets(file())).toThrow(/is gone, but the database made with it is there/)
  })

  it('that cannot be read are named, not replaced', () => {
    writeFileSync(file(), '{"rootKeys":')
    expect(() => loadSecrets(file())).toThrow(/not readable as the secrets/)
  })
})
