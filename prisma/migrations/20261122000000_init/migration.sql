-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential" (
    "userId" UUID NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credential_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "oidc_identity" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "oidc_identity_pkey" PRIMARY KEY ("issuer","subject")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "sidHash" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "activeTenantId" UUID,
    "method" TEXT NOT NULL,
    "ip" TEXT NOT NULL,
    "userAgent" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "authAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedReason" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password_reset" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "tokenHash" TEXT,
    "userId" UUID,
    "requestedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "mailDueAt" TIMESTAMPTZ(3),
    "mailTries" INTEGER NOT NULL DEFAULT 0,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "password_reset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_throttle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "windowEndsAt" TIMESTAMPTZ(3) NOT NULL,
    "blockedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "login_throttle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "plan" TEXT NOT NULL DEFAULT 'community',
    "timeZone" TEXT NOT NULL DEFAULT 'UTC',
    "quotaOverrides" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closingAt" TIMESTAMPTZ(3),
    "deleteAfter" TIMESTAMPTZ(3),
    "closedBy" TEXT,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant_key" (
    "tenantId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "rootKeyId" TEXT NOT NULL,
    "wrapped" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_key_pkey" PRIMARY KEY ("tenantId","version")
);

-- CreateTable
CREATE TABLE "membership" (
    "tenantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("tenantId","userId")
);

-- CreateTable
CREATE TABLE "invitation" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "tokenSealed" TEXT,
    "invitedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "mailedAt" TIMESTAMPTZ(3),
    "acceptedAt" TIMESTAMPTZ(3),
    "acceptedBy" UUID,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdBy" UUID NOT NULL,
    "createdByEmail" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "lastUsedIp" TEXT,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "tenantId" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "hash" TEXT NOT NULL,
    "prunedSeq" BIGINT NOT NULL DEFAULT 0,
    "prunedHash" TEXT NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("tenantId")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "tenantId" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "actorLabel" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "targetKind" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "targetLabel" TEXT NOT NULL,
    "diff" JSONB NOT NULL,
    "requestId" TEXT NOT NULL,
    "prevHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("tenantId","seq")
);

-- CreateTable
CREATE TABLE "event_head" (
    "tenantId" UUID NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "event_head_pkey" PRIMARY KEY ("tenantId")
);

-- CreateTable
CREATE TABLE "event" (
    "tenantId" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("tenantId","seq")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "tenantId" UUID NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "bodyHash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "responseSealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("tenantId","route","key")
);

-- CreateTable
CREATE TABLE "cluster" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "provider" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cluster_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "job" (
    "tenantId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "error" TEXT,
    "requestId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "job_pkey" PRIMARY KEY ("tenantId","id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "tenantId" UUID NOT NULL,
    "jobId" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("tenantId","jobId","attempt")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "oidc_identity_userId_idx" ON "oidc_identity"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "session_sidHash_key" ON "session"("sidHash");

-- CreateIndex
CREATE INDEX "session_userId_createdAt_idx" ON "session"("userId", "createdAt");

-- CreateIndex
CREATE INDEX "session_expiresAt_idx" ON "session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "password_reset_tokenHash_key" ON "password_reset"("tokenHash");

-- CreateIndex
CREATE INDEX "password_reset_mailDueAt_idx" ON "password_reset"("mailDueAt");

-- CreateIndex
CREATE INDEX "password_reset_expiresAt_idx" ON "password_reset"("expiresAt");

-- CreateIndex
CREATE INDEX "login_throttle_windowEndsAt_idx" ON "login_throttle"("windowEndsAt");

-- CreateIndex
CREATE INDEX "tenant_deleteAfter_idx" ON "tenant"("deleteAfter");

-- CreateIndex
CREATE INDEX "tenant_key_rootKeyId_tenantId_idx" ON "tenant_key"("rootKeyId", "tenantId");

-- CreateIndex
CREATE INDEX "membership_userId_idx" ON "membership"("userId");

-- CreateIndex
CREATE INDEX "membership_tenantId_createdAt_userId_idx" ON "membership"("tenantId", "createdAt", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_tokenHash_key" ON "invitation"("tokenHash");

-- CreateIndex
CREATE INDEX "invitation_tenantId_createdAt_id_idx" ON "invitation"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "invitation_expiresAt_idx" ON "invitation"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_keyHash_key" ON "api_key"("keyHash");

-- CreateIndex
CREATE INDEX "api_key_tenantId_createdAt_id_idx" ON "api_key"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "audit_event_tenantId_action_seq_idx" ON "audit_event"("tenantId", "action", "seq");

-- CreateIndex
CREATE INDEX "audit_event_tenantId_actorId_seq_idx" ON "audit_event"("tenantId", "actorId", "seq");

-- CreateIndex
CREATE INDEX "audit_event_tenantId_at_seq_idx" ON "audit_event"("tenantId", "at", "seq");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- CreateIndex
CREATE INDEX "event_at_idx" ON "event"("at");

-- CreateIndex
CREATE INDEX "idempotency_key_createdAt_idx" ON "idempotency_key"("createdAt");

-- CreateIndex
CREATE INDEX "cluster_tenantId_createdAt_id_idx" ON "cluster"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "cluster_tenantId_name_key" ON "cluster"("tenantId", "name");

-- CreateIndex
CREATE INDEX "job_tenantId_createdAt_id_idx" ON "job"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "job_state_createdAt_idx" ON "job"("state", "createdAt");

-- CreateIndex
CREATE INDEX "outbox_dueAt_idx" ON "outbox"("dueAt");

-- AddForeignKey
ALTER TABLE "credential" ADD CONSTRAINT "credential_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oidc_identity" ADD CONSTRAINT "oidc_identity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_reset" ADD CONSTRAINT "password_reset_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenant_key" ADD CONSTRAINT "tenant_key_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_head" ADD CONSTRAINT "audit_head_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_head" ADD CONSTRAINT "event_head_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_tenantId_jobId_fkey" FOREIGN KEY ("tenantId", "jobId") REFERENCES "job"("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- the walls (written by hand)
-- kstone_owner owns the schema and migrates; kstone_app works inside one tenant; kstone_system may see across tenants, but
-- only on the tables that name it below. FORCE makes the owner obey too. The tenant is compared as text because
-- current_setting may answer '' instead of NULL on a reused connection.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO kstone_app, kstone_system;

DO $walls$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY[
    'tenant_key', 'membership', 'invitation', 'api_key', 'audit_head', 'audit_event', 'event_head', 'event',
    'idempotency_key', 'job', 'outbox', 'cluster'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_wall ON %I TO kstone_app '
      'USING ("tenantId"::text = current_setting(''app.tenant_id'', true)) '
      'WITH CHECK ("tenantId"::text = current_setting(''app.tenant_id'', true))', tenant_table);
  END LOOP;

  -- The tables the system login works on across tenants: keys at sign-in, chains and queues, retention.
  FOREACH tenant_table IN ARRAY ARRAY[
    'tenant_key', 'membership', 'invitation', 'api_key', 'audit_head', 'audit_event', 'event_head', 'event',
    'idempotency_key', 'job', 'outbox'
  ] LOOP
    EXECUTE format('CREATE POLICY system_door ON %I TO kstone_system USING (true) WITH CHECK (true)', tenant_table);
  END LOOP;
END
$walls$;

ALTER TABLE "tenant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "tenant" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON "tenant" TO kstone_app
  USING ("id"::text = current_setting('app.tenant_id', true))
  WITH CHECK ("id"::text = current_setting('app.tenant_id', true));
CREATE POLICY system_reads ON "tenant" FOR SELECT TO kstone_system USING (true);
CREATE POLICY system_creates ON "tenant" FOR INSERT TO kstone_system WITH CHECK ("deleteAfter" IS NULL);
-- The database itself refuses to delete a team before its grace period is over.
CREATE POLICY system_purges ON "tenant" FOR DELETE TO kstone_system USING ("deleteAfter" <= now());

-- A team sees the names of its own members, nobody else's, and never a password hash.
ALTER TABLE "user" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "user" FORCE ROW LEVEL SECURITY;
CREATE POLICY member_names ON "user" FOR SELECT TO kstone_app
  USING (EXISTS (SELECT 1 FROM "membership" m WHERE m."userId" = "user"."id"));
CREATE POLICY system_door ON "user" TO kstone_system USING (true) WITH CHECK (true);

GRANT SELECT ("id", "email", "name") ON "user" TO kstone_app;
GRANT SELECT ON "tenant", "tenant_key", "audit_head", "audit_event", "event_head", "event", "idempotency_key" TO kstone_app;
GRANT UPDATE ("name", "timeZone", "closingAt", "deleteAfter", "closedBy") ON "tenant" TO kstone_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "membership", "cluster" TO kstone_app;
GRANT SELECT, INSERT, UPDATE ON "invitation", "api_key", "job" TO kstone_app;
GRANT INSERT ON "audit_event", "event", "idempotency_key", "outbox" TO kstone_app;
GRANT UPDATE ("seq", "hash") ON "audit_head" TO kstone_app;
GRANT UPDATE ("seq") ON "event_head" TO kstone_app;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON "user", "credential", "oidc_identity", "session", "password_reset", "login_throttle" TO kstone_system;
GRANT SELECT, INSERT, DELETE ON "tenant" TO kstone_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON "tenant_key", "membership" TO kstone_system;
GRANT SELECT, UPDATE, DELETE ON "invitation", "api_key", "job" TO kstone_system;
GRANT SELECT, INSERT, UPDATE ON "audit_head", "event_head" TO kstone_system;
GRANT SELECT, INSERT, DELETE ON "audit_event", "event" TO kstone_system;
GRANT SELECT, DELETE ON "idempotency_key" TO kstone_system;
GRANT SELECT, UPDATE, DELETE ON "outbox" TO kstone_system;
-- Readiness compares what was applied with what the build expects.
GRANT SELECT ON "_prisma_migrations" TO kstone_app, kstone_system;
