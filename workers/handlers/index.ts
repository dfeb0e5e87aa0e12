import type { JobName } from '#lib/jobs/job-definitions.ts'
import { carryOutBackup } from '#lib/services/backups/carry-out-backup.ts'
import { carryOutImport } from '#lib/services/cluster-imports/carry-out-import.ts'
import { checkImport } from '#lib/services/cluster-imports/check-import.ts'
import { carryOutDrill } from '#lib/services/drills/carry-out-drill.ts'
import { mailInvitation } from '#lib/services/invitations/mail-invitation.ts'
import { compareTarget } from '#lib/services/storage-targets/compare-target.ts'
import type { Handler } from './handler.ts'

/** Every kind of job and who does it; a kind without a handler does not compile. */
export const handlers: { readonly [Name in JobName]: Handler<Name> } = {
  'send-invitation-mail': mailInvitation,
  'check-cluster-import': checkImport,
  'run-cluster-import': carryOutImport,
  'take-backup': carryOutBackup,
  'run-drill': carryOutDrill,
  'compare-target': compareTarget,
}
