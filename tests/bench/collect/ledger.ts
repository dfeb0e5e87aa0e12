import { withPostgres } from '#scripts/servers/postgres-client.ts'

/** What stands in the database of collections, read as the superuser: what the product has really written. */
export class Ledger {
  readonly #adminUrl: string

  constructor(adminUrl: string) {
    this.#adminUrl = adminUrl
  }

  async #rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await withPostgres(this.#adminUrl, (client) => client.query<Row>(text, values))).rows
  }

  async now(): Promise<Date> {
    const [row] = await this.#rows<{ now: Date }>('SELECT now()')
    return row?.now ?? new Date()
  }

  /**
   * All clusters are due within `spreadSeconds` from now on, and every `everySeconds` after that; nothing of an earlier worker
   * counts any more.
   */
  async schedule({ everySeconds, spreadSeconds }: { everySeconds: number; spreadSeconds: number }): Promise<void> {
    // Nobody may ask for more than one look in ten seconds, but for the bench, which wants to see all that a worker can do.
    await this.#rows('ALTER TABLE collection_state DROP CONSTRAINT IF EXISTS collection_state_period_check')
    await this.#rows(
      `UPDATE collection_state SET "everySeconds" = $1, "nextDueAt" = now() + random() * $2 * interval '1 s',
              "claimedUntil" = NULL, "attempt" = "attempt" + 1, "failures" = 0, "lateMs" = NULL`,
      [everySeconds, spreadSeconds],
    )
    await this.#rows('VACUUM ANALYZE')
  }

  /** Clusters that have not been collected since. */
  async countUncollected(since: Date): Promise<number> {
    const [row] = await this.#rows<{ count: number }>(
      `SELECT count(*)::int FROM collection_state s
        WHERE NOT EXISTS (SELECT 1 FROM cluster_facts f
                           WHERE f."tenantId" = s."tenantId" AND f."clusterId" = s."clusterId" AND f."at" >= $1)`,
      [since],
    )
    return row?.count ?? 0
  }

  /** Collections whose turn should have begun so long ago. */
  async countOverdue(seconds: number): Promise<number> {
    const [row] = await this.#rows<{ count: number }>(
      `SELECT count(*)::int FROM collection_state WHERE "nextDueAt" < now() - $1 * interval '1 s'`,
      [seconds],
    )
    return row?.count ?? 0
  }

  /** Samples stored so far, and of how many collections. */
  async countStored(): Promise<{ samples: number; collections: number }> {
    const [row] = await this.#rows<{ samples: number; collections: number }>(
      `SELECT count(*)::int AS samples, count(DISTINCT ("clusterId", "at"))::int AS collections FROM sample_raw`,
    )
    return row ?? { samples: 0, collections: 0 }
  }

  /** Transactions of everybody so far. */
  async countTransactions(): Promise<number> {
    const [row] = await this.#rows<{ count: number }>(
      'SELECT xact_commit::int AS count FROM pg_stat_database WHERE datname = current_database()',
    )
    return row?.count ?? 0
  }

  /** Findings and events that stand there. */
  async countTold(): Promise<{ findings: number; events: number }> {
    const [row] = await this.#rows<{ findings: number; events: number }>(
      'SELECT (SELECT count(*)::int FROM finding) AS findings, (SELECT count(*)::int FROM event) AS events',
    )
    return row ?? { findings: 0, events: 0 }
  }

  /** Milliseconds between one look at a cluster and the next, of all clusters that answered since. */
  async gapsMs(since: Date): Promise<number[]> {
    const rows = await this.#rows<{ gap: number | null }>(
      `SELECT extract(epoch FROM "at" - lag("at") OVER (PARTITION BY "clusterId" ORDER BY "at"))::float * 1000 AS gap
         FROM (SELECT DISTINCT "clusterId", "at" FROM sample_raw WHERE "at" >= $1) AS looks`,
      [since],
    )
    return rows.flatMap(({ gap }) => (gap === null ? [] : [gap]))
  }

  /** One cluster in so many leads into a black hole from now on, as when its network goes. */
  async darken(oneIn: number, port: number): Promise<number> {
    const rows = await this.#rows(
      `UPDATE cluster SET "accessVersion" = "accessVersion" + 1,
              "endpoints" = (SELECT array_agg(regexp_replace(one, ':\\d+$', $2)) FROM unnest("endpoints") AS one),
              "addressMap" = (SELECT jsonb_object_agg(key, regexp_replace(value, ':\\d+$', $2))
                                FROM jsonb_each_text("addressMap"))
        WHERE substr("name", 9)::int % $1 = 0 RETURNING 1`,
      [oneIn, `:${port}`],
    )
    return rows.length
  }

  /** How late each turn that has ended began, of clusters that answer and of those in the dark. */
  async lateness(oneIn: number): Promise<{ turn: string; lateMs: number; isDark: boolean }[]> {
    return await this.#rows(
      `SELECT s."clusterId" || ' ' || s."attempt" - (s."claimedUntil" IS NOT NULL)::int AS turn, s."lateMs",
              substr(c."name", 9)::int % $1 = 0 AS "isDark"
         FROM collection_state s JOIN cluster c ON c."tenantId" = s."tenantId" AND c."id" = s."clusterId"
        WHERE s."lateMs" IS NOT NULL`,
      [oneIn],
    )
  }
}
