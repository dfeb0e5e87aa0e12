// The first step of every command. It runs before anything is installed, on whatever Node the system has (20 or newer),
// so it may use nothing but Node itself. It brings in the dependencies and the project's own Node, then hands over to
// scripts/<command>.ts.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const modules = join(root, 'node_modules')
/** Names the npm that is installing; still there afterwards, it tells of an installation that was broken off. */
const installing = join(root, '.kstone', 'installing')
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const [command = '', ...rest] = process.argv.slice(2)

try {
  checkNode()
  checkCommand()
  await withInstallLock(async () => {
    await installIfStale()
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
async function withInstallLock(work) {
  const lock = join(root, '.kstone', 'install.lock')
  mkdirSync(join(root, '.kstone'), { recursive: true })
  while (!tryWrite(lock)) {
    const holder = readIfThere(lock)
    if (holder && holder !== markOf(holder.split(' ')[0])) rmSync(lock, { force: true })
    else spawnSync('sleep', ['0.5'])
  }
  try {
    await work()
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

async function installIfStale() {
  const marker = join(modules, '.kstone-lock')
  clearBrokenInstall()
  if (readIfThere(marker) === hashOf('package-lock.json')) return
  if (['--help', '-h'].includes(rest[0])) return explainFirstRun()
  process.stdout.write('· Installing dependencies (1.4 GB on disk, about a minute the first time)\n')
  rmSync(marker, { force: true })
  const code = await runNpm([
    'install',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (code !== 0) {
    throw new Error(
      'Installing dependencies failed; npm says why above.\n  fix: mend that (often the network or the registry), then run the same command again',
    )
  }
  writeFileSync(marker, hashOf('package-lock.json'))
  rmSync(installing, { force: true })
}

/** What the options are stands in TypeScript, which the system's Node cannot read: say so instead of installing for a minute. */
function explainFirstRun() {
  process.stdout.write(
    'The first run installs the packages of this folder and its own Node (1.4 GB), then does its work.\n' +
      `Run "npm run ${command}" (or npm start) once; --help then lists the options. The README tells the rest.\n`,
  )
  process.exit(0)
}

/** Runs npm in a group of its own, so that a request to stop ends it and whatever it started, before this process goes. */
async function runNpm(args) {
  const npm = process.env.npm_execpath
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const child = spawn(program, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  writeFileSync(installing, markOf(child.pid))
  const stop = () => endGroup(child.pid)
  for (const signal of stopSignals) process.on(signal, stop)
  const [code] = await once(child, 'exit')
  for (const signal of stopSignals) process.off(signal, stop)
  return code
}

/** An installation that was broken off leaves packages in pieces, and perhaps an npm that still writes: begin anew. */
function clearBrokenInstall() {
  const left = readIfThere(installing)
  if (left === undefined) return
  const pid = Number(left.split(' ')[0])
  if (left === markOf(pid)) endGroup(pid)
  process.stdout.write('· The last installation was broken off: removing its pieces\n')
  rmSync(modules, { recursive: true, force: true, maxRetries: 5 })
  rmSync(installing, { force: true })
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
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
  for (const signal of stopSignals) process.on(signal, () => child.kill(signal))
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
