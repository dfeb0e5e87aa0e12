'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { ProblemFacts, useProblemSentence } from '#app/_components/backups/problem-note.tsx'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { backupView } from '#lib/contracts/backup-catalogue.ts'

const answer = z.object({ data: z.array(backupView) })

/** Why the newest attempt came to nothing; there while no newer one has come to something. */
export function LastFailure({ clusterId }: { clusterId: string }) {
  const t = useTranslations('cluster-backups.protection')
  const sentenceOf = useProblemSentence()
  const { data } = useApiQuery('/backups', answer, { query: { clusterId, limit: 1 } })
  const [newest] = data?.data ?? []
  if (newest?.state !== 'failed' || newest.problem === null) return null
  const { createdAt, problem, problemDetails } = newest
  return (
    <Alert tone="danger" live={false}>
      <p>
        {t.rich('lastFailed', {
          time: () => <Time value={createdAt} />,
          reason: sentenceOf(problem, problemDetails),
        })}
      </p>
      <ProblemFacts details={problemDetails} />
    </Alert>
  )
}
