import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findEtcdBinaries } from './find-binaries.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kstone-unit-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Programs that know nothing but the version they are. */
function putPrograms(place: string, version: string, names = ['etcd', 'etcdctl']): string {
  const path = join(folder, place)
  mkdirSync(path, { recursive: true })
  for (const name of names)
    writeFileSync(join(path, name), `#!/bin/sh\necho 'etcd Version: ${version}'\n`, { mode: 0o755 })
  return path
}

describe('the programs of a version', () => {
  it('are of the newest patch when only the minor was asked for, and of exactly the patch otherwise', async () => {
    for (const version of ['3.5.9', '3.5.16', '3.50.1', '3.4.23']) putPrograms(version, version)
    const found = ['3.5', '3.5.9', '3.4'].map((version) => findEtcdBinaries(version, [folder]))
    expect((await Promise.all(found)).map(({ version }) => version)).toEqual(['3.5.16', '3.5.9', '3.4.23'])
  })

  it('come from the first place that has the version, also when a later one is newer', async () => {
    const [first, second] = [putPrograms('first', '3.5.9'), putPrograms('second', '3.5.16')]
    expect(await findEtcdBinaries('3.5', [first, second])).toMatchObject({
      etcd: join(first, 'etcd'),
      version: '3.5.9',
    })
    const withNeither = putPrograms('other', '3.4.23')
    expect(await findEtcdBinaries('3.5', [withNeither, '/nowhere', second])).toMatchObject({ version: '3.5.16' })
  })

  it('name etcdutl only where there is one', async () => {
    const [old, recent] = [putPrograms('a', '3.4.23'), putPrograms('b', '3.5.16', ['etcd', 'etcdctl', 'etcdutl'])]
    expect(await findEtcdBinaries('3.4', [old])).not.toHaveProperty('etcdutl')
    expect(await findEtcdBinaries('3.5', [recent])).toHaveProperty('etcdutl', join(recent, 'etcdutl'))
  })

  it('are none where etcdctl is missing, or what is called etcd says nothing of the kind', async () => {
    const places = [putPrograms('half', '3.5.16', ['etcd']), putPrograms('odd', 'of my own')]
    await expect(findEtcdBinaries('3.5', places)).rejects.toMatchObject({
      code: 'etcd-binary-missing',
      details: { version: '3.5', foundVersions: [] },
    })
  })

  it('are asked again after another program took their place', async () => {
    const place = putPrograms('bin', '3.5.9')
    expect((await findEtcdBinaries('3.5', [place])).version).toBe('3.5.9')
    putPrograms('bin', '3.5.16')
    expect((await findEtcdBinaries('3.5', [place])).version).toBe('3.5.16')
  })
})
