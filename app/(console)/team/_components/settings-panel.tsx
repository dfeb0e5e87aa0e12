'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { CopyButton } from '#app/_components/ui/copy-button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { TeamView as Team } from '#lib/contracts/team.ts'
import { teamView, updateTeamBody } from '#lib/contracts/team.ts'
import { TimeZoneField } from './time-zone-field.tsx'

const formId = 'team-settings'
const changedTeam = z.object({ data: teamView })

/** Name and time zone: a form for those who may change them, facts for the others. */
export function SettingsPanel({ team }: { team: Team }) {
  const { can } = usePermissions()
  return can('team:write') ? <SettingsForm team={team} /> : <SettingsFacts team={team} />
}

function SettingsForm({ team }: { team: Team }) {
  const t = useTranslations('team.settings')
  const request = useApi()
  const refresh = useRefresh()
  const router = useRouter()
  const form = useApiForm({
    schema: updateTeamBody,
    defaultValues: { name: team.name, timeZone: team.timeZone },
    // Only what differs: the audit log shows a field as changed when it was sent.
    submit: ({ name, timeZone }) =>
      request('PATCH', '/team', {
        body: {
          ...(name === team.name ? {} : { name }),
          ...(timeZone === team.timeZone ? {} : { timeZone }),
        },
        schema: changedTeam,
      }),
    onSuccess: async ({ data }) => {
      toast.ok(t('saved', { name: data.name }))
      form.hook.reset({ name: data.name, timeZone: data.timeZone })
      router.refresh()
      await refresh('/team', '/me')
    },
  })
  return (
    <Panel
      title={t('title')}
      footer={
        <SubmitButton form={form} formId={formId} disabled={!form.hook.formState.isDirty}>
          {t('save')}
        </SubmitButton>
      }
    >
      <Form form={form} id={formId} className="max-w-md">
        <TextField form={form} name="name" label={t('name')} description={t('nameHint')} autoComplete="organization" />
        <TimeZoneField form={form} />
      </Form>
      <TeamFacts team={team} />
    </Panel>
  )
}

function TeamFacts({ team }: { team: Team }) {
  const t = useTranslations('team.settings')
  return (
    <div className="mt-5 border-line border-t pt-3">
      <DescriptionList items={commonFacts(t, team)} />
    </div>
  )
}

function SettingsFacts({ team }: { team: Team }) {
  const t = useTranslations('team.settings')
  const { whyNot } = usePermissions()
  return (
    <Panel title={t('title')} description={team.closingAt ? t('whileClosing') : whyNot('team:write')}>
      <DescriptionList
        items={[
          { id: 'name', term: t('name'), detail: team.name },
          { id: 'timeZone', term: t('timeZone'), detail: team.timeZone },
          ...commonFacts(t, team),
        ]}
      />
    </Panel>
  )
}

function commonFacts(t: ReturnType<typeof useTranslations<'team.settings'>>, team: Team) {
  return [
    { id: 'plan', term: t('plan'), detail: t(`plans.${team.plan}`) },
    { id: 'created', term: t('created'), detail: <Time value={team.createdAt} format="date" /> },
    {
      id: 'id',
      term: t('id'),
      detail: (
        <span className="inline-flex items-center gap-1">
          <code className="font-mono text-sm">{team.id}</code>
          <CopyButton text={team.id} label={t('copyId')} />
        </span>
      ),
    },
  ]
}
