'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { Tooltip } from '#app/_components/ui/tooltip.tsx'
import type { ApiKeyView } from '#lib/contracts/api-keys.ts'

const tones: Record<ApiKeyView['state'], Tone> = { active: 'ok', expired: 'warn', revoked: 'neutral' }

/** What is shown of a key: never the key itself, which nobody has any more. */
export function useApiKeyColumns(): readonly Column<ApiKeyView>[] {
  const t = useTranslations('api-keys')
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('table.name'),
        isTitle: true,
        width: '24%',
        cell: ({ name }) => <span className="font-medium">{name}</span>,
      },
      {
        id: 'prefix',
        header: t('table.prefix'),
        hideBelow: 'lg',
        cell: ({ prefix }) => <code className="whitespace-nowrap font-mono text-muted text-sm">{`${prefix}…`}</code>,
      },
      { id: 'scopes', header: t('table.scopes'), cell: ({ scopes }) => <Scopes scopes={scopes} /> },
      {
        id: 'state',
        header: t('table.state'),
        cell: ({ state }) => <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>,
      },
      {
        id: 'createdBy',
        header: t('table.createdBy'),
        width: '16%',
        hideBelow: 'xl',
        clip: ({ createdBy }) => createdBy,
        cell: ({ createdBy }) => createdBy,
      },
      { id: 'expires', header: t('table.expires'), cell: ({ expiresAt }) => <Time value={expiresAt} /> },
      { id: 'used', header: t('table.used'), hideBelow: 'xl', cell: (key) => <LastUse apiKey={key} /> },
    ],
    [t],
  )
}

const namedMax = 2

/** The first scopes by name, the others behind a number. */
function Scopes({ scopes }: { scopes: ApiKeyView['scopes'] }) {
  const t = useTranslations('api-keys.table')
  const rest = scopes.slice(namedMax)
  return (
    <span className="inline-flex flex-wrap gap-1 max-sm:justify-end">
      {scopes.slice(0, namedMax).map((scope) => (
        <Badge key={scope} icon={null}>
          {scope}
        </Badge>
      ))}
      {rest.length > 0 ? (
        <Tooltip content={rest.join(' · ')}>
          <button type="button" className="rounded-full text-muted text-xs underline decoration-dotted">
            {t('moreScopes', { count: rest.length })}
          </button>
        </Tooltip>
      ) : null}
    </span>
  )
}

function LastUse({ apiKey: { lastUsedAt, lastUsedIp } }: { apiKey: ApiKeyView }) {
  const t = useTranslations('api-keys.table')
  if (!lastUsedAt) return <span className="text-muted">{t('neverUsed')}</span>
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2 max-sm:justify-end">
      <Time value={lastUsedAt} />
      {lastUsedIp ? <span className="text-muted text-sm">{lastUsedIp}</span> : null}
    </span>
  )
}
