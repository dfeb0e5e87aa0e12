import { z } from 'zod'
import type { Admission } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster } from './inspection.ts'

const codes = {
  'user-needed': { source: 'etcd', evidence: ['problem'] },
  'user-refused': { source: 'etcd', evidence: ['user', 'problem'] },
} as const

/**
 * Whether etcd lets us in. Members go on telling of themselves when authentication is switched on, or a password changed, so
 * that nothing else shows it until keys are counted. A user who may read only some keys, or none, is let in.
 */
export const access = defineInspection({
  id: 'access',
  feature: 'healthy',
  scope: 'cluster',
  needs: ['admission'],
  settings: z.object({}),
  codes,
  judge: ({ admission }) => [judgeAdmission(admission.value)],
})

function judgeAdmission({ username, refusal }: Admission): Judgement<typeof codes> {
  if (refusal === null) return { subject: theCluster, verdict: 'ok' }
  const finding = { subject: theCluster, verdict: 'finding', severity: 'warning' } as const
  return username === null
    ? { ...finding, code: 'user-needed', evidence: { problem: refusal } }
    : { ...finding, code: 'user-refused', evidence: { user: username, problem: refusal } }
}
