import { withInstallation } from './app/with-installation.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { migrate } from './database/migrate.ts'
import { print } from './steps.ts'

const options = parseOptions({
  usage: 'npm run db:migrate --',
  summary:
    'Applies the migrations that are missing, to the database of this installation or the one the environment names.',
  options: {
    retry: { value: 'NAME', description: 'run this migration again, which failed before and has been mended' },
  },
})

await runCommand(async () => {
  const retry = options.textOf('retry')
  const applied = await withInstallation(({ databaseUrls }) => migrate(databaseUrls.owner, retry ? { retry } : {}))
  print(applied.length === 0 ? 'Nothing to apply.' : applied.map((name) => `applied ${name}`).join('\n'))
})
