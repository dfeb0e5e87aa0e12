import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { schemaFile } from '#scripts/paths.ts'
import { diffSchemas } from './diff.ts'

describe('the difference of two schemas', () => {
  it('is nothing between the last migration and prisma/schema.prisma (else run: npm run db:diff -- NAME)', async () => {
    expect(await diffSchemas()).toBeUndefined()
  })

  it('is the SQL that leads from one to the other, found without any server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kstone-schema-'))
    const changed = join(folder, 'schema.prisma')
    writeFileSync(changed, `${readFileSync(schemaFile, 'utf8')}\nmodel Shelf {\n  id Int @id\n  label String?\n}\n`)
    expect(await diffSchemas(schemaFile, changed)).toContain('CREATE TABLE "Shelf"')
    expect(await diffSchemas(changed, schemaFile)).toContain('DROP TABLE "Shelf"')
    rmSync(folder, { recursive: true })
  })
})
