import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { diffSchemas, writeMigration } from './database/diff.ts'
import { StepError } from './step-error.ts'
import { print } from './steps.ts'

const options = parseOptions({
  usage: 'npm run db:diff --',
  summary: 'Writes a migration that leads from the schema at the last one to prisma/schema.prisma. Needs no database.',
  options: { check: { description: 'write nothing; fail when a migration is missing' } },
  positional: { name: 'NAME', description: 'what the migration does, as in add_cluster_labels' },
})

await runCommand(async () => {
  const sql = await diffSchemas()
  if (sql === undefined) return print('The migrations lead to prisma/schema.prisma: nothing to write.')
  if (options.isOn('check')) {
    throw new StepError(`prisma/schema.prisma is ahead of the migrations:\n${sql}`, { fix: 'npm run db:diff -- NAME' })
  }
  const [name = '', ...more] = options.positionals
  if (!/^[a-z][a-z0-9_]*$/.test(name) || more.length > 0) {
    throw new StepError('the migration has no usable name', {
      fix: 'give one word of a-z, 0-9 and _, as in: npm run db:diff -- add_cluster_labels',
    })
  }
  const file = writeMigration(name, sql)
  print(
    `wrote ${file}\nPolicies, grants and partitions of new tables are not in it: add them by hand before you commit.`,
  )
})
