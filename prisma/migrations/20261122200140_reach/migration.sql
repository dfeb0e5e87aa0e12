-- AlterTable
ALTER TABLE "cluster" ADD COLUMN     "accessVersion" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "addressMap" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "endpoints" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "etcdClusterId" TEXT,
ADD COLUMN     "isProtected" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lookedAt" TIMESTAMPTZ(3),
ADD COLUMN     "membersTotal" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "membersUp" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "network" TEXT NOT NULL DEFAULT 'default',
ADD COLUMN     "pausedAt" TIMESTAMPTZ(3),
ADD COLUMN     "problem" TEXT,
ADD COLUMN     "state" TEXT NOT NULL DEFAULT 'unknown',
ADD COLUMN     "tls" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "version" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "versionKey" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "job" ADD COLUMN     "actorId" TEXT,
ADD COLUMN     "actorKind" TEXT,
ADD COLUMN     "actorLabel" TEXT,
ADD COLUMN     "cancelRequestedAt" TIMESTAMPTZ(3),
ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 5,
ADD COLUMN     "progress" JSONB,
ADD COLUMN     "publishedAt" TIMESTAMPTZ(3),
ADD COLUMN     "result" JSONB,
ADD COLUMN     "subjectId" TEXT,
ADD COLUMN     "subjectKind" TEXT,
ADD COLUMN     "subjectLabel" TEXT;

-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 5;

-- CreateTable
CREATE TABLE "cluster_credential" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "username" TEXT NOT NULL DEFAULT '',
    "sealed" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedBy" TEXT NOT NULL,

    CONSTRAINT "cluster_credential_pkey" PRIMARY KEY ("tenantId","clusterId","kind")
);

-- CreateTable
CREATE TABLE "cluster_member" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "memberId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "peerUrls" TEXT[],
    "clientUrls" TEXT[],
    "address" TEXT,
    "isLearner" BOOLEAN NOT NULL DEFAULT false,
    "isLeader" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'unknown',
    "problem" TEXT,
    "version" TEXT NOT NULL DEFAULT '',
    "dbSizeBytes" BIGINT,
    "latencyMs" INTEGER,
    "seenAt" TIMESTAMPTZ(3),

    CONSTRAINT "cluster_member_pkey" PRIMARY KEY ("tenantId","clusterId","memberId")
);

-- CreateTable
CREATE TABLE "cluster_import" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "fileName" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT 'checking',
    "rowsTotal" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdBy" TEXT NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "cluster_import_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "cluster_import_row" (
    "tenantId" UUID NOT NULL,
    "importId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "sealed" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "problems" JSONB NOT NULL DEFAULT '[]',
    "clusterId" UUID,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "cluster_import_row_pkey" PRIMARY KEY ("tenantId","importId","number")
);

-- CreateTable
CREATE TABLE "address_grant" (
    "tenantId" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "address_grant_pkey" PRIMARY KEY ("tenantId","address","port")
);

-- CreateTable
CREATE TABLE "schedule" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "everySeconds" INTEGER NOT NULL,
    "nextRunAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastRunAt" TIMESTAMPTZ(3),
    "pausedAt" TIMESTAMPTZ(3),
    "subjectKind" TEXT,
    "subjectId" TEXT,
    "subjectLabel" TEXT,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "stream_lease" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "payload" JSONB NOT NULL DEFAULT '{}',
    "owner" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "takenAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stream_lease_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE INDEX "cluster_import_tenantId_createdAt_id_idx" ON "cluster_import"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "cluster_import_createdAt_idx" ON "cluster_import"("createdAt");

-- CreateIndex
CREATE INDEX "schedule_nextRunAt_idx" ON "schedule"("nextRunAt");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_tenantId_kind_subjectId_key" ON "schedule"("tenantId", "kind", "subjectId");

-- CreateIndex
CREATE INDEX "stream_lease_expiresAt_idx" ON "stream_lease"("expiresAt");

-- CreateIndex
CREATE INDEX "stream_lease_owner_idx" ON "stream_lease"("owner");

-- CreateIndex
CREATE UNIQUE INDEX "stream_lease_tenantId_kind_subjectId_key" ON "stream_lease"("tenantId", "kind", "subjectId");

-- CreateIndex
CREATE INDEX "cluster_tenantId_state_id_idx" ON "cluster"("tenantId", "state", "id");

-- CreateIndex
CREATE INDEX "cluster_tenantId_versionKey_id_idx" ON "cluster"("tenantId", "versionKey", "id");

-- CreateIndex
CREATE INDEX "job_tenantId_subjectId_createdAt_id_idx" ON "job"("tenantId", "subjectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "outbox_tenantId_priority_dueAt_idx" ON "outbox"("tenantId", "priority", "dueAt");

-- AddForeignKey
ALTER TABLE "cluster_credential" ADD CONSTRAINT "cluster_credential_tenantId_clusterId_fkey" FOREIGN KEY ("tenantId", "clusterId") REFERENCES "cluster"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_member" ADD CONSTRAINT "cluster_member_tenantId_clusterId_fkey" FOREIGN KEY ("tenantId", "clusterId") REFERENCES "cluster"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_import" ADD CONSTRAINT "cluster_import_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster_import_row" ADD CONSTRAINT "cluster_import_row_tenantId_importId_fkey" FOREIGN KEY ("tenantId", "importId") REFERENCES "cluster_import"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_grant" ADD CONSTRAINT "address_grant_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stream_lease" ADD CONSTRAINT "stream_lease_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- the walls (written by hand)

DO $walls$
DECLARE
  tenant_table text;
  own CONSTANT text := 'nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'cluster_credential', 'cluster_member', 'cluster_import', 'cluster_import_row', 'address_grant', 'schedule',
    'stream_lease'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_wall ON %I TO kstone_app USING ("tenantId" = %s) WITH CHECK ("tenantId" = %s)',
      tenant_table, own, own);
  END LOOP;

  -- Sweeps find what is due across teams, workers take streams, an operator grants addresses, retention ends imports.
  FOREACH tenant_table IN ARRAY ARRAY['schedule', 'stream_lease', 'address_grant', 'cluster_import'] LOOP
    EXECUTE format('CREATE POLICY system_door ON %I TO kstone_system USING (true) WITH CHECK (true)', tenant_table);
  END LOOP;
END
$walls$;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON "cluster_credential", "cluster_member", "cluster_import", "cluster_import_row", "schedule", "stream_lease"
  TO kstone_app;
GRANT SELECT ON "address_grant" TO kstone_app;

GRANT SELECT, INSERT, DELETE ON "address_grant" TO kstone_system;
GRANT SELECT, UPDATE ON "schedule", "stream_lease" TO kstone_system;
GRANT SELECT, DELETE ON "cluster_import" TO kstone_system;
-- The sweep that turns due schedules into jobs.
GRANT INSERT ON "job", "outbox" TO kstone_system;

ALTER TABLE "job" DROP CONSTRAINT "job_state_check";
ALTER TABLE "job" ADD CONSTRAINT "job_state_check"
  CHECK ("state" IN ('queued', 'running', 'done', 'failed', 'cancelled'));
ALTER TABLE "job" ADD CONSTRAINT "job_priority_check" CHECK ("priority" BETWEEN 1 AND 9);
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_priority_check" CHECK ("priority" BETWEEN 1 AND 9);
ALTER TABLE "schedule" ADD CONSTRAINT "schedule_period_check" CHECK ("everySeconds" > 0);
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_provider_check"
  CHECK ("provider" IN ('imported', 'local-process', 'kubernetes'));
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_state_check"
  CHECK ("state" IN ('unknown', 'running', 'degraded', 'at-risk', 'no-quorum', 'unreachable'));
ALTER TABLE "cluster_member" ADD CONSTRAINT "cluster_member_state_check" CHECK ("state" IN ('unknown', 'up', 'down'));
ALTER TABLE "cluster_credential" ADD CONSTRAINT "cluster_credential_kind_check"
  CHECK ("kind" IN ('reader', 'root', 'client-key'));
ALTER TABLE "cluster_import" ADD CONSTRAINT "cluster_import_state_check"
  CHECK ("state" IN ('checking', 'checked', 'importing', 'done', 'cancelled'));
ALTER TABLE "cluster_import_row" ADD CONSTRAINT "cluster_import_row_state_check"
  CHECK ("state" IN ('waiting', 'ready', 'warned', 'refused', 'created', 'changed', 'unchanged', 'failed', 'cancelled'));
