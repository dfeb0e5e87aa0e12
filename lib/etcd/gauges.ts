/** How large a number a line may hold; quotas and revisions are far below. */
const numberForm = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

/**
 * The values of gauges without labels in Prometheus' text form, as whole numbers: `etcd_server_quota_backend_bytes
 * 2.147483648e+09`. A gauge that is not there, or holds no number, is absent.
 */
export function readGauges<Name extends string>(text: string, names: readonly Name[]): Partial<Record<Name, bigint>> {
  const found: Partial<Record<Name, bigint>> = {}
  for (const name of names) {
    const start = text.startsWith(`${name} `) ? 0 : text.indexOf(`\n${name} `) + 1
    if (start === 0 && !text.startsWith(`${name} `)) continue
    const end = text.indexOf('\n', start)
    const [, value = ''] = text.slice(start, end === -1 ? undefined : end).split(' ')
    if (numberForm.test(value)) found[name] = BigInt(Math.round(Number(value)))
  }
  return found
}
