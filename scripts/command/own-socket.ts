import { parseIpAddress } from '#lib/ip-address.ts'
import { judgeAddress } from '#lib/net/address-policy.ts'
import type { OwnSocket } from '#lib/services/team/grant-addresses.ts'
import { StepError } from '#scripts/step-error.ts'

const form = /^(?:\[([\da-f:.]+)\]|([\d.]+)):(\d{1,5})$/i
const portMax = 65_535

/**
 * One port of this machine as somebody types it: `127.0.0.1:2379`, `[::1]:2379`.
 *
 * @throws StepError for names and ranges, and for addresses that are not this machine's: those are opened in another way
 */
export function parseOwnSocket(text: string): OwnSocket {
  const [, bracketed, plain, digits] = form.exec(text.trim()) ?? []
  const parsed = parseIpAddress(bracketed ?? plain ?? '')
  const port = Number(digits)
  if (!parsed || port < 1 || port > portMax) {
    throw new StepError(`${text} is no address with a port`, {
      fix: 'give one exactly, without a name or a range: 127.0.0.1:2379, or [::1]:2379',
    })
  }
  const { address, denial } = judgeAddress(parsed, port, { privateRanges: [], loopback: [] })
  if (denial?.reason === 'loopback') return { address, port }
  throw new StepError(`${text} is not an address of this machine`, { fix: fixFor(denial) })
}

function fixFor(denial: ReturnType<typeof judgeAddress>['denial']): string {
  if (!denial) return 'nothing: public addresses are open to every team'
  if (denial.grant) return `open it to all teams in the environment of web and worker: ${denial.grant}`
  return `nothing: addresses of the kind ${denial.reason} are never reached`
}
