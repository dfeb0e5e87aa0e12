-- AlterTable
ALTER TABLE "cluster" ADD COLUMN     "dbSizeBytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "features" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "findingsOpen" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "findingsWorst" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN     "inspections" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "newestFinding" JSONB;

-- CreateTable
CREATE TABLE "collection_state" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "shard" SMALLINT NOT NULL,
    "everySeconds" INTEGER NOT NULL DEFAULT 60,
    "nextDueAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "claimedUntil" TIMESTAMPTZ(3),
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "askedAt" TIMESTAMPTZ(3),
    "lateMs" INTEGER,
    "tookMs" INTEGER,

    CONSTRAINT "collection_state_pkey" PRIMARY KEY ("tenantId","clusterId")
);

-- CreateTable
CREATE TABLE "cluster_facts" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "verdicts" JSONB NOT NULL,

    CONSTRAINT "cluster_facts_pkey" PRIMARY KEY ("tenantId","clusterId")
);

-- CreateTable
CREATE TABLE "finding" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "inspection" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "subject" JSONB NOT NULL,
    "severity" SMALLINT NOT NULL,
    "code" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "resolvedAt" TIMESTAMPTZ(3),
    "resolution" TEXT,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "watch_settings" (
    "tenantId" UUID NOT NULL,
    "inspections" JSONB NOT NULL DEFAULT '{}',
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "watch_settings_pkey" PRIMARY KEY ("tenantId")
);

-- CreateTable
CREATE TABLE "sample_raw" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "memberId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "samples" INTEGER NOT NULL DEFAULT 1,
    "dbSizeBytes" BIGINT NOT NULL,
    "dbInUseBytes" BIGINT NOT NULL,
    "revision" BIGINT NOT NULL,
    "raftLag" BIGINT NOT NULL,
    "latencyMs" REAL NOT NULL,
    "latencyMaxMs" REAL NOT NULL,

    CONSTRAINT "sample_raw_pkey" PRIMARY KEY ("tenantId","clusterId","at","memberId")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "sample_5m" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "memberId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "samples" INTEGER NOT NULL,
    "dbSizeBytes" BIGINT NOT NULL,
    "dbInUseBytes" BIGINT NOT NULL,
    "revision" BIGINT NOT NULL,
    "raftLag" BIGINT NOT NULL,
    "latencyMs" REAL NOT NULL,
    "latencyMaxMs" REAL NOT NULL,

    CONSTRAINT "sample_5m_pkey" PRIMARY KEY ("tenantId","clusterId","at","memberId")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "sample_1h" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "memberId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "samples" INTEGER NOT NULL,
    "dbSizeBytes" BIGINT NOT NULL,
    "dbInUseBytes" BIGINT NOT NULL,
    "revision" BIGINT NOT NULL,
    "raftLag" BIGINT NOT NULL,
    "latencyMs" REAL NOT NULL,
    "latencyMaxMs" REAL NOT NULL,

    CONSTRAINT "sample_1h_pkey" PRIMARY KEY ("tenantId","clusterId","at","memberId")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "sample_rollup" (
    "target" TEXT NOT NULL,
    "doneUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sample_rollup_pkey" PRIMARY KEY ("target")
);

-- CreateIndex
CREATE INDEX "collection_state_nextDueAt_idx" ON "collection_state"("nextDueAt");

-- CreateIndex
CREATE INDEX "finding_tenantId_clusterId_openedAt_id_idx" ON "finding"("tenantId", "clusterId", "openedAt", "id");

-- CreateIndex
CREATE INDEX "finding_tenantId_openedAt_id_idx" ON "finding"("tenantId", "openedAt", "id");

-- CreateIndex
CREATE INDEX "finding_tenantId_severity_openedAt_id_idx" ON "finding"("tenantId", "severity", "openedAt", "id");

-- CreateIndex
CREATE INDEX "finding_resolvedAt_idx" ON "finding"("resolvedAt");

-- CreateIndex
CREATE INDEX "cluster_tenantId_dbSizeBytes_id_idx" ON "cluster"("tenantId", "dbSizeBytes", "id");

-- CreateIndex
CREATE INDEX "cluster_tenantId_findingsWorst_id_idx" ON "cluster"("tenantId", "findingsWorst", "id");

-- AddForeignKey
ALTER TABLE "collection_state" ADD CONSTRAINT "collection_state_tenantId_clusterId_fkey" FOREIGN KEY ("tenantId", "clusterId") REFERENCES "cluster"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_facts" ADD CONSTRAINT "cluster_facts_tenantId_clusterId_fkey" FOREIGN KEY ("tenantId", "clusterId") REFERENCES "cluster"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_tenantId_clusterId_fkey" FOREIGN KEY ("tenantId", "clusterId") REFERENCES "cluster"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "watch_settings" ADD CONSTRAINT "watch_settings_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- written by hand

-- Of one thing at most one finding is open; lists of what is open read nothing else.
CREATE UNIQUE INDEX "finding_open_key" ON "finding"("tenantId", "clusterId", "key") WHERE "resolvedAt" IS NULL;
CREATE INDEX "finding_open_idx" ON "finding"("tenantId", "severity", "openedAt", "id") WHERE "resolvedAt" IS NULL;

CREATE INDEX "collection_state_claimed_idx" ON "collection_state"("claimedUntil") WHERE "claimedUntil" IS NOT NULL;

ALTER TABLE "collection_state" ADD CONSTRAINT "collection_state_shard_check" CHECK ("shard" BETWEEN 0 AND 31);
ALTER TABLE "collection_state" ADD CONSTRAINT "collection_state_period_check" CHECK ("everySeconds" BETWEEN 10 AND 86400);
ALTER TABLE "finding" ADD CONSTRAINT "finding_severity_check" CHECK ("severity" BETWEEN 1 AND 3);
ALTER TABLE "finding" ADD CONSTRAINT "finding_resolution_check"
  CHECK (("resolvedAt" IS NULL) = ("resolution" IS NULL) AND "resolution" IN ('cleared', 'subject-gone', 'switched-off'));

DO $walls$
DECLARE
  tenant_table text;
  own CONSTANT text := 'nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'collection_state', 'cluster_facts', 'finding', 'watch_settings', 'sample_raw', 'sample_5m', 'sample_1h'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_wall ON %I TO kstone_app USING ("tenantId" = %s) WITH CHECK ("tenantId" = %s)',
      tenant_table, own, own);
  END LOOP;

  -- The sweep finds what is due across teams, samples are summed up, retention ends findings.
  FOREACH tenant_table IN ARRAY ARRAY['collection_state', 'finding', 'sample_raw', 'sample_5m', 'sample_1h'] LOOP
    EXECUTE format('CREATE POLICY system_door ON %I TO kstone_system USING (true) WITH CHECK (true)', tenant_table);
  END LOOP;
END
$walls$;

GRANT SELECT, INSERT, UPDATE, DELETE ON "collection_state", "cluster_facts", "finding", "watch_settings" TO kstone_app;
GRANT SELECT, INSERT, DELETE ON "sample_raw" TO kstone_app;
GRANT SELECT, DELETE ON "sample_5m", "sample_1h" TO kstone_app;

GRANT SELECT, UPDATE ON "collection_state" TO kstone_system;
GRANT SELECT, DELETE ON "finding" TO kstone_system;
GRANT SELECT, DELETE ON "sample_raw" TO kstone_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON "sample_5m", "sample_1h" TO kstone_system;
GRANT SELECT, UPDATE ON "sample_rollup" TO kstone_system;

-- Makes the partitions of the days to come, then drops those whose time is over: one step a call, so that no lock outlives
-- the step it is for. True while there may be more to do. Only the owner of the tables may do this, so it runs with the
-- owner's rights; it takes nothing from whoever calls it. A lock it does not get in time it asks for another time.
CREATE FUNCTION keep_sample_partitions() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET lock_timeout = '2s' AS $keep$
DECLARE
  rule record;
  span interval;
  starts timestamp;
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(4276514);
  -- One unit back: a worker's clock may be behind. Today of all tables comes before the days to come.
  FOR rule IN
    SELECT name, unit, ahead
      FROM (VALUES ('sample_raw', 'day', 7), ('sample_5m', 'day', 7), ('sample_1h', 'month', 2)) AS rules(name, unit, most),
           generate_series(-1, most) AS ahead ORDER BY abs(ahead), name
  LOOP
    span := ('1 ' || rule.unit)::interval;
    starts := date_trunc(rule.unit, now() AT TIME ZONE 'UTC') + rule.ahead * span;
    partition := rule.name || '_' || to_char(starts, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    -- Attached, not made in its place: that would shut the table for everybody who reads or writes it.
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, rule.name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', rule.name, partition,
                   starts AT TIME ZONE 'UTC', (starts + span) AT TIME ZONE 'UTC');
    RETURN true;
  END LOOP;

  -- A drop shuts the table, and whoever comes waits behind it: better later than long. What is not summed up yet stays.
  SET LOCAL lock_timeout = '250ms';
  SELECT c.relname INTO partition
    FROM (VALUES ('sample_raw', interval '1 day', interval '48 hours', 'sample_5m'),
                 ('sample_5m', interval '1 day', interval '30 days', 'sample_1h'),
                 ('sample_1h', interval '1 month', interval '13 months', NULL)) AS rules(name, span, kept, target)
    JOIN pg_inherits i ON i.inhparent = to_regclass(rules.name)
    JOIN pg_class c ON c.oid = i.inhrelid
    LEFT JOIN sample_rollup r ON r.target = rules.target
   CROSS JOIN LATERAL (SELECT to_date(right(c.relname, 8), 'YYYYMMDD') + rules.span AS ends) AS bounds
   WHERE ends < (now() AT TIME ZONE 'UTC') - rules.kept AND (rules.target IS NULL OR ends <= r."doneUntil" AT TIME ZONE 'UTC')
   ORDER BY ends LIMIT 1;
  IF partition IS NULL THEN RETURN false; END IF;
  EXECUTE format('DROP TABLE %I', partition);
  RETURN true;
END
$keep$;
REVOKE ALL ON FUNCTION keep_sample_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_sample_partitions() TO kstone_system;
DO $first$
BEGIN
  WHILE keep_sample_partitions() LOOP NULL; END LOOP;
END
$first$;

INSERT INTO "sample_rollup" ("target", "doneUntil") VALUES
  ('sample_5m', date_trunc('hour', now(), 'UTC')), ('sample_1h', date_trunc('hour', now(), 'UTC'));

-- Collections take the place of the jobs that looked at clusters. The walls stand open for the owner within this block only.
DO $backfill$
DECLARE
  wall text;
BEGIN
  FOREACH wall IN ARRAY ARRAY['cluster', 'collection_state', 'schedule', 'job', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', wall);
  END LOOP;
  INSERT INTO "collection_state" ("tenantId", "clusterId", "shard", "nextDueAt")
  SELECT "tenantId", "id", (hashtextextended("id"::text, 0) & 9223372036854775807) % 32,
         CASE WHEN "pausedAt" IS NULL THEN now() END
    FROM "cluster";
  DELETE FROM "schedule" WHERE "kind" = 'refresh-cluster';
  DELETE FROM "job" WHERE "kind" = 'refresh-cluster';
  FOREACH wall IN ARRAY ARRAY['cluster', 'collection_state', 'schedule', 'job', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', wall);
  END LOOP;
END
$backfill$;
