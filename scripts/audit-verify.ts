import type { TeamVerdict } from '#lib/services/audit/verify-audit-chains.ts'
import { verifyAuditChains } from '#lib/services/audit/verify-audit-chains.ts'
import type { Anchor, ChainFault } from '#lib/tenancy/verify-chain.ts'
import { withProduct } from './app/with-product.ts'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { StepError } from './step-error.ts'
import { print } from './steps.ts'

const options = parseOptions({
  usage: 'npm run audit:verify --',
  summary:
    'Verifies the audit chain of every team and names the first bad event. Prints the anchor of each chain: kept outside this\n' +
    'database and given back with --expect, it also shows a chain that was rewritten by somebody who holds the root key.',
  options: {
    team: { value: 'NAME', description: 'only teams of this name, or the one of this id' },
    expect: { value: 'SEQ:HASH', description: 'an anchor printed earlier; several with commas between. Needs --team' },
  },
})

const meanings: Record<ChainFault, string> = {
  altered: 'is not what was written',
  missing: 'is gone, though later ones are there',
  reordered: 'stands in another place than it was written to',
  forged: 'stands outside the ends of the chain',
  'tail-cut': 'and all after it are gone',
  'pruned-mismatch': 'does not follow what retention removed: older ones were taken away',
  'chain-rewritten': 'is not the one that was there before: the chain was written anew',
  'anchor-pruned': 'was removed by retention, so the anchor cannot be compared: use a newer one',
  'head-missing': 'has no end: the head of the chain is gone',
  'key-unreadable': 'cannot be judged, nor any other: the team’s key is gone, or ROOT_KEYS do not open it',
}

await runCommand(async () => {
  const team = options.textOf('team')
  const anchors = parseAnchors(options.textOf('expect'))
  if (anchors.length > 0 && team === undefined) {
    throw new StepError('--expect says nothing without the team it is about', { fix: 'name it too: --team NAME' })
  }
  const startedAt = performance.now()
  const verdicts = await withProduct(async () => {
    const found: TeamVerdict[] = []
    for await (const verdict of verifyAuditChains({ team, anchors })) {
      found.push(verdict)
      print(describe(verdict))
    }
    return found
  })
  if (verdicts.length === 0 && team !== undefined) {
    throw new StepError(`there is no team ${team}`, { fix: 'give its exact name or its id' })
  }
  const bad = verdicts.filter(({ verdict }) => verdict.verdict !== 'intact').length
  const rows = verdicts.reduce((sum, { verdict }) => sum + verdict.rowCount, 0)
  const seconds = (performance.now() - startedAt) / 1000
  print(`${verdicts.length - bad} intact, ${bad} bad, ${rows} events in ${seconds.toFixed(1)} s`)
  if (bad > 0) process.exit(1)
})

function describe({ tenantId, name, verdict }: TeamVerdict): string {
  const who = `${name} (${tenantId})`
  if (verdict.verdict === 'intact')
    return `  ✓ ${who}: ${verdict.rowCount} events, anchor ${verdict.seq}:${verdict.hash}`
  return `  ✗ ${who}: ${verdict.verdict}: event ${verdict.seq} ${meanings[verdict.verdict]}`
}

function parseAnchors(text = ''): Anchor[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(part.trim()) ?? []
      if (seq === undefined || hash === undefined) {
        throw new StepError(`${part} is not an anchor`, { fix: 'give one as it was printed: SEQ:HASH' })
      }
      return { seq: BigInt(seq), hash }
    })
}
