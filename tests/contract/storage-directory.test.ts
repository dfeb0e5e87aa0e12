import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDirectoryStore } from '#lib/storage/directory.ts'
import { onFiles } from '#lib/storage/directory-failure.ts'
import type { ObjectStore } from '#lib/storage/object-store.ts'

let folder: string
let outside: string
let store: ObjectStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kstone-directory-'))
  outside = await mkdtemp(join(tmpdir(), 'kstone-outside-'))
  store = openDirectoryStore(folder)
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(outside, { recursive: true, force: true })
})

async function put(key: string, text = key): Promise<void> {
  await store.put(key, Buffer.from(text), { ifAbsent: true })
}

test('lets nobody but its own user read what it writes', async () => {
  await put('team/cluster/one')
  await using upload = await store.startUpload('team/cluster/two')
  const paths = ['team', 'team/cluster', 'team/cluster/one', '.kstone-uploads', `.kstone-uploads/${upload.id}`]
  const modes = await Promise.all(
    paths.map(async (path) => ((await stat(join(folder, path))).mode & 0o777).toString(8)),
  )
  expect(modes).toEqual(['700', '700', '600', '700', '700'])
})

test('keeps an object as a plain file under its key', async () => {
  await put('team/cluster/one', 'plain')
  expect(await readFile(join(folder, 'team/cluster/one'), 'utf8')).toBe('plain')
})

test('takes a directory that is itself a link', async () => {
  await symlink(folder, join(outside, 'backups'))
  const linked = openDirectoryStore(join(outside, 'backups'))
  await linked.put('a/b', Buffer.from('x'), { ifAbsent: true })
  expect(await readdir(join(folder, 'a'))).toEqual(['b'])
})

test('follows no link to another place, neither to read nor to write nor to delete', async () => {
  await writeFile(join(outside, 'secret'), 'not ours')
  await symlink(outside, join(folder, 'way'))
  await symlink(join(outside, 'secret'), join(folder, 'file'))
  for (const key of ['way/secret', 'file']) {
    const refused = { code: 'storage-refused', details: { reason: 'symbolic-link' } }
    await expect(store.head(key)).rejects.toMatchObject(refused)
    await expect(store.read(key)).rejects.toMatchObject(refused)
    await expect(store.delete(key)).rejects.toMatchObject(refused)
  }
  await expect(put('way/new')).rejects.toMatchObject({ code: 'storage-refused' })
  await expect(put('file')).rejects.toMatchObject({ code: 'storage-object-exists' })
  expect((await store.list('')).objects).toEqual([])
  await expect(store.list('way/')).rejects.toMatchObject({ code: 'storage-refused' })
  expect(await readdir(outside)).toEqual(['secret'])
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('not ours')
})

test('keeps no upload behind a link', async () => {
  await symlink(outside, join(folder, '.kstone-uploads'))
  await expect(store.startUpload('a/b')).rejects.toMatchObject({ code: 'storage-refused' })
  await expect(store.listUploads('')).rejects.toMatchObject({ code: 'storage-refused' })
  await expect(store.abortUpload({ key: 'a/b', id: '00000000-0000-0000-0000-000000000000' })).rejects.toMatchObject({
    code: 'storage-refused',
  })
  expect(await readdir(outside)).toEqual([])
})

test('removes nothing but uploads by the name of an upload', async () => {
  await put('a/b')
  for (const id of ['..', '../a', 'a', '']) {
    await expect(store.abortUpload({ key: 'a/b', id })).rejects.toThrow(RangeError)
  }
  expect(await store.head('a/b')).toBeDefined()
})

test('shows nothing of what is not finished', async () => {
  await using upload = await store.startUpload('a/b')
  await upload.write(Buffer.from('half'))
  expect((await store.list('')).objects).toEqual([])
  await expect(async () => await store.head(`.kstone-uploads/${upload.id}/a/b`)).rejects.toThrow(RangeError)
})

test('lists in the order of bytes, as a bucket does, also where folders and files mix', async () => {
  const keys = ['a-b/x', 'a/x', 'a.b', 'a/é', 'a/z', 'a0', 'b/c/d', 'b/c-d', 'Z']
  for (const key of keys) await put(key)
  const sorted = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  const paged: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await store.list('', { after, limit: 2 })
    paged.push(...page.objects.map(({ key }) => key))
    if (page.next === undefined) break
    after = page.next
  }
  expect(paged).toEqual(sorted)
})

test('says that a file stands where a folder is needed', async () => {
  await put('a/b')
  await expect(put('a/b/c')).rejects.toMatchObject({ code: 'storage-refused', details: { reason: 'file-in-the-way' } })
  expect(await store.head('a/b/c')).toBeUndefined()
  expect(await store.listUploads('')).toEqual([])
})

test('takes empty folders away, and keeps the directory itself', async () => {
  await put('a/b/c')
  await put('a/d')
  await store.delete('a/b/c')
  expect(await readdir(join(folder, 'a'))).toEqual(['d'])
  await store.delete('a/d')
  expect(await readdir(folder)).toEqual(['.kstone-uploads'])
})

test('makes folders again that another process has tidied away', async () => {
  const other = openDirectoryStore(folder)
  const rounds = Array.from({ length: 100 }, (_, round) => round)
  const write = async () => {
    for (const round of rounds) await store.put(`shared/deep/a${round}`, Buffer.from('x'), { ifAbsent: true })
  }
  const tidy = async () => {
    for (const round of rounds) {
      await other.put(`shared/deep/b${round}`, Buffer.from('x'), { ifAbsent: true })
      await other.delete(`shared/deep/b${round}`)
      await other.delete(`shared/deep/a${round}`)
    }
  }
  await expect(Promise.all([write(), tidy()])).resolves.toBeDefined()
})

test('lets one of several processes win', async () => {
  const code = `
    import { openDirectoryStore } from ${JSON.stringify(new URL('../../lib/storage/directory.ts', import.meta.url).href)}
    const store = openDirectoryStore(process.argv[1])
    let won = 0
    for (let round = 0; round < 30; round += 1) {
      const put = store.put('race/' + round, Buffer.from(process.argv[2]), { ifAbsent: true })
      await put.then(() => (won += 1), (error) => { if (error.code !== 'storage-object-exists') throw error })
    }
    process.stdout.write(String(won))`
  const run = (name: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, folder, name], { timeout: 30_000 })
  const ended = await Promise.all(['one', 'two', 'three'].map(run))
  expect(ended.reduce((sum, { stdout }) => sum + Number(stdout), 0)).toBe(30)
  expect((await store.list('race/')).objects).toHaveLength(30)
})

test('ends a read whose file was cut short under it', async () => {
  await store.put('a/b', Buffer.alloc(1024 * 1024), { ifAbsent: true })
  const body = await store.read('a/b')
  await writeFile(join(folder, 'a/b'), 'short')
  const read = async () => {
    for await (const piece of body) expect(piece.length).toBeGreaterThan(0)
  }
  await expect(read()).rejects.toMatchObject({ code: 'storage-bad-answer' })
})

test('forgets folders of uploads that never had a file, once they are old', async () => {
  const [old, young] = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222']
  for (const id of [old, young]) await mkdir(join(folder, '.kstone-uploads', id, 'a'), { recursive: true })
  const longAgo = new Date(Date.now() - 7_200_000)
  for (const path of [`${old}/a`, old]) await utimes(join(folder, '.kstone-uploads', path), longAgo, longAgo)
  expect(await store.listUploads('')).toEqual([])
  expect(await store.listUploads('')).toEqual([])
  expect(await readdir(join(folder, '.kstone-uploads'))).toContain(young)
})

test('says that the directory is gone, whatever is asked', async () => {
  await put('a/b')
  await rename(folder, join(outside, 'moved'))
  const gone = { code: 'storage-no-bucket' }
  await expect(put('a/c')).rejects.toMatchObject(gone)
  await expect(store.head('a/b')).rejects.toMatchObject(gone)
  await expect(store.read('a/b')).rejects.toMatchObject(gone)
  await expect(store.list('')).rejects.toMatchObject(gone)
  await expect(store.delete('a/b')).rejects.toMatchObject(gone)
  await expect(store.listUploads('')).rejects.toMatchObject(gone)
})

test('says that the disk is full where it is', async () => {
  const write = onFiles({ operation: 'write', key: 'a/b' }, () => writeFile('/dev/full', 'x'))
  await expect(write).rejects.toMatchObject({ code: 'storage-full', details: { reason: 'ENOSPC', key: 'a/b' } })
})
