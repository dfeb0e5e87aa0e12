import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '#lib/errors.ts'
import { findEtcdBinaries } from '#lib/etcd-server/find-binaries.ts'
import { makeStateDir, stateDir } from '#scripts/paths.ts'
import { withLock } from '#scripts/process/lock.ts'
import { messageOf, StepError } from '#scripts/step-error.ts'

/** The etcd versions that demo and tests run, and the Debian suite whose packages hold them. */
const releases = [
  { minor: '3.4', suite: 'bookworm' },
  { minor: '3.5', suite: 'trixie' },
] as const
const packages = ['etcd-server', 'etcd-client']
const usualMirror = 'http://deb.debian.org/debian/'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

type Release = (typeof releases)[number]

const run = promisify(execFile)

/**
 * Makes etcd 3.4 and 3.5 present: what is not on this machine yet is taken out of Debian's packages into `.kstone/etcd`.
 * Nothing is installed in the system, so nothing starts there, and nobody has to be root. Gives the versions there are.
 */
export async function ensureEtcd(): Promise<string[]> {
  return Promise.all(releases.map(ensureRelease))
}

async function ensureRelease(release: Release): Promise<string> {
  const known = await findVersion(release)
  if (known) return known
  return withLock(`etcd-${release.minor}`, async () => {
    // Another command may have fetched it while this one waited.
    const fetched = await findVersion(release)
    if (fetched) return fetched
    await fetchRelease(release)
    const version = await findVersion(release)
    if (version) return version
    throw notFetched(release, `the packages of ${release.suite} hold another version, or it does not run here`)
  })
}

/** Where this checkout keeps etcd, whatever folder the command was called in, and where the product looks itself. */
async function findVersion({ minor }: Release): Promise<string | undefined> {
  for (const places of [undefined, [etcdDir()]]) {
    try {
      return (await findEtcdBinaries(minor, places)).version
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'etcd-binary-missing')) throw error
    }
  }
  return undefined
}

function etcdDir(): string {
  return join(stateDir, 'etcd')
}

/** Unpacks beside the place and moves there when complete: a broken-off download leaves nothing half. */
async function fetchRelease(release: Release): Promise<void> {
  if (!existsSync(keyring)) {
    throw notFetched(
      release,
      `there is no ${keyring} to check Debian's packages with`,
      'apt-get install debian-archive-keyring',
    )
  }
  const folder = join(stateDir, `etcd-fetch-${release.minor}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  try {
    await download(release, folder)
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(folder, file), join(folder, 'unpacked')])
    }
    const bin = join(folder, 'unpacked', 'usr', 'bin')
    const { version } = await findEtcdBinaries(release.minor, [bin])
    const place = join(makeStateDir('etcd'), version)
    rmSync(place, { recursive: true, force: true })
    renameSync(bin, place)
  } catch (error) {
    throw error instanceof StepError ? error : notFetched(release, complaintOf(error))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Fetches the packages into the folder from the first mirror that has them. */
async function download(release: Release, folder: string): Promise<void> {
  const complaints: string[] = []
  for (const mirror of await mirrorsOf()) {
    const configFile = writeAptRoot(release, mirror, folder)
    try {
      await run('apt-get', ['-c', configFile, '-qq', 'update'])
      await run('apt-get', ['-c', configFile, '-qq', 'download', ...packages], { cwd: folder })
      return
    } catch (error) {
      complaints.push(`${mirror}: ${complaintOf(error)}`)
    }
  }
  throw notFetched(release, complaints.join('; '))
}

/** An apt of our own: it knows one suite, keeps its lists and files here, and takes proxies from the machine's settings. */
function writeAptRoot({ suite }: Release, mirror: string, folder: string): string {
  const root = join(folder, 'apt')
  rmSync(root, { recursive: true, force: true })
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(root, part), { recursive: true })
  writeFileSync(join(root, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`)
  const settings = {
    'Dir::Etc::sourcelist': join(root, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(root, 'lists'),
    'Dir::Cache': join(root, 'cache'),
    // Root's apt downloads as a user who may not enter a folder of ours.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    // Without lists to read, apt would only say that it knows no such package.
    'APT::Update::Error-Mode': 'any',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
  }
  const lines = [
    // What the machine does after an update is about its own lists.
    ...['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((hook) => `#clear APT::Update::${hook};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
  ]
  const configFile = join(root, 'apt.conf')
  writeFileSync(configFile, `${lines.join('\n')}\n`)
  return configFile
}

/** The Debian mirrors this machine uses, then the usual one. */
async function mirrorsOf(): Promise<string[]> {
  const format = ['--format', '$(REPO_URI) $(COMPONENT)', 'Created-By: Packages']
  // Where apt-get itself is missing, the download says so.
  const { stdout } = await run('apt-get', ['indextargets', ...format]).catch(() => ({ stdout: '' }))
  const own = stdout
    .split('\n')
    .filter((line) => /\/debian\/? main$/.test(line))
    .map((line) => line.replace(/ main$/, ''))
  return [...new Set([...own, usualMirror])]
}

function complaintOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no apt-get or dpkg here'
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const lines = output.split('\n')
  // apt-get names the cause first and its consequences after it.
  return (lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1)) || messageOf(error)
}

function notFetched({ minor, suite }: Release, why: string, line?: string): StepError {
  const elsewhere = `put etcd and etcdctl ${minor} into ${join(etcdDir(), minor)}, or into a folder named in ETCD_BINARIES`
  const online = `let this machine reach ${usualMirror} (suite ${suite}) and start again`
  return new StepError(`etcd ${minor} could not be fetched: ${why}`, { fix: `${line ?? online}; or ${elsewhere}` })
}
