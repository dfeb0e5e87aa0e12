import { access } from './access.ts'
import { alarms } from './alarms.ts'
import { backupFreshness } from './backup-freshness.ts'
import { backupProof } from './backup-proof.ts'
import { backupRevision } from './backup-revision.ts'
import { backupSize } from './backup-size.ts'
import { backupStorage } from './backup-storage.ts'
import { certificates } from './certificates.ts'
import { consistency } from './consistency.ts'
import { dbSize } from './db-size.ts'
import type { Inspection } from './inspection.ts'
import { keyCount } from './key-count.ts'
import { leaderChanges } from './leader-changes.ts'
import { membership } from './membership.ts'
import { quorum } from './quorum.ts'
import { reachability } from './reachability.ts'
import { versionAdvice } from './version-advice.ts'
import { versionSkew } from './version-skew.ts'

/** Every inspection, sorted by id: what is judged, described, switched and set is read from here. */
export const inspections: readonly Inspection[] = [
  access,
  alarms,
  backupFreshness,
  backupProof,
  backupRevision,
  backupSize,
  backupStorage,
  certificates,
  consistency,
  dbSize,
  keyCount,
  leaderChanges,
  membership,
  quorum,
  reachability,
  versionAdvice,
  versionSkew,
]
