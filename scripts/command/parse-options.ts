import { parseArgs } from 'node:util'
import { messageOf } from '#scripts/step-error.ts'

/** One option of a command: `value` names what follows it; without, it is a switch. */
export type OptionText = { value?: string; isRepeatable?: true; description: string }

export type CommandText = {
  /** As a person types it: `npm start --`. */
  usage: string
  summary: string
  options: Record<string, OptionText>
  /** What stands behind the options, when the command takes it. */
  positional?: { name: string; description: string }
}

export type GivenOptions = {
  isOn: (name: string) => boolean
  textOf: (name: string) => string | undefined
  /** Of an option that may be given more than once. */
  textsOf: (name: string) => string[]
  positionals: string[]
}

/** Reads the command line. Answers --help and anything unknown with the list of options, and ends the process. */
export function parseOptions(text: CommandText, args = process.argv.slice(2)): GivenOptions {
  const options = Object.fromEntries(
    Object.entries(text.options).map(([name, { value, isRepeatable = false }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), multiple: isRepeatable },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: text.positional !== undefined,
    })
    const given: Record<string, unknown> = values
    if (given.help) {
      process.stdout.write(describeCommand(text))
      process.exit(0)
    }
    const textOf = (name: string) => (typeof given[name] === 'string' ? given[name] : undefined)
    const textsOf = (name: string) => [given[name] ?? []].flat().filter((value) => typeof value === 'string')
    return { isOn: (name) => given[name] === true, textOf, textsOf, positionals }
  } catch (error) {
    process.stderr.write(`${messageOf(error).split('. ')[0]}\n\n${describeCommand(text)}`)
    process.exit(2)
  }
}

/** The help text: usage, summary, one line per option. */
function describeCommand({ usage, summary, options, positional }: CommandText): string {
  const rows = Object.entries(options).map(([name, { value, description }]): [string, string] => [
    `--${name}${value ? ` ${value}` : ''}`,
    description,
  ])
  if (positional) rows.unshift([positional.name, positional.description])
  rows.push(['--help', 'this text'])
  const width = Math.max(...rows.map(([left]) => left.length))
  return `${summary}\n\n  ${usage} [options]${positional ? ` ${positional.name}` : ''}\n\n${rows
    .map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`)
    .join('')}`
}
