import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { makeStateDir } from '#scripts/paths.ts'
import { StepError } from '#scripts/step-error.ts'
import { writeFileAtomically } from '#scripts/write-file-atomically.ts'
import type { HttpSession } from './http-session.ts'
import { openHttpSession, RefusedRequest } from './http-session.ts'

const demoShape = z.object({ url: z.string(), email: z.string(), password: z.string(), apiKey: z.string() })
const csrfShape = z.object({ csrfToken: z.string() })
const meShape = z.object({ data: z.object({ permissions: z.array(z.string()) }) })
const createdKeyShape = z.object({ data: z.object({ secret: z.string() }) })

type Demo = z.infer<typeof demoShape>

/** How to sign in to the demo team, as it stands in .kstone/demo.json. */
export type DemoAccess = Demo & { isNew: boolean }

type SignIn = { email: string; password: string }

// What a leaked file must not be good for: ending the team, taking its data away, or making more keys.
const keptFromTheKey = ['team:delete', 'team:export', 'members:reset', 'api-keys:write']

/**
 * A team to look around with, made once and only through the product's own API. Writes .kstone/demo.json anew, since the
 * port may be another one today. A demo user who is gone is made again.
 */
export async function ensureDemo(publicUrl: string, localUrl: string): Promise<DemoAccess> {
  const file = join(makeStateDir(), 'demo.json')
  const write = (access: Demo) => writeFileAtomically(file, `${JSON.stringify(access, null, 2)}\n`)
  const open = () => openHttpSession(publicUrl, localUrl)
  const known = readDemo(file)
  if (known && (await opensDoor(open(), known.apiKey))) {
    write({ ...known, url: publicUrl })
    return { ...known, url: publicUrl, isNew: false }
  }
  const session = open()
  const isIn = known !== undefined && (await trySignIn(session, known))
  const signIn = isIn ? known : await signUp(session)
  // Written before the key is made: a start that ends in between finds its user again.
  write({ url: publicUrl, email: signIn.email, password: signIn.password, apiKey: '' })
  if (!isIn && !(await trySignIn(session, signIn)))
    throw new Error('the demo user cannot sign in with the password just set')
  const access = { url: publicUrl, email: signIn.email, password: signIn.password, apiKey: await makeKey(session) }
  write(access)
  await addBackupDirectory(session)
  await signOut(session)
  return { ...access, isNew: !isIn }
}

/** From then on the demo clusters are backed up. Only a person may say where to, and the demo user has just signed in. */
async function addBackupDirectory(session: HttpSession): Promise<void> {
  try {
    await session.post('/api/v1/storage-targets', { kind: 'directory', name: 'this machine' })
  } catch (error) {
    // It is there already, or the operator wants none.
    if (!(error instanceof RefusedRequest) || ![409, 422].includes(error.status)) throw error
  }
}

/** Takes another address when the usual one belongs to somebody whose password is not known here. */
async function signUp(session: HttpSession): Promise<SignIn> {
  const password = randomBytes(10).toString('hex')
  for (const email of ['demo@kstone.example', `demo-${randomBytes(4).toString('hex')}@kstone.example`]) {
    try {
      await session.post('/api/v1/sign-up', { email, password, name: 'Demo', teamName: 'Demo' })
      return { email, password }
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error
      if (error.status === 403)
        throw new StepError('sign-up is switched off', {
          fix: 'start with --no-demo, or with SIGN_UP_ENABLED=true',
          cause: error,
        })
      if (error.status !== 409) throw error
    }
  }
  throw new StepError('no address for a demo user is free', { fix: 'start with --no-demo' })
}

async function trySignIn(session: HttpSession, { email, password }: SignIn): Promise<boolean> {
  const { csrfToken } = csrfShape.parse(await session.get('/api/auth/csrf'))
  try {
    await session.post(
      '/api/auth/callback/credentials',
      new URLSearchParams({ csrfToken, email, password, json: 'true' }),
    )
    await session.get('/api/v1/me')
    return true
  } catch (error) {
    if (error instanceof RefusedRequest && error.status === 401) return false
    throw error
  }
}

/** The list of sessions in the demo account begins with whoever signs in first. */
async function signOut(session: HttpSession): Promise<void> {
  const { csrfToken } = csrfShape.parse(await session.get('/api/auth/csrf'))
  await session.post('/api/auth/signout', new URLSearchParams({ csrfToken, json: 'true' }))
}

async function makeKey(session: HttpSession): Promise<string> {
  const me = meShape.parse(await session.get('/api/v1/me'))
  const scopes = me.data.permissions.filter((permission) => !keptFromTheKey.includes(permission))
  const created = await session.post('/api/v1/api-keys', { name: 'demo', scopes, expiresInDays: 365 })
  return createdKeyShape.parse(created).data.secret
}

/** Also where the team behind the door is being deleted: its owner still gets in. */
async function opensDoor(session: HttpSession, apiKey: string): Promise<boolean> {
  if (apiKey === '') return false
  try {
    await session.get('/api/v1/team', { authorization: `Bearer ${apiKey}` })
    return true
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error
    if (error.code === 'tenant-closing') return true
    if (error.status === 401) return false
    throw error
  }
}

function readDemo(file: string): Demo | undefined {
  if (!existsSync(file)) return undefined
  try {
    return demoShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
