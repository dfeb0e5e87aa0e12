import { expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import type { FileToRead } from './read-import-file-apart.ts'
import { readImportFileApart } from './read-import-file-apart.ts'

const list = (format: FileToRead['format'], text: string, files: FileToRead['files'] = {}) => ({ format, text, files })

/** What became of reading it, and how much work this thread had with it: its event loop stood still for no longer. */
async function read(file: FileToRead): Promise<{ end: unknown; ownWorkMs: number }> {
  const before = process.threadCpuUsage()
  const end = await readImportFileApart(newId(), file).then((rows) => rows.length, reasonOf)
  const { user, system } = process.threadCpuUsage(before)
  return { end, ownWorkMs: (user + system) / 1_000 }
}

function reasonOf(error: unknown): unknown {
  if (!(error instanceof AppError)) throw error
  return (error.details.issues as { code: string }[])[0]?.code
}

const pem = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(199_000)}`
const names = (count: number) => Array.from({ length: count }, (_, n) => `k${n}`)

it.each([
  ['a list', list('yaml', '[{"name":"a"}]'), 1],
  ['a key twice', list('yaml', 'name: a\nname: b'), 'yaml-malformed'],
  ['no list', list('csv', 'name,ca\na,b'), 'csv-missing-column'],
  ['a map of 40,000 keys', list('yaml', `clusters: []\nx: {${names(40_000).join(': 1, ')}: 1}`), 'file-empty'],
  ['nothing but commas', list('yaml', `[${','.repeat(30_000)}]`), 'yaml-malformed'],
  ['4,000,000 brackets', list('yaml', '['.repeat(4_000_000)), 'yaml-too-many-parts'],
  ['a million lines', list('csv', `name,endpoints\n${'a,b\n'.repeat(999_000)}`), 'file-too-many-rows'],
  ['a million cells', list('csv', `name,endpoints\n${'a,'.repeat(999_000)}`), 1],
  ['a million clusters', list('env', 'ETCDCTL_KEY=\n\n'.repeat(280_000)), 'file-too-many-rows'],
  [
    'a file named by each row',
    list('csv', `name,endpoints,ca,client_key\n${names(999).join(',http://a:1,c,c\n')},http://a:1,c,c`, { c: pem }),
    'file-rows-too-large',
  ],
])(
  '%s holds nobody up',
  async (_, file, end) => {
    const { ownWorkMs, ...rest } = await read(file)
    expect(rest).toEqual({ end })
    expect(ownWorkMs).toBeLessThan(300)
  },
  30_000,
)
