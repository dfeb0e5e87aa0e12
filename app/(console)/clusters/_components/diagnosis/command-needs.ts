import { commandFiles } from '#lib/shell-line.ts'

export interface CommandNeeds {
  /** Files the line names, in place of what was pasted. */
  files: readonly { kind: keyof typeof commandFiles; file: string }[]
  /** etcdctl, told a user and no password, asks for it. */
  asksPassword: boolean
}

const kinds = ['ca', 'clientCert', 'clientKey'] as const

/** What has to be at hand before a copied line works. */
export function needsOf(command: string): CommandNeeds {
  const words = command.split(/[\s=]+/)
  return {
    files: kinds
      .filter((kind) => words.includes(commandFiles[kind]))
      .map((kind) => ({ kind, file: commandFiles[kind] })),
    asksPassword: /(?:^|\s)'?--user=/.test(command),
  }
}
