'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_components/ui/button.tsx'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Tabs } from '#app/_components/ui/tabs.tsx'
import { exampleLists } from './example-lists.ts'

/** A list in each format, to be copied or downloaded. */
export function Examples() {
  const t = useTranslations('cluster-imports')
  return (
    <Panel title={t('examples.title')} description={t('examples.description')}>
      <Tabs
        label={t('examples.label')}
        tabs={exampleLists.map(({ format, fileName, text }) => ({
          value: format,
          label: t(`list.formats.${format}`),
          content: (
            <div className="flex flex-col items-start gap-3">
              <div className="w-full">
                <CodeBlock code={text} title={fileName} />
              </div>
              <Button icon={<Download aria-hidden="true" />} onClick={() => download(fileName, text)}>
                {t('examples.download')}
              </Button>
            </div>
          ),
        }))}
      />
    </Panel>
  )
}

function download(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  URL.revokeObjectURL(address)
}
