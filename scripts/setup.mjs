// The first step of every command. It runs before anything is installed, on whatever Node the system has (20 or newer),
// so it may use nothing but Node itself. It brings in the dependencies and the project's own Node, then hands over to
// scripts/<command>.ts.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const modules = join(root, 'node_modules')
const [command = '', ...rest] = process.argv.slice(2)

try {
  checkNode()
  checkCommand()
  withInstallLock(() => {
    installIfStale()
    generateClientIfStale()
  })
  handOver()
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20)
    throw new Error(`Node ${process.versions.node} is too old to begin with.\n  fix: install Node 20 or newer`)
}

function checkCommand() {
  if (existsSync(join(root, 'scripts', `${command}.ts`))) return
  const known = readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.ts'))
  throw new Error(`There is no command "${command}".\n  known: ${known.map((name) => name.slice(0, -3)).join(', ')}`)
}

/** Two commands on a fresh clone at once: the second waits until the first has installed. */
function withInstallLock(work) {
  const lock = join(root, '.kstone', 'install.lock')
  mkdirSync(join(root, '.kstone'), { recursive: true })
  while (!tryWrite(lock)) {
    const holder = readIfThere(lock)
    if (holder && holder !== markOf(holder.split(' ')[0])) rmSync(lock, { force: true })
    else spawnSync('sleep', ['0.5'])
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function tryWrite(lock) {
  try {
    writeFileSync(lock, markOf(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** The pid with the time that process started, since pids are used again. */
function markOf(pid) {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return `${pid} ${stdout.trim()}`
  }
  const stat = readIfThere(`/proc/${pid}/stat`) ?? ''
  return `${pid} ${stat.split(') ').at(-1)?.split(' ')[19] ?? ''}`
}

function installIfStale() {
  const marker = join(modules, '.kstone-lock')
  if (readIfThere(marker) === hashOf('package-lock.json')) return
  process.stdout.write('· Installing dependencies (about a minute the first time)\n')
  const args = ['install', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) {
    throw new Error(
      'Installing dependencies failed; npm says why above.\n  fix: mend that (often the network or the registry), then run the same command again',
    )
  }
  writeFileSync(marker, hashOf('package-lock.json'))
}

/** The database client is generated code; any executable passes for the engine, which this generator does not need. */
function generateClientIfStale() {
  const marker = join(root, 'lib', 'db', 'generated', '.schema-hash')
  const wanted = `${hashOf('prisma/schema.prisma')} ${hashOf('package-lock.json')}`
  if (readIfThere(marker) === wanted) return
  const result = spawnSync(ownNode(), [join(modules, 'prisma', 'build', 'index.js'), 'generate', '--no-hints'], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: ownNode(), CHECKPOINT_DISABLE: '1' },
    encoding: 'utf8',
  })
  if (result.status !== 0) {
    throw new Error(
      `Generating the database client failed.\n${result.stderr || result.stdout}\n  fix: mend prisma/schema.prisma`,
    )
  }
  writeFileSync(marker, wanted)
}

/** The project's own Node, which npm has just brought. */
function ownNode() {
  const node = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(node)) return node
  throw new Error(
    `There is no Node of the project for ${process.platform} on ${process.arch}.\n  fix: use Linux or macOS on x64 or arm64, and install without --omit=optional`,
  )
}

/** Runs the command as a child that learns by its channel when this process is gone, and ends with its exit code. */
function handOver() {
  const child = spawn(ownNode(), [join(root, 'scripts', `${command}.ts`), ...rest], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH}` },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // When the npm that started us is killed, we get another parent: then nobody is left who could stop the command. (The
  // scripts in package.json begin with `exec` so that npm is our parent, and not a shell in between.)
  const parent = process.env.npm_execpath ? process.ppid : undefined
  const watch = setInterval(() => parent !== undefined && process.ppid !== parent && child.kill('SIGTERM'), 500)
  child.on('exit', (code, signal) => {
    clearInterval(watch)
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
    // The listeners above would keep this process alive no longer than its channel does.
    if (child.connected) child.disconnect()
  })
}

function hashOf(name) {
  return createHash('sha256')
    .update(readFileSync(join(root, name)))
    .digest('hex')
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
