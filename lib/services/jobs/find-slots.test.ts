import { expect, test } from 'vitest'
import { queues } from '#lib/jobs/job-definitions.ts'
import { quotas } from '#lib/tenancy/quotas.ts'

test('no plan lets one team fill all places of a worker', () => {
  const most = Math.max(...Object.values(quotas['concurrent-jobs'].limits))
  for (const { jobsAtOnce } of Object.values(queues)) expect(jobsAtOnce).toBeGreaterThan(most)
})
