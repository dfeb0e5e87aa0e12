import { z } from 'zod'
import { drillView } from '#lib/contracts/backup-catalogue.ts'
import { instant } from '#lib/contracts/paging.ts'

const named = z.object({ id: z.string(), name: z.string() })

/** What of a certificate is shown; the document itself is handed on as it was signed. */
const signed = z.object({
  certificate: z.object({
    drillId: z.string(),
    team: named,
    cluster: named,
    etcdClusterId: z.string(),
    backup: z.object({
      id: z.string(),
      takenAt: instant,
      revision: z.string(),
      objectKey: z.string(),
      snapshotSha256: z.string(),
      storedSha256: z.string(),
    }),
    etcdVersion: z.string().nullable(),
    comparisons: drillView.shape.comparisons,
    tookMs: z.number(),
    startedAt: instant,
    endedAt: instant,
    productVersion: z.string(),
  }),
})
export type ShownCertificate = z.infer<typeof signed>['certificate']

/** @throws SyntaxError or ZodError for what is no certificate of ours */
export function readCertificate(document: string): ShownCertificate {
  return signed.parse(JSON.parse(document)).certificate
}
