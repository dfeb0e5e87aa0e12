'use client'

import { FileJson, KeyRound, Search, SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { useDeferredValue } from 'react'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { Input } from '#app/_components/ui/input.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { ApiBasics } from './api-basics.tsx'
import { OperationView } from './operation-view.tsx'
import type { ApiArea, ApiOperation } from './operations.ts'
import { byArea, matchesSearch } from './operations.ts'
import { useLinkedOperation } from './use-linked-operation.ts'

export interface ApiReferenceProps {
  operations: readonly ApiOperation[]
  publicUrl: string
}

/** The whole API on one page: areas, operations, who may call them, what goes in and what comes out. */
export function ApiReference({ operations, publicUrl }: ApiReferenceProps) {
  const t = useTranslations('api-docs')
  const [query, setQuery] = useQueryState('q', parseAsString.withDefault(''))
  const search = useDeferredValue(query)
  const found = operations.filter((operation) => matchesSearch(operation, search))
  const areas = byArea(found)
  useLinkedOperation()
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={<Actions />} />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_14rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <ApiBasics />
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <div className="w-full sm:w-96">
              <Input
                type="search"
                aria-label={t('search')}
                placeholder={t('searchHint')}
                icon={<Search aria-hidden="true" />}
                value={query}
                onChange={(event) => void setQuery(event.target.value || null)}
              />
            </div>
            <p role="status" className="text-muted text-sm">
              {t('found', { count: found.length })}
            </p>
          </div>
          {areas.length === 0 ? (
            <Panel flush>
              <EmptyState
                icon={<SearchX aria-hidden="true" />}
                title={t('none', { query: search })}
                description={t('noneFix')}
              />
            </Panel>
          ) : null}
          {areas.map((area) => (
            <AreaSection key={area.id} area={area} publicUrl={publicUrl} />
          ))}
        </div>
        <Contents areas={areas} />
      </div>
    </>
  )
}

function Actions() {
  const t = useTranslations('api-docs')
  const { can } = usePermissions()
  return (
    <>
      <ButtonLink href="/api/v1/openapi.json" external icon={<FileJson aria-hidden="true" />}>
        {t('document')}
      </ButtonLink>
      {can('api-keys:write') ? (
        <ButtonLink href="/api-keys?new=true" icon={<KeyRound aria-hidden="true" />}>
          {t('createKey')}
        </ButtonLink>
      ) : null}
    </>
  )
}

function AreaSection({ area, publicUrl }: { area: ApiArea; publicUrl: string }) {
  const nameOf = useKeyTranslator('api-docs')
  return (
    <section aria-labelledby={`area-${area.id}`} className="min-w-0">
      <h2 id={`area-${area.id}`} className="mb-2 font-semibold text-lg">
        {nameOf(`areas.${area.id}`, undefined, area.id)}
      </h2>
      <div className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface shadow-card">
        {area.operations.map((operation) => (
          <OperationView key={operation.id} operation={operation} publicUrl={publicUrl} />
        ))}
      </div>
    </section>
  )
}

/** Where what stands, beside the operations while the window is wide. */
function Contents({ areas }: { areas: readonly ApiArea[] }) {
  const t = useTranslations('api-docs')
  const nameOf = useKeyTranslator('api-docs')
  return (
    <nav aria-label={t('contents')} className="sticky top-16 max-h-[calc(100dvh-5rem)] overflow-y-auto max-xl:hidden">
      <p className="mb-1.5 font-medium text-faint text-xs">{t('contents')}</p>
      <ul className="border-line border-l">
        {areas.map((area) => (
          <li key={area.id}>
            <a
              href={`#area-${area.id}`}
              className="-ml-px flex min-h-7 items-center justify-between gap-2 border-transparent border-l pr-1 pl-3 text-muted text-sm hover:border-accent hover:text-ink"
            >
              <span className="truncate">{nameOf(`areas.${area.id}`, undefined, area.id)}</span>
              <span className="text-faint text-xs tabular-nums">{area.operations.length}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
