import type { Messages } from './catalogue-en.ts'
import account from './messages/zh/account.json' with { type: 'json' }
import activity from './messages/zh/activity.json' with { type: 'json' }
import apiDocs from './messages/zh/api-docs.json' with { type: 'json' }
import apiKeys from './messages/zh/api-keys.json' with { type: 'json' }
import audit from './messages/zh/audit.json' with { type: 'json' }
import auth from './messages/zh/auth.json' with { type: 'json' }
import backups from './messages/zh/backups.json' with { type: 'json' }
import charts from './messages/zh/charts.json' with { type: 'json' }
import clusterBackups from './messages/zh/cluster-backups.json' with { type: 'json' }
import clusterImports from './messages/zh/cluster-imports.json' with { type: 'json' }
import clusters from './messages/zh/clusters.json' with { type: 'json' }
import common from './messages/zh/common.json' with { type: 'json' }
import diagnosis from './messages/zh/diagnosis.json' with { type: 'json' }
import drills from './messages/zh/drills.json' with { type: 'json' }
import errors from './messages/zh/errors.json' with { type: 'json' }
import findings from './messages/zh/findings.json' with { type: 'json' }
import inspectionSettings from './messages/zh/inspection-settings.json' with { type: 'json' }
import inspections from './messages/zh/inspections.json' with { type: 'json' }
import mail from './messages/zh/mail.json' with { type: 'json' }
import members from './messages/zh/members.json' with { type: 'json' }
import noTeam from './messages/zh/no-team.json' with { type: 'json' }
import overview from './messages/zh/overview.json' with { type: 'json' }
import shell from './messages/zh/shell.json' with { type: 'json' }
import storage from './messages/zh/storage.json' with { type: 'json' }
import team from './messages/zh/team.json' with { type: 'json' }
import ui from './messages/zh/ui.json' with { type: 'json' }
import usage from './messages/zh/usage.json' with { type: 'json' }

import validation from './messages/zh/validation.json' with { type: 'json' }

/** Every Chinese namespace; the type makes a missing word a compile error. */
export const messages: Messages = {
  account,
  activity,
  'api-docs': apiDocs,
  'api-keys': apiKeys,
  audit,
  auth,
  backups,
  charts,
  'cluster-backups': clusterBackups,
  'cluster-imports': clusterImports,
  clusters,
  common,
  diagnosis,
  drills,
  errors,
  findings,
  'inspection-settings': inspectionSettings,
  inspections,
  members,
  mail,
  'no-team': noTeam,
  overview,
  shell,
  storage,
  team,
  ui,
  usage,
  validation,
}
