/** What fields of a place can hold, shown while they are empty; the same in every language. */
export const typedExamples = { endpoint: 'https://', prefix: 'etcd/backups' } as const
