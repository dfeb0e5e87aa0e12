'use client'

import { Download, Printer, ShieldCheck } from 'lucide-react'
import { useTimeZone, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import { saveFile } from '#app/_components/api/use-download.ts'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { ComparisonsTable } from '#app/(console)/drills/_components/comparisons-table.tsx'
import type { certificateView } from '#lib/contracts/backup-catalogue.ts'
import { CertificateFacts } from './certificate-facts.tsx'
import { HowToVerify } from './how-to-verify.tsx'
import type { ShownCertificate } from './read-certificate.ts'

export interface CertificateViewProps {
  stored: z.infer<typeof certificateView>
  certificate: ShownCertificate
  /** By the plan as it stands now; undefined where the cluster is no longer here. */
  rpoSeconds: number | undefined
}

/** A proof to be handed to people who were not there: on the screen, on paper, and as the signed document. */
export function CertificateView({ stored, certificate, rpoSeconds }: CertificateViewProps) {
  const t = useTranslations('drills.certificate')
  const timeZone = useTimeZone() ?? 'UTC'
  const { cluster, comparisons, drillId, productVersion, team } = certificate
  const fileName = `kstone-certificate-${drillId}.json`
  return (
    <>
      <div className="print:hidden">
        <PageHeader
          title={t('documentTitle')}
          crumbs={[{ label: t('toCluster', { name: cluster.name }), href: `/clusters/${cluster.id}?tab=backups` }]}
          actions={
            <>
              <Button icon={<Printer aria-hidden="true" />} onClick={() => window.print()}>
                {t('print')}
              </Button>
              <Button
                variant="primary"
                icon={<Download aria-hidden="true" />}
                // The signature is over these very bytes.
                onClick={() => saveFile(new Blob([stored.document], { type: 'application/json' }), fileName)}
              >
                {t('download')}
              </Button>
            </>
          }
        />
      </div>
      <article className="mx-auto max-w-[52rem] rounded-xl border border-line bg-surface p-4 shadow-card sm:p-10 print:max-w-none print:rounded-none print:border-0 print:p-0 print:shadow-none print:[&_button]:hidden">
        <Head certificate={certificate} />
        <div className="mt-7 flex flex-col gap-7 print:mt-5 print:gap-5">
          <CertificateFacts certificate={certificate} keyId={stored.keyId} rpoSeconds={rpoSeconds} />
          <Part title={t('compared')}>
            <ComparisonsTable comparisons={comparisons} />
          </Part>
          <Part title={t('verify')}>
            <HowToVerify stored={stored} fileName={fileName} />
          </Part>
        </div>
        <p className="mt-7 border-line border-t pt-3 text-muted text-sm">
          {t('signed', { version: productVersion, team: team.name })} {t('times', { zone: timeZone })}
        </p>
      </article>
    </>
  )
}

function Head({ certificate }: Pick<CertificateViewProps, 'certificate'>) {
  const t = useTranslations('drills.certificate')
  const { wide } = useQuantityText()
  const { cluster, backup, etcdVersion, comparisons, endedAt } = certificate
  const held = comparisons.filter(({ outcome }) => outcome === 'holds').length
  const all = comparisons.length
  const isByHash = comparisons.some(({ what, outcome }) => what === 'hash' && outcome === 'holds')
  return (
    <header className="flex items-start gap-4">
      <span className="inline-flex size-12 shrink-0 items-center justify-center rounded-xl border border-ok-line bg-ok-soft text-ok [&_svg]:size-6">
        <ShieldCheck aria-hidden="true" />
      </span>
      <div className="min-w-0">
        <h2 className="font-semibold text-2xl tracking-tight">{t('title')}</h2>
        <p className="mt-1 text-lg [overflow-wrap:anywhere]">
          {t.rich('sentence', {
            date: () => <Time value={endedAt} format="absolute" />,
            taken: () => <Time value={backup.takenAt} format="absolute" />,
            cluster: cluster.name,
            revision: wide(backup.revision),
            version: etcdVersion ?? '',
            outcome: held === all ? t('outcome', { held }) : t('outcomePart', { held, all }),
          })}{' '}
          {isByHash ? t('byHash') : t('byCounts')}
        </p>
      </div>
    </header>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 break-after-avoid font-semibold text-lg">{title}</h3>
      {children}
    </section>
  )
}
