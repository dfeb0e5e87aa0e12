'use client'

import { useTranslations } from 'next-intl'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import type { FirstPage } from '#app/(console)/_visit/first-page.ts'
import type { ClusterImportView } from '#lib/contracts/cluster-imports.ts'
import { EarlierLists } from './earlier-lists.tsx'
import { Examples } from './examples.tsx'
import { ListForm } from './list-form.tsx'

/** Where a list of clusters is handed in. */
export function ImportFileView({ earlier }: { earlier: FirstPage<ClusterImportView> | undefined }) {
  const t = useTranslations('cluster-imports')
  const clusters = useTranslations('clusters')
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        crumbs={[{ label: clusters('title'), href: '/clusters' }]}
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
        <ListForm />
        <Examples />
      </div>
      <EarlierLists initialPage={earlier} />
    </>
  )
}
