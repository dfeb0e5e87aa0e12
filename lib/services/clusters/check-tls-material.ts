import { inspectTlsMaterial } from '#lib/clusters/tls-material.ts'
import type { TlsMaterial } from '#lib/contracts/cluster-access.ts'
import { AppError } from '#lib/errors.ts'
import { Secret } from '#lib/secret.ts'

/**
 * Refuses certificates and keys no connection can come of, before anything is dialled.
 *
 * @throws AppError `tls-material-invalid` with `details.issues`, each at its field
 */
export function checkTlsMaterial({ endpoints, tls }: { endpoints: readonly string[]; tls: TlsMaterial }): void {
  const { clientKeyPem, ...open } = tls
  const files = { ...open, ...(clientKeyPem ? { clientKeyPem: new Secret(clientKeyPem) } : {}) }
  const fatal = inspectTlsMaterial({ tls: files, endpoints }, new Date()).issues.filter(({ isFatal }) => isFatal)
  if (fatal.length === 0) return
  const issues = fatal.map(({ field, code, evidence }) => ({
    path: field === 'endpoints' ? field : `tls.${field}`,
    code,
    params: evidence,
  }))
  const summary = issues.map(({ path, code }) => `${path} ${code}`).join(', ')
  throw new AppError('tls-material-invalid', `Certificates or key do not fit: ${summary}`, { details: { issues } })
}
