import { routes } from '#app/api/routes.generated.ts'
import type { AnyDefinition } from '#lib/api/definition.ts'
import type { HttpMethod } from '#lib/api/openapi.ts'
import { httpMethods } from '#lib/api/openapi.ts'
import type { Permission, Role } from '#lib/contracts/roles.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { newId } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { createApiKey } from '#lib/services/api-keys/create-api-key.ts'
import { keepCollection } from '#lib/services/collections/keep-collection.ts'
import { invite } from '#lib/services/invitations/invite.ts'
import { cancelJob } from '#lib/services/jobs/cancel-job.ts'
import { closeTeam } from '#lib/services/team/close-team.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { hashPassword } from '#lib/tenancy/passwords.ts'
import { createSession } from '#lib/tenancy/sessions.ts'
import { startEtcd } from './etcd.ts'
import { addKeptBackups } from './kept-backups.ts'
import { goodPassword, headersOf, newAddress, requestFrom } from './signed-in.ts'
import { addTeammate } from './teammates.ts'
import { addFinding } from './watched-clusters.ts'
import { createTeam } from './work-team.ts'

/** One method of one route. */
export interface Operation {
  name: string
  method: HttpMethod
  path: string
  definition: AnyDefinition
  /** Names in the path, `['userId']`. */
  params: string[]
}

/** Every operation of the API, from the definitions themselves: a new route is among them the moment it exists. */
export const operations: Operation[] = routes.flatMap(({ path, methods }) =>
  httpMethods.flatMap((method) => {
    const definition = methods[method]?.definition
    if (!definition) return []
    const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    return [{ name: `${method} ${path}`, method, path, definition, params }]
  }),
)

/** A team with one thing of each kind that a path can name, and somebody who acts. */
export interface World {
  team: TenantContext
  things: Record<string, string>
}

/** Somebody who calls: what their requests carry. */
export interface Caller {
  headers: Headers
  /** Absent for callers without a team. */
  actor?: TenantContext
}

const teamName = 'Platform'

/** A team of its own for one call, so that no call meets what another one has left. */
export async function createWorld(): Promise<World> {
  const team = await createTeam({ plan: 'enterprise', name: teamName })
  const member = await addTeammate(team, 'viewer')
  const invitation = await invite(team, { email: `${newId()}@example.com`, role: 'viewer' })
  const apiKey = await createApiKey(team, { name: 'ci', scopes: ['clusters:read'], expiresInDays: 1 })
  const clusterId = await addCluster(team)
  return {
    team,
    things: {
      userId: member.actor.id,
      invitationId: invitation.id,
      apiKeyId: apiKey.id,
      sessionId: member.session?.id ?? '',
      jobId: await askForJob(team),
      clusterId,
      findingId: await addFinding(team, { clusterId }),
      importId: await addImport(team),
      ...(await addKeptBackups(team, clusterId)),
    },
  }
}

let etcd: Promise<RunningEtcd> | undefined

/** One etcd for all worlds: what the API looks at is only read. */
async function etcdUrl(): Promise<string> {
  etcd ??= startEtcd()
  return (await etcd).members[0]?.clientUrl ?? ''
}

/** Ends the etcd the worlds looked at. */
export async function closeWorlds(): Promise<void> {
  const running = await etcd
  etcd = undefined
  await running?.stop()
}

/** A cluster called as the example that removes it says, at an address the team may dial. */
async function addCluster({ tenantId }: TenantContext): Promise<string> {
  const id = newId()
  const url = new URL(await etcdUrl())
  await withSystem((db) =>
    db.addressGrant.create({ data: { tenantId, address: url.hostname, port: Number(url.port) } }),
  )
  await withTenant(tenantId, (db) =>
    db.cluster.create({
      data: { tenantId, id, name: 'payments-prod', provider: 'imported', endpoints: [url.origin] },
    }),
  )
  await withTenant(tenantId, (db) => keepCollection(db, { tenantId, clusterId: id, pausedAt: null }))
  return id
}

/** An import that was looked at and waits for somebody to go on. */
async function addImport({ tenantId }: TenantContext): Promise<string> {
  const id = newId()
  await withTenant(tenantId, (db) =>
    db.clusterImport.create({
      data: { tenantId, id, format: 'csv', state: 'checked', rowsTotal: 0, createdBy: 'Ada' },
    }),
  )
  return id
}

/** Where the example alone leads nowhere on this machine: the same with the address of a real etcd. */
const livingEndpoints = ['POST /api/v1/clusters', 'POST /api/v1/cluster-diagnoses']
const storagePlaces = ['POST /api/v1/storage-targets', 'POST /api/v1/storage-target-probes']

async function bodyOf({ name, definition }: Operation): Promise<unknown> {
  const example = definition.body?.meta()?.example
  if (storagePlaces.includes(name)) return { kind: 'directory', name: 'disk' }
  if (!livingEndpoints.includes(name)) return example
  const { tls: _none, reader: _nobody, ...rest } = example as Record<string, unknown>
  return { ...rest, endpoints: [await etcdUrl()] }
}

function askForJob(team: TenantContext): Promise<string> {
  return withTenant(team.tenantId, (db) =>
    enqueue(db, team, { kind: 'send-invitation-mail', payload: { invitationId: newId() } }),
  )
}

/** What some operations need to find before they can succeed. */
const preparations: Record<string, (world: World) => Promise<unknown>> = {
  'DELETE /api/v1/team/deletion': ({ team }) => closeTeam(team, { confirmName: teamName }),
  'DELETE /api/v1/storage-targets/{targetId}': ({ team: { tenantId } }) =>
    withTenant(tenantId, (db) => db.backup.deleteMany({ where: { tenantId } })),
  'POST /api/v1/jobs/{jobId}/retry': ({ team, things }) => cancelJob(team, { jobId: things.jobId ?? '' }),
}

export function needsPreparation({ name }: Operation): boolean {
  return name in preparations
}

export async function prepare({ name }: Operation, world: World): Promise<void> {
  await preparations[name]?.(world)
}

let passwordHash: Promise<string> | undefined

/** Somebody of that role with a fresh session, in the browser; the examples' password is theirs. */
export async function signedIn(
  { team }: World,
  role: Role,
): Promise<Caller & { actor: TenantContext; sessionId: string }> {
  const actor = await addTeammate(team, role)
  const userId = actor.actor.id
  passwordHash ??= hashPassword(goodPassword, '192.0.2.1')
  const hash = await passwordHash
  const { sid } = await withSystem(async (db) => {
    await db.credential.upsert({
      where: { userId },
      create: { userId, passwordHash: hash },
      update: { passwordHash: hash },
    })
    const session = { userId, method: 'password' as const, authAt: new Date(), activeTenantId: team.tenantId }
    return await createSession(db, requestFrom(newAddress()), session)
  })
  const headers = await headersOf(sid, { 'kstone-team': team.tenantId })
  return { actor, headers, sessionId: actor.session?.id ?? '' }
}

/** A key of the team's owner with these scopes. */
export async function keyHolder({ team }: World, scopes: Permission[]): Promise<Caller> {
  const { secret } = await createApiKey(team, { name: 'isolation', scopes, expiresInDays: 1 })
  return { headers: new Headers({ authorization: `Bearer ${secret}` }) }
}

/** The values of an operation's path, out of what a world has. */
export function thingsFor({ name, params }: Operation, things: Record<string, string>): Record<string, string> {
  const entries = params.map((param) => {
    const value = things[param]
    if (value === undefined) {
      throw new Error(
        `${name}: nothing is known of {${param}}; make one in createWorld of tests/support/isolation-world.ts`,
      )
    }
    return [param, value]
  })
  return Object.fromEntries(entries)
}

/** Ids of the right form that nothing has. */
export function unknownThings({ params }: Operation): Record<string, string> {
  return Object.fromEntries(params.map((param) => [param, newId()]))
}

export interface Answer {
  status: number
  requestId: string
  code: string | undefined
  /** Without the request id, which differs from call to call. */
  text: string
}

/** Sends the operation with its own example as body, as a browser of ours or an API client would. */
export async function send(
  url: string,
  { operation, things, caller }: { operation: Operation; things: Record<string, string>; caller?: Caller },
): Promise<Answer> {
  const { method, path, definition } = operation
  const target = Object.entries(things).reduce((text, [name, value]) => text.replace(`{${name}}`, value), path)
  const headers = new Headers(caller?.headers)
  headers.set('origin', url)
  headers.set('x-forwarded-for', newAddress())
  const body = definition.body ? JSON.stringify(await bodyOf(operation)) : undefined
  if (body) headers.set('content-type', 'application/json')
  const response = await fetch(url + target, { method, headers, redirect: 'manual', ...(body ? { body } : {}) })
  return await answerOf(response)
}

async function answerOf(response: Response): Promise<Answer> {
  const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const text = isEndless ? '' : await response.text()
  if (isEndless) await response.body?.cancel()
  const requestId = response.headers.get('x-request-id') ?? ''
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  return {
    status: response.status,
    requestId,
    code: isProblem ? String(JSON.parse(text).code) : undefined,
    text: requestId === '' ? text : text.replaceAll(requestId, 'REQUEST'),
  }
}
