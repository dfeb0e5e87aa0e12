import { z } from 'zod'
import { clusterAccess } from './cluster-access.ts'
import { evidence } from './evidence.ts'

/** What a diagnosis looks at, in this order: each stage stands on the ones before it. */
export const diagnosisStages = [
  'address',
  'dns',
  'tcp',
  'tls',
  'etcd',
  'authentication',
  'rights',
  'members',
  'quorum',
  'metrics',
] as const
export type DiagnosisStage = (typeof diagnosisStages)[number]

/** `unknown`: could not tell, because an earlier stage failed or a right is missing; never the same as passed. */
export const verdicts = ['pass', 'warn', 'fail', 'unknown'] as const
export type Verdict = (typeof verdicts)[number]

/**
 * Everything a stage can find. Each has a sentence for what it means (`found.<code>`), and one for how to mend it
 * (`fix.<code>`) unless it passed, in `messages/<locale>/diagnosis.json`; both are filled in with `evidenceValues`.
 */
export const findingCodes = [
  // address
  'address-allowed',
  'address-named',
  'address-denied',
  'address-malformed',
  // dns
  'name-resolved',
  'name-is-address',
  'name-unknown',
  'name-lookup-failed',
  // tcp
  'connected',
  'connection-refused',
  'connection-timed-out',
  'connection-reset',
  'host-unreachable',
  // tls
  'tls-off',
  'tls-trusted',
  'tls-expires-soon',
  'tls-plaintext-server',
  'tls-required',
  'tls-expired',
  'tls-not-yet-valid',
  'tls-unknown-ca',
  'tls-wrong-name',
  'tls-client-certificate-required',
  'tls-client-certificate-refused',
  'tls-key-mismatch',
  'tls-material-unreadable',
  'tls-client-certificate-expired',
  'tls-timed-out',
  'tls-failed',
  // etcd
  'etcd-answers',
  'etcd-no-leader',
  'etcd-v2-only',
  'etcd-not-etcd',
  'etcd-proxy-in-front',
  'etcd-timed-out',
  'etcd-failed',
  'etcd-alarm',
  // authentication
  'auth-off',
  'auth-passed',
  'auth-passed-by-certificate',
  'auth-wrong-password',
  'auth-credentials-not-needed',
  'auth-credentials-missing',
  'auth-root-wrong-password',
  'auth-failed',
  // rights
  'rights-all',
  'rights-limited',
  'rights-none',
  'rights-not-told',
  'rights-no-root',
  'rights-root-lacks-role',
  // members
  'members-reachable',
  'member-not-reachable',
  'members-of-two-clusters',
  'member-address-not-usable',
  'members-not-listed',
  // quorum
  'quorum-held',
  'quorum-at-risk',
  'quorum-lost',
  'quorum-no-leader',
  'quorum-not-told',
  // metrics
  'metrics-read',
  'metrics-refused',
  'metrics-not-found',
  // any
  'not-reached',
] as const
export type FindingCode = (typeof findingCodes)[number]

/**
 * One thing a stage found at one endpoint, or at the cluster as a whole where `endpoint` is null. A stage may tell more than
 * one, as of two credentials or two members.
 */
export const stageResult = z.object({
  stage: z.enum(diagnosisStages),
  endpoint: z.string().nullable(),
  verdict: z.enum(verdicts),
  code: z.enum(findingCodes),
  durationMs: z.number().int().nonnegative(),
  /** Facts the sentences are made of: addresses, names in the certificate, dates, versions; never a secret. */
  evidence,
  /** A line to copy into a shell that shows the same; secrets and files in it are named, not written out. */
  command: z.string().nullable(),
})
export type StageResult = z.infer<typeof stageResult>

/** A diagnosis as a whole; `verdict` is the worst of its stages. */
export const diagnosisView = z.object({
  verdict: z.enum(verdicts),
  /** Whether the cluster can be brought in: it answers as an etcd, to somebody it lets in, with every credential given. */
  isUsable: z.boolean(),
  stages: z.array(stageResult),
  /** What is known of the cluster by now. */
  summary: z.object({
    etcdClusterId: z.string().nullable(),
    version: z.string().nullable(),
    membersTotal: z.number().int(),
    membersUp: z.number().int(),
    leader: z.string().nullable(),
    /** Clusters of the team that are this etcd already: the first three names. */
    knownAs: z.array(z.string()),
  }),
  durationMs: z.number().int().nonnegative(),
})
export type DiagnosisView = z.infer<typeof diagnosisView>

/** One line of a diagnosis that is told while it runs; the last line holds the whole, or what broke it off. */
export const diagnosisLine = z.union([
  z.object({ stage: stageResult }),
  z.object({ diagnosis: diagnosisView }),
  z.object({ problem: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }) }),
])
export type DiagnosisLine = z.infer<typeof diagnosisLine>

export const diagnoseBody = clusterAccess.meta({
  example: {
    endpoints: ['https://etcd-0.example.com:2379'],
    reader: { username: 'kstone-reader', password: 'from your vault' },
  },
})
