-- Rows of deleted backups stay for a year: sweeps and retention look only at what is still there.
DROP INDEX "backup_deletingAt_idx";
CREATE INDEX "backup_removal_idx" ON "backup"("deletingAt") WHERE "deletingAt" IS NOT NULL AND "deletedAt" IS NULL;
CREATE INDEX "backup_leftover_idx" ON "backup"("targetId") WHERE "state" = 'failed' AND "objectKey" <> '';
CREATE INDEX "backup_present_idx" ON "backup"("tenantId", "clusterId") WHERE "deletedAt" IS NULL;
CREATE INDEX "backup_deletedAt_idx" ON "backup"("deletedAt") WHERE "deletedAt" IS NOT NULL;
