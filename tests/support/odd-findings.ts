import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { Diagnosis, DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import { diagnose } from '#lib/clusters/diagnosis/diagnose.ts'
import { splitEndpoint } from '#lib/contracts/cluster-access.ts'
import type { DiagnosisStage, FindingCode, StageResult } from '#lib/contracts/diagnosis.ts'
import { diagnosisView } from '#lib/contracts/diagnosis.ts'
import { evidenceValues } from '#lib/contracts/evidence.ts'
import { findEtcdBinaries } from '#lib/etcd-server/find-binaries.ts'
import { locales } from '#lib/i18n/locale.ts'
import { translate } from '#lib/i18n/messages.ts'
import { commandFiles } from '#lib/shell-line.ts'
import { inheritedEnvironment } from '#scripts/app/build.ts'
import { ensureEtcd } from '#scripts/servers/etcd-install.ts'

/** Promised for the whole of a diagnosis, whatever the other side does. */
export const diagnosisMaxMs = 3000

/** What a diagnosis has to find, and what its line has to show to whoever runs it. */
export interface Expected {
  stage: DiagnosisStage
  code: FindingCode
  evidence?: Record<string, unknown>
  /** Null where nothing can be shown by hand. */
  shows: RegExp | null
}

interface Surroundings {
  isGranted?: boolean
  more?: readonly number[]
  dnsServers?: readonly string[]
}

/** Diagnoses with the ports of the endpoints granted on this machine, and those of `more`. */
export async function look(
  access: Omit<DiagnosisAccess, 'addressMap'> & Partial<DiagnosisAccess>,
  { isGranted = true, more = [], dnsServers }: Surroundings = {},
): Promise<Diagnosis> {
  const named = isGranted ? access.endpoints.flatMap((endpoint) => splitEndpoint(endpoint)?.port ?? []) : []
  const loopback = [...named, ...more].map((port) => `127.0.0.1:${port}`)
  const policy = { privateRanges: [], loopback }
  const options = { policy, signal: AbortSignal.timeout(10_000), ...(dnsServers ? { dnsServers } : {}) }
  const diagnosis = await diagnose({ addressMap: {}, ...access }, options)
  diagnosisView.parse(diagnosis.view)
  expect(diagnosis.view.durationMs).toBeLessThan(diagnosisMaxMs)
  for (const secret of secretsOf(access)) expect(JSON.stringify(diagnosis.view)).not.toContain(secret)
  for (const result of diagnosis.view.stages) expectWords(result)
  return diagnosis
}

/** Finds what was expected in a diagnosis, and the same again by running the line it gives. */
export async function expectFinding(
  access: Omit<DiagnosisAccess, 'addressMap'>,
  { view }: Diagnosis,
  expected: Expected,
): Promise<void> {
  const { stage, code, evidence = {}, shows } = expected
  const found = view.stages.find((result) => result.stage === stage && result.code === code)
  expect(found, JSON.stringify(view.stages, undefined, 1)).toMatchObject({ stage, code, evidence })
  if (shows === null) return expect(found?.command).toBeNull()
  expect(await runLine(found?.command ?? '', access)).toMatch(shows)
}

/** Every finding has its sentences, in both languages, with everything filled in. */
function expectWords({ code, verdict, evidence }: StageResult): void {
  for (const locale of locales) {
    for (const part of verdict === 'pass' ? ['found'] : ['found', 'fix']) {
      const key = `diagnosis.${part}.${code}`
      const sentence = translate(locale, key, evidenceValues(evidence))
      expect(sentence).not.toBe(key)
    }
  }
}

function secretsOf({ tls, reader, root }: Omit<DiagnosisAccess, 'addressMap'>): string[] {
  const key = tls.clientKeyPem?.reveal().split('\n')[1]
  return [reader?.password.reveal(), root?.password.reveal(), key].flatMap((secret) => secret ?? [])
}

const lineMaxMs = 15_000

/** Runs a line as somebody would who copied it: in a folder with the files it names, with etcdctl at hand. */
async function runLine(line: string, { tls, reader, root }: Omit<DiagnosisAccess, 'addressMap'>): Promise<string> {
  await ensureEtcd()
  const { etcdctl } = await findEtcdBinaries('3.5')
  const folder = mkdtempSync(join(tmpdir(), 'kstone-line-'))
  const files = [
    [commandFiles.ca, tls.caPem],
    [commandFiles.clientCert, tls.clientCertPem],
    [commandFiles.clientKey, tls.clientKeyPem?.reveal()],
  ] as const
  for (const [name, text] of files) if (text !== undefined) writeFileSync(join(folder, name), text, { mode: 0o600 })
  const [, user] = /--user=(\S+)/.exec(line) ?? []
  const password = [reader, root].find((one) => one?.username === user)?.password.reveal()
  const env = {
    ...inheritedEnvironment(),
    PATH: `${dirname(etcdctl)}:${inheritedEnvironment().PATH ?? ''}`,
    NODE_ENV: 'test' as const,
    // Asked for on a terminal otherwise.
    ...(password === undefined ? {} : { ETCDCTL_PASSWORD: password }),
  }
  try {
    return await new Promise((resolve) => {
      execFile('sh', ['-c', line], { cwd: folder, env, timeout: lineMaxMs }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      )
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
