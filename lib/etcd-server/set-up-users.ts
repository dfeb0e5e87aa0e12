import type { Secret } from '#lib/secret.ts'
import { etcdctl } from './etcdctl.ts'
import type { RunningEtcd } from './running-etcd.ts'

/** A user of a cluster's own authentication. The one called `root` may do everything and has to be among them. */
export interface EtcdUser {
  readonly name: string
  /** Without white space, at which etcdctl would cut it. */
  readonly password: Secret<string>
  /** What a user other than root may do, by prefix; the empty prefix is every key. */
  readonly grants?: readonly { readonly access: 'read' | 'write' | 'readwrite'; readonly prefix: string }[]
}

/** Throws RangeError for users that etcd could not have; before anything is started. */
export function checkUsers(users: readonly EtcdUser[]): void {
  if (users.length > 0 && !users.some(({ name }) => name === 'root')) throw new RangeError('no user root')
  if (users.some(({ password }) => !/^\S+$/.test(password.reveal()))) throw new RangeError('white space in a password')
}

/** Makes the users, each with a role of its own name, and switches authentication on. Throws what etcdctl complains about. */
export async function setUpUsers(
  etcd: Pick<RunningEtcd, 'binaries' | 'members' | 'tls'>,
  users: readonly EtcdUser[],
): Promise<void> {
  for (const { name, password, grants = [] } of users) {
    await etcdctl(etcd, ['user', 'add', name, '--interactive=false'], `${password.reveal()}\n`)
    await etcdctl(etcd, ['role', 'add', name])
    for (const { access, prefix } of grants) {
      await etcdctl(etcd, ['role', 'grant-permission', name, access, prefix, '--prefix'])
    }
    await etcdctl(etcd, ['user', 'grant-role', name, name])
  }
  if (users.length > 0) await etcdctl(etcd, ['auth', 'enable'])
}
