-- CreateTable
CREATE TABLE "storage_target" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "sealed" TEXT,
    "secretVersion" INTEGER NOT NULL DEFAULT 0,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "isEncrypted" BOOLEAN NOT NULL DEFAULT false,
    "capabilities" JSONB NOT NULL DEFAULT '{}',
    "probe" JSONB NOT NULL DEFAULT '[]',
    "problem" TEXT,
    "probedAt" TIMESTAMPTZ(3),
    "reconciledAt" TIMESTAMPTZ(3),
    "nextCompareAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "storage_target_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "storage_orphan" (
    "tenantId" UUID NOT NULL,
    "targetId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "storage_orphan_pkey" PRIMARY KEY ("tenantId","targetId","key")
);

-- CreateTable
CREATE TABLE "backup_settings" (
    "tenantId" UUID NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "backup_settings_pkey" PRIMARY KEY ("tenantId")
);

-- CreateTable
CREATE TABLE "backup_plan" (
    "tenantId" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "clusterName" TEXT NOT NULL DEFAULT '',
    "isOn" BOOLEAN NOT NULL DEFAULT true,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "nextDueAt" TIMESTAMPTZ(3),
    "nextDrillAt" TIMESTAMPTZ(3),
    "hashedAt" TIMESTAMPTZ(3),
    "hashTookMs" INTEGER,

    CONSTRAINT "backup_plan_pkey" PRIMARY KEY ("tenantId","clusterId")
);

-- CreateTable
CREATE TABLE "backup" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "clusterName" TEXT NOT NULL,
    "targetId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "reason" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL DEFAULT '',
    "jobId" UUID,
    "isPinned" BOOLEAN NOT NULL DEFAULT false,
    "usedUntil" TIMESTAMPTZ(3),
    "objectKey" TEXT NOT NULL DEFAULT '',
    "etcdClusterId" TEXT NOT NULL DEFAULT '',
    "memberId" TEXT NOT NULL DEFAULT '',
    "memberName" TEXT NOT NULL DEFAULT '',
    "memberRole" TEXT NOT NULL DEFAULT '',
    "serverVersion" TEXT NOT NULL DEFAULT '',
    "revision" BIGINT,
    "keys" BIGINT,
    "sizeBytes" BIGINT,
    "storedBytes" BIGINT,
    "sha256" TEXT NOT NULL DEFAULT '',
    "storedSha256" TEXT NOT NULL DEFAULT '',
    "compression" TEXT NOT NULL DEFAULT 'zstd',
    "sealedKey" TEXT,
    "report" JSONB NOT NULL DEFAULT '{}',
    "phases" JSONB NOT NULL DEFAULT '{}',
    "problem" TEXT,
    "problemDetails" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "takenAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "verifiedAt" TIMESTAMPTZ(3),
    "missingSince" TIMESTAMPTZ(3),
    "deletingAt" TIMESTAMPTZ(3),
    "deletingWhy" TEXT,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "backup_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "drill" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "clusterId" UUID NOT NULL,
    "clusterName" TEXT NOT NULL,
    "backupId" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "reason" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL DEFAULT '',
    "jobId" UUID,
    "problem" TEXT,
    "report" JSONB NOT NULL DEFAULT '{}',
    "tookMs" INTEGER,
    "certificate" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "drill_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateIndex
CREATE INDEX "storage_target_nextCompareAt_idx" ON "storage_target"("nextCompareAt");

-- CreateIndex
CREATE UNIQUE INDEX "storage_target_tenantId_name_key" ON "storage_target"("tenantId", "name");

-- CreateIndex
CREATE INDEX "backup_plan_nextDueAt_idx" ON "backup_plan"("nextDueAt");

-- CreateIndex
CREATE INDEX "backup_plan_nextDrillAt_idx" ON "backup_plan"("nextDrillAt");

-- CreateIndex
CREATE INDEX "backup_tenantId_clusterId_createdAt_id_idx" ON "backup"("tenantId", "clusterId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "backup_tenantId_createdAt_id_idx" ON "backup"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "backup_tenantId_state_createdAt_id_idx" ON "backup"("tenantId", "state", "createdAt", "id");

-- CreateIndex
CREATE INDEX "backup_tenantId_targetId_objectKey_idx" ON "backup"("tenantId", "targetId", "objectKey");

-- CreateIndex
CREATE INDEX "backup_deletingAt_idx" ON "backup"("deletingAt");

-- CreateIndex
CREATE INDEX "drill_tenantId_clusterId_createdAt_id_idx" ON "drill"("tenantId", "clusterId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "drill_tenantId_createdAt_id_idx" ON "drill"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "drill_tenantId_backupId_idx" ON "drill"("tenantId", "backupId");

-- AddForeignKey
ALTER TABLE "storage_target" ADD CONSTRAINT "storage_target_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "storage_orphan" ADD CONSTRAINT "storage_orphan_tenantId_targetId_fkey" FOREIGN KEY ("tenantId", "targetId") REFERENCES "storage_target"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_settings" ADD CONSTRAINT "backup_settings_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup_plan" ADD CONSTRAINT "backup_plan_tenantId_clusterId_fkey" FOREIGN KEY ("tenantId", "clusterId") REFERENCES "cluster"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup" ADD CONSTRAINT "backup_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backup" ADD CONSTRAINT "backup_tenantId_targetId_fkey" FOREIGN KEY ("tenantId", "targetId") REFERENCES "storage_target"("tenantId", "id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "drill" ADD CONSTRAINT "drill_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "drill" ADD CONSTRAINT "drill_tenantId_backupId_fkey" FOREIGN KEY ("tenantId", "backupId") REFERENCES "backup"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- written by hand

-- One default a team; at most one backup and one drill of a cluster at a time; what a deletion has left to do.
CREATE UNIQUE INDEX "storage_target_default_key" ON "storage_target"("tenantId") WHERE "isDefault";
CREATE UNIQUE INDEX "backup_open_key" ON "backup"("tenantId", "clusterId") WHERE "state" IN ('pending', 'running');
CREATE UNIQUE INDEX "drill_open_key" ON "drill"("tenantId", "clusterId") WHERE "state" IN ('pending', 'running');
CREATE INDEX "backup_verified_idx" ON "backup"("tenantId", "clusterId", "takenAt" DESC)
  WHERE "state" = 'verified' AND "deletingAt" IS NULL;

ALTER TABLE "storage_target" ADD CONSTRAINT "storage_target_kind_check" CHECK ("kind" IN ('s3', 'directory'));
ALTER TABLE "backup" ADD CONSTRAINT "backup_state_check"
  CHECK ("state" IN ('pending', 'running', 'verified', 'unverified', 'failed', 'missing'));
ALTER TABLE "backup" ADD CONSTRAINT "backup_reason_check" CHECK ("reason" IN ('schedule', 'manual', 'before-operation'));
ALTER TABLE "backup" ADD CONSTRAINT "backup_ended_check" CHECK (("state" IN ('pending', 'running')) = ("endedAt" IS NULL));
-- Only what was proven whole is offered: the mark and the state cannot part, and neither is there without an object.
ALTER TABLE "backup" ADD CONSTRAINT "backup_verified_check"
  CHECK ("state" <> 'verified' OR ("verifiedAt" IS NOT NULL AND "objectKey" <> '' AND "revision" IS NOT NULL
                                   AND "keys" IS NOT NULL AND "sha256" <> '' AND "storedSha256" <> ''));
ALTER TABLE "backup" ADD CONSTRAINT "backup_deletion_check" CHECK ("deletedAt" IS NULL OR "deletingAt" IS NOT NULL);
ALTER TABLE "drill" ADD CONSTRAINT "drill_state_check"
  CHECK ("state" IN ('pending', 'running', 'proven', 'disproven', 'not-proven'));
ALTER TABLE "drill" ADD CONSTRAINT "drill_certificate_check" CHECK ("certificate" IS NULL OR "state" = 'proven');

DO $walls$
DECLARE
  tenant_table text;
  own CONSTANT text := 'nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'storage_target', 'storage_orphan', 'backup_settings', 'backup_plan', 'backup', 'drill'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_wall ON %I TO kstone_app USING ("tenantId" = %s) WITH CHECK ("tenantId" = %s)',
      tenant_table, own, own);
  END LOOP;

  -- The sweeps find across teams whose backup, drill or comparison is due, and what is to be deleted.
  FOREACH tenant_table IN ARRAY ARRAY['storage_target', 'backup_settings', 'backup_plan', 'backup', 'drill'] LOOP
    EXECUTE format('CREATE POLICY system_door ON %I TO kstone_system USING (true) WITH CHECK (true)', tenant_table);
  END LOOP;
END
$walls$;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON "storage_target", "storage_orphan", "backup_settings", "backup_plan", "backup", "drill" TO kstone_app;
GRANT SELECT ON "storage_target", "backup_settings" TO kstone_system;
GRANT UPDATE ("nextCompareAt") ON "storage_target" TO kstone_system;
GRANT SELECT, UPDATE ON "backup_plan" TO kstone_system;
GRANT SELECT, INSERT, DELETE ON "backup", "drill" TO kstone_system;
GRANT UPDATE ("jobId") ON "backup", "drill" TO kstone_system;

-- Clusters that are there have a plan; nothing is due before their team has a target.
DO $backfill$
BEGIN
  ALTER TABLE "cluster" NO FORCE ROW LEVEL SECURITY;
  ALTER TABLE "backup_plan" NO FORCE ROW LEVEL SECURITY;
  INSERT INTO "backup_plan" ("tenantId", "clusterId", "clusterName") SELECT "tenantId", "id", "name" FROM "cluster";
  ALTER TABLE "cluster" FORCE ROW LEVEL SECURITY;
  ALTER TABLE "backup_plan" FORCE ROW LEVEL SECURITY;
END
$backfill$;
