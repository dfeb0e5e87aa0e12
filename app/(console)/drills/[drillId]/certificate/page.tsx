import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { teamPage } from '#app/(console)/_visit/team-page.tsx'
import { drillParams } from '#lib/contracts/backup-catalogue.ts'
import { AppError } from '#lib/errors.ts'
import { findRpoSeconds } from '#lib/services/backup-plans/get-plan.ts'
import { getCertificate, getDrill } from '#lib/services/drills/list-drills.ts'
import { CertificateView } from './_components/certificate-view.tsx'
import { readCertificate } from './_components/read-certificate.ts'

export const generateMetadata = pageTitle('drills.certificate.documentTitle')

export default teamPage('backups:read', async ({ ctx, params }) => {
  const asked = drillParams.safeParse(params)
  if (!asked.success) throw new AppError('not-found', 'The address names no drill')
  const [drill, stored] = await Promise.all([getDrill(ctx, asked.data), getCertificate(ctx, asked.data)])
  const rpoSeconds = await findRpoSeconds(ctx, drill)
  return <CertificateView stored={stored} certificate={readCertificate(stored.document)} rpoSeconds={rpoSeconds} />
})
