import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { config } from '#lib/config.ts'
import { ResetSteps } from './reset-steps.tsx'

export const generateMetadata = pageTitle('auth.reset.title')

export default function ResetPage() {
  return <ResetSteps sendsMail={config().smtp !== undefined} />
}
