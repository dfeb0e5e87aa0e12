'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { ConfirmDialog } from '#app/_components/ui/confirm-dialog.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Sheet } from '#app/_components/ui/sheet.tsx'
import { toast } from '#app/_components/ui/toast.tsx'

export function FeedbackSection() {
  const t = useTranslations('gallery.feedback')
  const [isConfirming, setIsConfirming] = useState(false)
  return (
    <Panel>
      <div className="flex flex-wrap gap-2">
        <Dialog
          trigger={<Button>{t('open')}</Button>}
          title={t('dialogTitle')}
          description={t('dialogText')}
          size="sm"
          footer={
            <DialogClose>
              <Button variant="primary" onClick={() => toast.ok(t('rotated'))}>
                {t('rotate')}
              </Button>
            </DialogClose>
          }
        />
        <Button onClick={() => setIsConfirming(true)}>{t('confirm')}</Button>
        <ConfirmDialog
          open={isConfirming}
          onOpenChange={setIsConfirming}
          title={t('confirmTitle')}
          description={t('confirmText')}
          losses={[t('loss1'), t('loss2'), t('loss3')]}
          typedName="Fleet East"
          confirmLabel={t('confirmLabel')}
          onConfirm={() => toast.ok(t('removed'))}
        />
        <Sheet trigger={<Button>{t('sheet')}</Button>} title={t('sheetTitle')}>
          <p className="text-muted">{t('dialogText')}</p>
        </Sheet>
        <Button onClick={() => toast.ok(t('rotated'), { description: t('dialogText') })}>{t('toastOk')}</Button>
        <Button onClick={() => toast.failure(t('failedTitle'), { description: t('failedText') })}>
          {t('toastFailed')}
        </Button>
        <Button
          onClick={() =>
            toast.info(t('removed'), { action: { label: t('undo'), onSelect: () => toast.ok(t('undo')) } })
          }
        >
          {t('toastAction')}
        </Button>
      </div>
    </Panel>
  )
}
