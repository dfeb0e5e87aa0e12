-- AlterTable
ALTER TABLE "job" ADD COLUMN     "scheduleId" UUID,
ADD COLUMN     "takeOvers" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "job_tenantId_state_createdAt_id_idx" ON "job"("tenantId", "state", "createdAt", "id");

-- CreateIndex
CREATE INDEX "job_tenantId_kind_createdAt_id_idx" ON "job"("tenantId", "kind", "createdAt", "id");

-- ---------------------------------------------------------------- written by hand

-- Jobs that stand in the queue or run: what counts against their team's limit, and what Redis may have lost.
CREATE INDEX "job_in_flight_idx" ON "job"("tenantId") WHERE "publishedAt" IS NOT NULL AND "finishedAt" IS NULL;

-- A schedule whose last job has not ended gets no other one, whoever asks.
CREATE UNIQUE INDEX "job_of_schedule_key" ON "job"("tenantId", "scheduleId")
  WHERE "scheduleId" IS NOT NULL AND "finishedAt" IS NULL;

-- Jobs that were handed to the queue before anybody wrote down when. The wall stands open for the owner of the tables only
-- within this statement.
DO $backfill$
DECLARE
  wall text;
BEGIN
  FOREACH wall IN ARRAY ARRAY['job', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', wall);
  END LOOP;
  UPDATE "job" j SET "publishedAt" = j."seenAt"
   WHERE j."finishedAt" IS NULL AND j."state" IN ('queued', 'running')
     AND NOT EXISTS (SELECT 1 FROM "outbox" o WHERE o."tenantId" = j."tenantId" AND o."jobId" = j."id");
  FOREACH wall IN ARRAY ARRAY['job', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', wall);
  END LOOP;
END
$backfill$;
