import {
  Activity,
  Archive,
  BookOpen,
  DatabaseBackup,
  Flag,
  Gauge,
  KeyRound,
  ScrollText,
  Server,
  Settings,
  Users,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Permission } from '#lib/contracts/roles.ts'

export type AreaId =
  | 'clusters'
  | 'findings'
  | 'backups'
  | 'storage'
  | 'activity'
  | 'members'
  | 'apiKeys'
  | 'audit'
  | 'usage'
  | 'team'
  | 'apiDocs'

/** One page of the navigation. A new area is one entry here and its name in the messages (`shell.navigation`). */
export interface Area {
  id: AreaId
  href: string
  icon: ReactNode
  section: 'fleet' | 'teamArea' | 'more'
  /** Hidden from those who lack it; absent where anybody signed in may look. */
  permission?: Permission
  /** Second key after `g`. */
  key: string
  /** Message of further words the palette finds it by. */
  keywords: `keywords${Capitalize<AreaId>}`
}

export const areas: readonly Area[] = [
  {
    id: 'clusters',
    href: '/clusters',
    icon: <Server aria-hidden="true" />,
    section: 'fleet',
    permission: 'clusters:read',
    key: 'c',
    keywords: 'keywordsClusters',
  },
  {
    id: 'findings',
    href: '/findings',
    icon: <Flag aria-hidden="true" />,
    section: 'fleet',
    permission: 'clusters:read',
    key: 'f',
    keywords: 'keywordsFindings',
  },
  {
    id: 'backups',
    href: '/backups',
    icon: <DatabaseBackup aria-hidden="true" />,
    section: 'fleet',
    permission: 'backups:read',
    key: 'b',
    keywords: 'keywordsBackups',
  },
  {
    id: 'storage',
    href: '/storage',
    icon: <Archive aria-hidden="true" />,
    section: 'fleet',
    permission: 'storage-targets:read',
    key: 'o',
    keywords: 'keywordsStorage',
  },
  {
    id: 'activity',
    href: '/activity',
    icon: <Activity aria-hidden="true" />,
    section: 'fleet',
    permission: 'jobs:read',
    key: 'j',
    keywords: 'keywordsActivity',
  },
  {
    id: 'members',
    href: '/members',
    icon: <Users aria-hidden="true" />,
    section: 'teamArea',
    permission: 'members:read',
    key: 'm',
    keywords: 'keywordsMembers',
  },
  {
    id: 'apiKeys',
    href: '/api-keys',
    icon: <KeyRound aria-hidden="true" />,
    section: 'teamArea',
    permission: 'api-keys:read',
    key: 'k',
    keywords: 'keywordsApiKeys',
  },
  {
    id: 'audit',
    href: '/audit',
    icon: <ScrollText aria-hidden="true" />,
    section: 'teamArea',
    permission: 'audit:read',
    key: 'a',
    keywords: 'keywordsAudit',
  },
  {
    id: 'usage',
    href: '/usage',
    icon: <Gauge aria-hidden="true" />,
    section: 'teamArea',
    permission: 'usage:read',
    key: 'u',
    keywords: 'keywordsUsage',
  },
  {
    id: 'team',
    href: '/team',
    icon: <Settings aria-hidden="true" />,
    section: 'teamArea',
    permission: 'team:read',
    key: 's',
    keywords: 'keywordsTeam',
  },
  {
    id: 'apiDocs',
    href: '/api-docs',
    icon: <BookOpen aria-hidden="true" />,
    section: 'more',
    key: 'd',
    keywords: 'keywordsApiDocs',
  },
]
