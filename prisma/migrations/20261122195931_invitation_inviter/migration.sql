-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "inviterId" UUID;

-- Open invitations get their inviter: the member of that address, or whoever made the key of that name. The wall stands
-- open for the owner of the tables only within this statement.
DO $backfill$
DECLARE
  wall text;
BEGIN
  FOREACH wall IN ARRAY ARRAY['invitation', 'membership', 'user', 'api_key'] LOOP
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', wall);
  END LOOP;
  UPDATE "invitation" i
     SET "inviterId" = coalesce(
           (SELECT m."userId" FROM "membership" m JOIN "user" u ON u."id" = m."userId"
             WHERE m."tenantId" = i."tenantId" AND u."email" = i."invitedBy"),
           (SELECT k."createdBy" FROM "api_key" k
             WHERE k."tenantId" = i."tenantId" AND k."name" = i."invitedBy"
             ORDER BY k."createdAt" DESC LIMIT 1))
   WHERE i."acceptedAt" IS NULL AND i."revokedAt" IS NULL;
  FOREACH wall IN ARRAY ARRAY['invitation', 'membership', 'user', 'api_key'] LOOP
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', wall);
  END LOOP;
END
$backfill$;
