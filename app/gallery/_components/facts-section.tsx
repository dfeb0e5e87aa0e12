'use client'

import { useTranslations } from 'next-intl'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { CopyButton } from '#app/_components/ui/copy-button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Meter } from '#app/_components/ui/meter.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Time } from '#app/_components/ui/time.tsx'

const clusterId = '0193a1f0-7d2c-7c1e-9a31-5f2c8a0de411'

const command = `curl -sS http://localhost:3000/api/v1/clusters \\
  -H "authorization: Bearer $KSTONE_KEY" | jq '.data[].name'`

export function FactsSection() {
  const t = useTranslations('gallery.facts')
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel>
        <DescriptionList
          items={[
            {
              id: 'id',
              term: t('id'),
              detail: (
                <span className="flex items-center gap-1">
                  <span className="truncate font-mono text-sm">{clusterId}</span>
                  <CopyButton text={clusterId} label={t('copyId')} />
                </span>
              ),
            },
            { id: 'created', term: t('created'), detail: <Time value="2026-11-20T08:12:44Z" format="absolute" /> },
            { id: 'revision', term: t('revision'), detail: '184,467' },
            { id: 'leader', term: t('leader'), detail: 'etcd-2' },
            { id: 'drill', term: t('missing'), detail: undefined },
          ]}
        />
      </Panel>
      <Panel>
        <div className="flex flex-col gap-4">
          <Meter label={t('membersMeter')} value={7} max={20} />
          <Meter label={t('requests')} value={43} max={50} hint={t('meterHint')} />
          <Meter label={t('streams')} value={100} max={100} />
          <Meter label={t('keys')} value={3} max={null} />
        </div>
      </Panel>
      <div className="lg:col-span-2">
        <CodeBlock title={t('shell')} code={command} />
      </div>
    </div>
  )
}
