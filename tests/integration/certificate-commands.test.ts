import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCertificate } from '#app/(console)/drills/[drillId]/certificate/_components/read-certificate.ts'
import { verifyCommands } from '#app/(console)/drills/[drillId]/certificate/_components/verify-commands.ts'
import { issueCertificate, newCertificateKey } from '#lib/backup-format/certificate.ts'

const run = promisify(execFile)
const key = newCertificateKey()
const document = issueCertificate(
  {
    drillId: 'd-1',
    team: { id: 't-1', name: '平台 "signature":"x"}' },
    cluster: { id: 'c-1', name: 'orders' },
    etcdClusterId: 'cdf818194e3a8c32',
    backup: {
      id: 'b-1',
      takenAt: '2026-11-23T06:00:00.000Z',
      revision: '48121',
      objectKey: 'tenant/t-1/cluster/c-1/a.db.zst',
      snapshotSha256: 'aa',
      storedSha256: 'bb',
    },
    verdict: 'proven',
    reason: null,
    etcdVersion: '3.5.16',
    comparisons: [{ what: 'live-keys', expected: '30', seen: '30', outcome: 'holds' }],
    tookMs: 41_000,
    startedAt: '2026-11-23T06:01:00.000Z',
    endedAt: '2026-11-23T06:01:41.000Z',
    productVersion: '0.1.0',
  },
  key.privatePem,
)

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kstone-certificate-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs what the page tells people to run. */
async function check(bytes: Uint8Array, publicPem = key.publicPem): Promise<string> {
  await writeFile(join(folder, 'certificate.json'), bytes)
  await writeFile(join(folder, 'kstone.pem'), publicPem)
  const { stdout } = await run('sh', ['-c', verifyCommands('certificate.json')], { cwd: folder })
  return stdout
}

describe('the lines that check a certificate', () => {
  test('find it genuine, and name the key it was signed with', async () => {
    expect(await check(document)).toBe(`Signature Verified Successfully\n${key.keyId}\n`)
  })

  test('find one changed character', async () => {
    const changed = Buffer.from(document.toString().replace('"48121"', '"48122"'))
    expect(await check(changed)).toContain('Signature Verification Failure')
  })

  test('find a key that is not the one it was signed with', async () => {
    const other = newCertificateKey()
    const said = await check(document, other.publicPem)
    expect(said).toContain('Signature Verification Failure')
    expect(said).toContain(other.keyId)
  })
})

test('a certificate is shown as it was issued', () => {
  expect(readCertificate(document.toString())).toMatchObject({
    drillId: 'd-1',
    backup: { revision: '48121' },
    comparisons: [{ what: 'live-keys', outcome: 'holds' }],
    tookMs: 41_000,
  })
})
