import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { etcdBinaryPlaces } from '#lib/config.ts'
import { AppError } from '#lib/errors.ts'

export interface EtcdBinaries {
  /** As the program says it: `3.5.16` */
  readonly version: string
  readonly etcd: string
  readonly etcdctl: string
  /** Since 3.5 */
  readonly etcdutl?: string
}

const run = promisify(execFile)
const versionTimeoutMs = 10_000

/**
 * The programs of one etcd version: of a minor (`3.5`, then the newest patch there is) or an exact one (`3.5.16`). Each of
 * `places` is a folder that holds them, or a folder of such folders; the first place that has the version wins.
 *
 * @throws AppError `etcd-binary-missing`, which names the versions found, where, and what to do
 */
export async function findEtcdBinaries(
  version: string,
  places: readonly string[] = etcdBinaryPlaces(),
): Promise<EtcdBinaries> {
  const found: EtcdBinaries[] = []
  for (const place of new Set(places.map((one) => resolve(one)))) {
    const here = await listEtcdBinaries(place)
    const fitting = here.filter((one) => isOfVersion(one.version, version)).sort(newestFirst)
    if (fitting[0]) return fitting[0]
    found.push(...here)
  }
  throw missing(version, found, places)
}

/** What one place holds: programs of its own, and of the folders directly in it. Empty when there is no such place. */
async function listEtcdBinaries(place: string): Promise<EtcdBinaries[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => [])
  const isBinFolder = entries.some((entry) => entry.name === 'etcd' && !entry.isDirectory())
  // The bin folders of a system hold thousands of programs and no versions below them.
  const folders = isBinFolder ? [place] : entries.filter((e) => e.isDirectory()).map((e) => join(place, e.name))
  const binaries = await Promise.all(folders.map(readBinaries))
  return binaries.filter((one) => one !== undefined)
}

async function readBinaries(folder: string): Promise<EtcdBinaries | undefined> {
  const [etcd, etcdctl, etcdutl] = await Promise.all(
    ['etcd', 'etcdctl', 'etcdutl'].map((name) => findFile(join(folder, name))),
  )
  if (!etcd || !etcdctl) return undefined
  const version = await versionOf(etcd)
  return version === undefined ? undefined : { version, etcd, etcdctl, ...(etcdutl ? { etcdutl } : {}) }
}

async function findFile(path: string): Promise<string | undefined> {
  const entry = await stat(path).catch(() => undefined)
  return entry?.isFile() ? path : undefined
}

const versions = new Map<string, string>()

/** Asked once for each file as it stands: a program replaced under the same name is asked again. */
async function versionOf(etcd: string): Promise<string | undefined> {
  const { mtimeMs, size } = await stat(etcd)
  const key = `${etcd} ${mtimeMs} ${size}`
  const known = versions.get(key)
  if (known) return known
  // A program for another machine, or something else called etcd, is as good as none.
  const answer = await run(etcd, ['--version'], { timeout: versionTimeoutMs, env: { NODE_ENV: 'production' } }).catch(
    () => undefined,
  )
  const version = /^etcd Version: (\d+\.\d+\.\d+\S*)/m.exec(answer?.stdout ?? '')?.[1]
  if (version) versions.set(key, version)
  return version
}

/** Whether a version is the wanted one, or of the wanted minor. */
export function isOfVersion(version: string, wanted: string): boolean {
  return version === wanted || version.startsWith(`${wanted}.`)
}

function newestFirst(a: EtcdBinaries, b: EtcdBinaries): number {
  return b.version.localeCompare(a.version, 'en', { numeric: true })
}

function missing(version: string, found: readonly EtcdBinaries[], places: readonly string[]): AppError {
  const foundText = found.map((one) => `${one.version} (${one.etcd})`).join(', ')
  const message =
    `etcd ${version} is not on this machine: found ${foundText || 'no etcd at all'} in ${places.join(', ')}. ` +
    `Run npm start once, which fetches 3.4 and 3.5 on Debian; or put etcd and etcdctl ${version} into a folder and name it in ETCD_BINARIES`
  return new AppError('etcd-binary-missing', message, {
    details: { version, foundVersions: [...new Set(found.map((one) => one.version))] },
  })
}
