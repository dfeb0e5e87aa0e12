import type { RowProblem } from '#lib/contracts/cluster-imports.ts'
import type { AttachedFiles, ImportRow } from './import-row.ts'
import { compact, compactOrAbsent, pemOf, rowProblem, unreadable } from './import-row.ts'

/** What the environment of etcdctl and of a kubeadm control plane calls its settings, and what they are here. */
const settings: Record<string, string> = {
  KSTONE_NAME: 'name',
  KSTONE_DESCRIPTION: 'description',
  KSTONE_NETWORK: 'network',
  ETCDCTL_ENDPOINTS: 'endpoints',
  ETCD_SERVERS: 'endpoints',
  ETCDCTL_CACERT: 'ca',
  ETCD_CAFILE: 'ca',
  ETCDCTL_CERT: 'cert',
  ETCD_CERTFILE: 'cert',
  ETCDCTL_KEY: 'key',
  ETCD_KEYFILE: 'key',
  ETCDCTL_USER: 'user',
  ETCDCTL_PASSWORD: 'password',
}
/** Settings of etcdctl that say nothing of the cluster. */
const passedOver = new Set(['ETCDCTL_API', 'ETCDCTL_DIAL_TIMEOUT', 'ETCDCTL_COMMAND_TIMEOUT', 'ETCDCTL_WRITE_OUT'])

const betweenEndpoints = /[\s,]+/
const nameLengthMax = 40

const assignment = /^(?:export\s+|-\s*)?(?:--)?([A-Za-z][A-Za-z0-9_-]*)=(.*)$/

interface Block {
  line: number
  values: Map<string, string>
  /** Of its first line that says nothing of a cluster. */
  problem?: RowProblem
}

/**
 * Clusters written as settings: blocks of `ETCDCTL_ENDPOINTS=…` lines, or of the `--etcd-servers=…` flags of a kube-apiserver,
 * with an empty line between two clusters. `# name: payments` before a block, or KSTONE_NAME in it, gives its name.
 * Certificates are names of attached files.
 *
 * @throws AppError `import-file-unreadable` with line and reason
 */
export function readEnvironment(text: string, files: AttachedFiles): ImportRow[] {
  const blocks = blocksOf(text)
  const [first] = blocks
  // Where no block can be read it is no list of this kind.
  if (first?.problem && blocks.every(({ problem }) => problem)) {
    const { code, params } = first.problem
    throw unreadable(code, { line: Number(params.line), name: String(params.name) })
  }
  return blocks.map(({ line, values, problem }) => ({
    number: line,
    input: inputOf(values, files),
    ...(problem ? { problem } : {}),
  }))
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '') open = undefined
    const found = readLine(line, index + 1)
    if (!found) continue
    if (!open) {
      open = { line: index + 1, values: new Map() }
      blocks.push(open)
    }
    if (Array.isArray(found)) open.values.set(...found)
    else open.problem ??= found
  }
  return blocks
}

/** Name and value of one line, or why it has none; undefined where it says nothing of a cluster. */
function readLine(line: string, number: number): [string, string] | RowProblem | undefined {
  const title = /^#\s*name:\s*(.+)$/i.exec(line)?.[1]
  if (title !== undefined) return ['name', title.trim()]
  if (line === '' || line.startsWith('#')) return undefined
  const [, name = '', value = ''] = assignment.exec(line) ?? []
  if (name === '') return rowProblem('env-no-assignment', { line: number, name: '' })
  const key = name.toUpperCase().replaceAll('-', '_')
  const setting = settings[key]
  if (setting !== undefined) return [setting, unquote(value)]
  if (passedOver.has(key)) return undefined
  // A line of base64 looks like an assignment too, and may be of a key: only what is written like a setting is repeated.
  if (!/^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[a-z0-9]+(?:-[a-z0-9]+)+)$/.test(name))
    return rowProblem('env-no-assignment', { line: number, name: '' })
  return rowProblem('env-unknown-setting', { line: number, name: name.slice(0, nameLengthMax) })
}

function unquote(value: string): string {
  const trimmed = value.trim()
  return /^(["']).*\1$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed
}

function inputOf(values: ReadonlyMap<string, string>, files: AttachedFiles): Record<string, unknown> {
  const endpoints = values.get('endpoints')
  return compact({
    name: values.get('name') ?? hostOf(endpoints),
    description: values.get('description'),
    network: values.get('network'),
    endpoints: endpoints?.split(betweenEndpoints).filter((endpoint) => endpoint !== ''),
    tls: compactOrAbsent({
      caPem: pemOf(files, values.get('ca')),
      clientCertPem: pemOf(files, values.get('cert')),
      clientKeyPem: pemOf(files, values.get('key')),
    }),
    reader: readerOf(values.get('user'), values.get('password')),
  })
}

/** etcdctl takes `user:password` in one, or the password apart. */
function readerOf(user: string | undefined, password: string | undefined): Record<string, unknown> | undefined {
  if (user === undefined) return compactOrAbsent({ password })
  const at = password === undefined ? user.indexOf(':') : -1
  return at < 0 ? compact({ username: user, password }) : { username: user.slice(0, at), password: user.slice(at + 1) }
}

/** Names are stored and shown in the clear: of several endpoints the part behind the last @, since a password may hold commas. */
function hostOf(endpoints: string | undefined): string | undefined {
  const [first] = endpoints?.slice(endpoints.lastIndexOf('@') + 1).split(betweenEndpoints) ?? []
  return first?.replace(/^https?:\/\//i, '').replace(/\/$/, '')
}
