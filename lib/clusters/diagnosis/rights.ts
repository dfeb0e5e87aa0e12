import type { EndpointParts } from '#lib/contracts/cluster-access.ts'
import type { Permission } from '#lib/etcd/access-control.ts'
import { callFailure, isDenial, reasonOf } from '#lib/etcd/call-failure.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import type { KeyRange } from '#lib/etcd/keys.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import type { Door } from '#lib/net/door.ts'
import type { Asked, Identity } from './authentication.ts'
import { etcdctlCommand } from './commands.ts'
import { toEtcdEndpoint } from './etcd-way.ts'
import type { Credential, DiagnosisRun, Finding, Outcome } from './run.ts'

/** What etcd demands the role root for, by the names of its calls. */
const rootCalls = [
  'Snapshot',
  'HashKV',
  'Defragment',
  'MoveLeader',
  'Compact',
  'AlarmDeactivate',
  'UserList',
  'RoleList',
]
const rootRole = 'root'

const wholeRange = prefixRange(Buffer.alloc(0))
const shownRangesMax = 20
/** Each costs a question of its own. */
const rolesMax = 20

interface Ask extends Asked {
  identity: Identity
}

/** What the reader may read, and whether what needs root can be done. */
export async function lookAtRights(run: DiagnosisRun, ask: Ask, door: Door): Promise<Outcome<true>> {
  const { identity } = ask
  if (identity.isAuthOff) {
    return {
      findings: [{ code: 'rights-all', evidence: { who: 'anyone', username: '–', hasRoot: true } }],
      value: true,
    }
  }
  try {
    const roles = await rolesOf(ask, identity.reader, door)
    const reading = await readingFinding(run, { ...ask, roles }, door)
    const root = roles.includes(rootRole)
      ? []
      : await rootFindings(run, ask, door).catch((error: unknown) => [notTold(run, ask, error)])
    return { findings: [reading, ...root], value: true }
  } catch (error) {
    return { findings: [notTold(run, ask, error)], value: true }
  }
}

/** No answer is no refusal. */
function notTold(run: DiagnosisRun, { identity, parts }: Ask, error: unknown): Finding {
  const { username = '–', reader } = identity
  const command = readCommand(run, parts, reader)
  return { code: 'rights-not-told', evidence: { username, reason: reasonOf(callFailure(error)) }, command }
}

function readCommand(run: DiagnosisRun, parts: EndpointParts, reader: Credential | undefined): string {
  const words = ['get', '', '--from-key', '--limit=1', '--keys-only']
  return etcdctlCommand([parts], { ...run.access, user: reader?.username }, words)
}

async function readingFinding(
  run: DiagnosisRun,
  ask: Ask & { roles: readonly string[] },
  door: Door,
): Promise<Finding> {
  const { roles, identity, parts } = ask
  const { username = '–' } = identity
  const command = readCommand(run, parts, identity.reader)
  if (await mayReadAll(ask, door)) {
    return { code: 'rights-all', evidence: { who: 'user', username, hasRoot: roles.includes(rootRole) }, command }
  }
  const readable = await readableRanges(ask, door)
  if (readable.length === 0) return { code: 'rights-none', evidence: { username, roles: [...roles] }, command }
  return { code: 'rights-limited', evidence: { username, roles: [...roles], readable }, command }
}

async function mayReadAll({ identity, way, parts }: Ask, { signal }: Door): Promise<boolean> {
  const asking = way.client(identity.reader).keys.mayRead(wholeRange, { endpoint: toEtcdEndpoint(parts), signal })
  return await asking.catch(unlessDenied(false))
}

/** What to make of a refusal; all other failures go on. */
function unlessDenied<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (!isDenial(callFailure(error))) throw error
    return value
  }
}

/** Everybody may ask for their own roles, and for what these open. */
async function readableRanges(
  { identity, roles, way, parts }: Ask & { roles: readonly string[] },
  { signal }: Door,
): Promise<string[]> {
  const client = way.client(identity.reader)
  const permissions: Permission[] = []
  for (const role of roles) {
    const options = { asReader: true, endpoint: toEtcdEndpoint(parts), signal }
    permissions.push(...(await client.roles.get(role, options).catch(unlessDenied<Permission[]>([]))))
  }
  const readable = permissions.filter(({ right }) => right !== 'write').map(({ range }) => showRange(range))
  return [...new Set(readable)].slice(0, shownRangesMax)
}

async function rolesOf({ way, parts, identity }: Ask, as: Credential | undefined, { signal }: Door): Promise<string[]> {
  const username = as?.username ?? identity.username
  if (username === undefined) return []
  const client: EtcdClient = way.client(as)
  const roles = await client.users
    .get(username, { endpoint: toEtcdEndpoint(parts), signal })
    .catch(unlessDenied<string[]>([]))
  return roles.slice(0, rolesMax)
}

async function rootFindings(run: DiagnosisRun, ask: Ask, door: Door): Promise<Finding[]> {
  const { root, reader } = ask.identity
  const hash = (user: string | undefined) =>
    etcdctlCommand([ask.parts], { ...run.access, user }, ['endpoint', 'hashkv'])
  // One that etcd did not take has been told of already.
  if (!root && run.access.root) return []
  if (!root) return [{ code: 'rights-no-root', evidence: { missing: rootCalls }, command: hash(reader?.username) }]
  const roles = await rolesOf(ask, root, door)
  if (roles.includes(rootRole)) return []
  const evidence = { username: root.username, roles, missing: rootCalls }
  return [{ code: 'rights-root-lacks-role', evidence, command: hash(root.username) }]
}

/** `/app/*` for a prefix, `/app/a` for one key, `/a … /b` for what lies between. */
function showRange(range: KeyRange): string {
  const key = printable(range.key)
  if (!range.end) return key
  if (prefixRange(range.key).end?.equals(range.end)) return `${key}*`
  return range.end.equals(Buffer.from([0])) ? `${key} …` : `${key} … ${printable(range.end)}`
}

function printable(key: Buffer): string {
  return key.toString('utf8').replaceAll(/\p{C}/gu, '\u00b7')
}
