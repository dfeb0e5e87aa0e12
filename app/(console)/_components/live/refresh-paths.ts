/** Lists of the API that an event makes old, by the area of its kind (`member` in `member.joined`). */
const pathsByArea: Record<string, readonly string[]> = {
  // Who joins has used an invitation; the keys of who leaves end too.
  member: ['/members', '/me', '/invitations', '/api-keys'],
  invitation: ['/invitations', '/members'],
  'api-key': ['/api-keys'],
  team: ['/team', '/me'],
  session: ['/me/sessions'],
  // A cluster that is removed, switched or renamed changes what is shown of its findings too.
  cluster: ['/clusters', '/findings', '/inspection-settings'],
  finding: ['/findings', '/clusters'],
  'cluster-import': ['/cluster-imports'],
  backup: ['/backups', '/storage-targets', '/backup-settings'],
  drill: ['/drills', '/backups'],
  'storage-target': ['/storage-targets', '/backup-settings', '/backups'],
}

/** Lists that every change touches: each one leaves an audit event and may use up a quota. */
const always = ['/audit-events', '/usage']

/** Paths after `/api/v1` whose lists show old data after an event of this kind. */
export function pathsMadeOldBy(kind: string): readonly string[] {
  // Jobs change by themselves, many times a minute: nobody is named for it in the audit log.
  if (kind === 'job.changed') return ['/jobs', '/cluster-imports', '/usage']
  const area = kind.split('.')[0] ?? ''
  return [...(pathsByArea[area] ?? []), ...always]
}

/** Whether a pattern means a kind: the kind itself, or `area.*`. */
export function matchesKind(pattern: string, kind: string): boolean {
  return pattern.endsWith('.*') ? kind.startsWith(pattern.slice(0, -1)) : pattern === kind
}
