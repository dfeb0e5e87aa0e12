import type { IPermission } from 'etcd3'
import { AuthClient, KVClient } from 'etcd3'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'
import type { Secret } from '#lib/secret.ts'
import type { Caller, PlacedOptions } from './caller.ts'
import type { KeyRange } from './keys.ts'

export interface Permission {
  readonly right: 'read' | 'write' | 'readwrite'
  readonly range: KeyRange
}

const rights = { Read: 'read', Write: 'write', Readwrite: 'readwrite' } as const
const etcdRights = { read: 'Read', write: 'Write', readwrite: 'Readwrite' } as const

/** Users of etcd's own access control. All but `get` of oneself need root once authentication is on. */
export function userCalls(caller: Caller) {
  const change = <Result>(name: string, options: PlacedOptions, ask: (auth: AuthClient) => Promise<Result>) =>
    caller.call({ name: `Auth/${name}`, isWrite: true, needsRoot: true, ...options }, async ({ rpc }) => {
      await ask(new AuthClient(rpc))
    })
  return {
    list: (options: PlacedOptions = {}): Promise<string[]> =>
      caller.call({ name: 'Auth/UserList', needsRoot: true, ...options }, async ({ rpc }) => {
        const { users } = await new AuthClient(rpc).userList()
        return users
      }),

    /** The roles a user has; everybody may ask for themselves. */
    get: (name: string, options: PlacedOptions = {}): Promise<string[]> =>
      caller.call({ name: 'Auth/UserGet', needsRoot: !isReader(caller, name), ...options }, async ({ rpc }) => {
        const { roles } = await new AuthClient(rpc).userGet({ name })
        return roles
      }),

    /** Without a password the user can only come by a client certificate with that name. */
    add: (name: string, password: Secret<string> | undefined, options: PlacedOptions = {}): Promise<void> =>
      change('UserAdd', options, (auth) =>
        auth.userAdd({ name, password: password?.reveal() ?? '', options: { no_password: password === undefined } }),
      ),

    delete: (name: string, options: PlacedOptions = {}): Promise<void> =>
      change('UserDelete', options, (auth) => auth.userDelete({ name })),

    changePassword: (name: string, password: Secret<string>, options: PlacedOptions = {}): Promise<void> =>
      change('UserChangePassword', options, (auth) => auth.userChangePassword({ name, password: password.reveal() })),

    grantRole: ({ user, role }: { user: string; role: string }, options: PlacedOptions = {}): Promise<void> =>
      change('UserGrantRole', options, (auth) => auth.userGrantRole({ user, role })),

    revokeRole: ({ user, role }: { user: string; role: string }, options: PlacedOptions = {}): Promise<void> =>
      change('UserRevokeRole', options, (auth) => auth.userRevokeRole({ name: user, role })),
  }
}

/** Roles, and the ranges of keys they open. All but `get` of a role one has need root once authentication is on. */
export function roleCalls(caller: Caller) {
  const change = <Result>(name: string, options: PlacedOptions, ask: (auth: AuthClient) => Promise<Result>) =>
    caller.call({ name: `Auth/${name}`, isWrite: true, needsRoot: true, ...options }, async ({ rpc }) => {
      await ask(new AuthClient(rpc))
    })
  return {
    list: (options: PlacedOptions = {}): Promise<string[]> =>
      caller.call({ name: 'Auth/RoleList', needsRoot: true, ...options }, async ({ rpc }) => {
        const { roles } = await new AuthClient(rpc).roleList()
        return roles
      }),

    /** What a role opens; with `asReader` for a role the reader has, which needs no root. */
    get: (
      name: string,
      { asReader = false, ...options }: PlacedOptions & { asReader?: boolean } = {},
    ): Promise<Permission[]> =>
      caller.call({ name: 'Auth/RoleGet', needsRoot: !asReader, ...options }, async ({ rpc }) => {
        const { perm } = await new AuthClient(rpc).roleGet({ role: name })
        return perm.map(toPermission)
      }),

    add: (name: string, options: PlacedOptions = {}): Promise<void> =>
      change('RoleAdd', options, (auth) => auth.roleAdd({ name })),

    delete: (name: string, options: PlacedOptions = {}): Promise<void> =>
      change('RoleDelete', options, (auth) => auth.roleDelete({ role: name })),

    grant: (name: string, { right, range }: Permission, options: PlacedOptions = {}): Promise<void> =>
      change('RoleGrantPermission', options, (auth) =>
        auth.roleGrantPermission({
          name,
          perm: { permType: etcdRights[right], key: range.key, range_end: range.end ?? Buffer.alloc(0) },
        }),
      ),

    revoke: (name: string, { key, end }: KeyRange, options: PlacedOptions = {}): Promise<void> =>
      change('RoleRevokePermission', options, (auth) =>
        auth.roleRevokePermission({ role: name, key, range_end: end ?? Buffer.alloc(0) }),
      ),
  }
}

export interface AuthState {
  readonly isEnabled: boolean
  /** From 3.5, and for root alone while it is on; changes with every change of users and roles. */
  readonly authRevision: bigint | undefined
}

export function authCalls(caller: Caller) {
  return {
    /** Whether authentication is on, also for somebody who may not ask. 3.4 has no call for it and shows it by what it refuses. */
    status: async (options: PlacedOptions = {}): Promise<AuthState> => {
      try {
        return await askStatus(caller, options)
      } catch (error) {
        const code = error instanceof AppError ? error.code : undefined
        if (code !== undefined && onlyWhileOn.has(code)) return { isEnabled: true, authRevision: undefined }
        if (code !== 'etcd-unsupported') throw error
        return { isEnabled: await refusesStrangers(caller, options), authRevision: undefined }
      }
    },

    /** Needs a user `root` with the role `root`. From then on every call needs a user. */
    enable: async (options: PlacedOptions = {}): Promise<void> => {
      await caller.call({ name: 'Auth/AuthEnable', isWrite: true, needsRoot: true, ...options }, ({ rpc }) =>
        new AuthClient(rpc).authEnable(),
      )
    },

    disable: async (options: PlacedOptions = {}): Promise<void> => {
      await caller.call({ name: 'Auth/AuthDisable', isWrite: true, needsRoot: true, ...options }, ({ rpc }) =>
        new AuthClient(rpc).authDisable(),
      )
    },
  }
}

function askStatus(caller: Caller, options: PlacedOptions): Promise<AuthState> {
  return caller.call({ name: 'Auth/AuthStatus', needsRoot: true, ...options }, async ({ rpc }) => {
    const { enabled, authRevision } = await new AuthClient(rpc).authStatus()
    return { isEnabled: enabled, authRevision: BigInt(authRevision) }
  })
}

/** Refusals that only an etcd with authentication gives. */
const onlyWhileOn: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'etcd-auth-required',
  'etcd-permission-denied',
  'etcd-needs-root',
])

/** A read of the first key without a name: cheap, and refused once authentication is on. */
async function refusesStrangers(caller: Caller, options: PlacedOptions): Promise<boolean> {
  const request = { key: Buffer.from([0]), limit: 1, keys_only: true, serializable: true }
  try {
    await caller.call({ name: 'KV/Range', isAnonymous: true, ...options }, ({ rpc }) =>
      new KVClient(rpc).range(request),
    )
    return false
  } catch (error) {
    if (error instanceof AppError && onlyWhileOn.has(error.code)) return true
    throw error
  }
}

function isReader(caller: Caller, name: string): boolean {
  return caller.access.reader?.username === name
}

function toPermission({ permType, key, range_end }: IPermission): Permission {
  return { right: rights[permType], range: { key, end: range_end.length === 0 ? undefined : range_end } }
}
