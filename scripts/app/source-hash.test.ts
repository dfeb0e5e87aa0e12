import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hashSources } from './source-hash.ts'

const folders: string[] = []

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kstone-hash-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const sources = { 'app/(console)/page.tsx': 'page', 'lib/errors.ts': 'errors', 'next.config.js': 'config' }

describe('the hash of what is built', () => {
  it('is the same for the same sources', () => {
    expect(hashSources(folderWith(sources))).toBe(hashSources(folderWith(sources)))
  })

  it.each([
    ['a page is edited', { 'app/(console)/page.tsx': 'other' }],
    ['a route is added', { 'app/api/v1/new/route.ts': '' }],
    ['the schema changes', { 'prisma/schema.prisma': 'model' }],
    ['a sentence changes', { 'lib/i18n/messages/zh/errors.json': '{}' }],
  ])('changes when %s', (_what, change) => {
    expect(hashSources(folderWith({ ...sources, ...change }))).not.toBe(hashSources(folderWith(sources)))
  })

  it.each([
    ['a test', { 'lib/errors.test.ts': 'test' }],
    ['the generated client', { 'lib/db/generated/client.ts': 'client' }],
    ['a script', { 'scripts/start.ts': 'start' }],
  ])('does not change with %s', (_what, change) => {
    expect(hashSources(folderWith({ ...sources, ...change }))).toBe(hashSources(folderWith(sources)))
  })
})
