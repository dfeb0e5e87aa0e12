import type { CommandText } from '#scripts/command/parse-options.ts'
import { parseOptions } from '#scripts/command/parse-options.ts'
import type { StackOptions } from './run-stack.ts'

const options: CommandText['options'] = {
  'no-demo': { description: 'make no demo team and no demo clusters' },
  allow: {
    value: 'ADDRESS:PORT',
    isRepeatable: true,
    description: 'let the demo team reach an etcd on this machine, as in 127.0.0.1:2379; may be given again',
  },
}

/** The options that npm start and npm run dev have in common. */
export function parseStackOptions(text: Pick<CommandText, 'usage' | 'summary'>): Omit<StackOptions, 'mode'> {
  const given = parseOptions({ ...text, options })
  return { withDemo: !given.isOn('no-demo'), allowed: given.textsOf('allow') }
}
