-- CreateIndex
CREATE INDEX "session_activeTenantId_idx" ON "session"("activeTenantId");

-- CreateIndex
CREATE INDEX "password_reset_email_createdAt_idx" ON "password_reset"("email", "createdAt");

-- CreateIndex
CREATE INDEX "password_reset_requestedBy_createdAt_idx" ON "password_reset"("requestedBy", "createdAt");

-- CreateIndex
CREATE INDEX "password_reset_userId_idx" ON "password_reset"("userId");

-- CreateIndex
CREATE INDEX "invitation_email_idx" ON "invitation"("email");

-- CreateIndex
CREATE INDEX "job_seenAt_idx" ON "job"("seenAt");

-- CreateIndex
CREATE INDEX "job_finishedAt_idx" ON "job"("finishedAt");

-- Walls that an index can carry: the setting is cast, not the column. Empty is what the setting becomes on a connection
-- that held it once, and nobody's id.
DO $walls$
DECLARE
  tenant_table text;
  own CONSTANT text := 'nullif(current_setting(''app.tenant_id'', true), '''')::uuid';
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'tenant_key', 'membership', 'invitation', 'api_key', 'audit_head', 'audit_event', 'event_head', 'event',
    'idempotency_key', 'job', 'outbox', 'cluster'
  ] LOOP
    EXECUTE format(
      'ALTER POLICY tenant_wall ON %I USING ("tenantId" = %s) WITH CHECK ("tenantId" = %s)', tenant_table, own, own);
  END LOOP;
  EXECUTE format('ALTER POLICY tenant_wall ON "tenant" USING ("id" = %s) WITH CHECK ("id" = %s)', own, own);
END
$walls$;

-- Values the code knows; anything else would lock out whoever reads the row.
ALTER TABLE "tenant" ADD CONSTRAINT "tenant_plan_check" CHECK ("plan" IN ('community', 'business', 'enterprise'));
ALTER TABLE "membership" ADD CONSTRAINT "membership_role_check" CHECK ("role" IN ('viewer', 'operator', 'admin', 'owner'));
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_role_check" CHECK ("role" IN ('viewer', 'operator', 'admin', 'owner'));
ALTER TABLE "session" ADD CONSTRAINT "session_method_check" CHECK ("method" IN ('password', 'oidc'));
ALTER TABLE "job" ADD CONSTRAINT "job_state_check" CHECK ("state" IN ('queued', 'running', 'done', 'failed'));

-- What the system door does in a team keeps its answer for a repeated request too.
GRANT INSERT ON "idempotency_key" TO kstone_system;

-- The operator gives a team its plan and limits; nothing else of a team changes through this door.
GRANT UPDATE ("plan", "quotaOverrides") ON "tenant" TO kstone_system;
CREATE POLICY system_grants ON "tenant" FOR UPDATE TO kstone_system USING (true) WITH CHECK (true);
