import account from './messages/en/account.json' with { type: 'json' }
import activity from './messages/en/activity.json' with { type: 'json' }
import apiDocs from './messages/en/api-docs.json' with { type: 'json' }
import apiKeys from './messages/en/api-keys.json' with { type: 'json' }
import audit from './messages/en/audit.json' with { type: 'json' }
import auth from './messages/en/auth.json' with { type: 'json' }
import backups from './messages/en/backups.json' with { type: 'json' }
import charts from './messages/en/charts.json' with { type: 'json' }
import clusterBackups from './messages/en/cluster-backups.json' with { type: 'json' }
import clusterImports from './messages/en/cluster-imports.json' with { type: 'json' }
import clusters from './messages/en/clusters.json' with { type: 'json' }
import common from './messages/en/common.json' with { type: 'json' }
import diagnosis from './messages/en/diagnosis.json' with { type: 'json' }
import drills from './messages/en/drills.json' with { type: 'json' }
import errors from './messages/en/errors.json' with { type: 'json' }
import findings from './messages/en/findings.json' with { type: 'json' }
import inspectionSettings from './messages/en/inspection-settings.json' with { type: 'json' }
import inspections from './messages/en/inspections.json' with { type: 'json' }
import mail from './messages/en/mail.json' with { type: 'json' }
import members from './messages/en/members.json' with { type: 'json' }
import noTeam from './messages/en/no-team.json' with { type: 'json' }
import overview from './messages/en/overview.json' with { type: 'json' }
import shell from './messages/en/shell.json' with { type: 'json' }
import storage from './messages/en/storage.json' with { type: 'json' }
import team from './messages/en/team.json' with { type: 'json' }
import ui from './messages/en/ui.json' with { type: 'json' }
import usage from './messages/en/usage.json' with { type: 'json' }

import validation from './messages/en/validation.json' with { type: 'json' }

/** Every English namespace; a new `messages/en/<namespace>.json` gets one line here and one in the Chinese twin. */
export const messages = {
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

/** The shape of all messages: `{ namespace: { key: text } }`, taken from English. */
export type Messages = typeof messages
