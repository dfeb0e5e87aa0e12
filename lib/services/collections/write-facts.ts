import type { Db } from '#lib/db/pools.ts'
import type { ClusterFacts } from '#lib/inspections/facts.ts'
import { seenValue } from '#lib/inspections/facts.ts'
import type { Accepted } from './finished.ts'
import { seenInFacts } from './seen-in-facts.ts'
import { columnsOf } from './shown-columns.ts'
import { encodeFacts } from './stored-facts.ts'

/**
 * Writes what was seen of each cluster in one statement: its row, its members, the facts, and a sample of each member that
 * answered. Where nobody told of any, the members known from its import stay, and nobody knows how they are.
 */
export async function writeFacts(db: Db, tenantId: string, accepted: readonly Accepted[]): Promise<void> {
  const rows = JSON.stringify(accepted.map(toRow))
  await db.$executeRaw`
    WITH input AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS row(
        "clusterId" uuid, "at" timestamptz, "shown" jsonb, "facts" text, "verdicts" jsonb, "members" jsonb, "samples" jsonb)
    ), shown AS (
      UPDATE cluster c
         SET "lookedAt" = input."at", "state" = input."shown"->>'state', "problem" = input."shown"->>'problem',
             "membersUp" = (input."shown"->>'membersUp')::int,
             "membersTotal" = coalesce((input."shown"->>'membersTotal')::int, c."membersTotal"),
             "version" = coalesce(input."shown"->>'version', c."version"),
             "versionKey" = coalesce(input."shown"->>'versionKey', c."versionKey"),
             "etcdClusterId" = coalesce(input."shown"->>'etcdClusterId', c."etcdClusterId"),
             "dbSizeBytes" = coalesce((input."shown"->>'dbSizeBytes')::bigint, c."dbSizeBytes")
        FROM input WHERE c."tenantId" = ${tenantId}::uuid AND c."id" = input."clusterId"
    ), kept AS (
      INSERT INTO cluster_facts ("tenantId", "clusterId", "at", "facts", "verdicts")
      SELECT ${tenantId}::uuid, "clusterId", "at", "facts"::jsonb, "verdicts" FROM input
          ON CONFLICT ("tenantId", "clusterId") DO UPDATE
         SET "at" = excluded."at", "facts" = excluded."facts", "verdicts" = excluded."verdicts"
    ), gone AS (
      DELETE FROM cluster_member m USING input
       WHERE m."tenantId" = ${tenantId}::uuid AND m."clusterId" = input."clusterId"
         AND jsonb_array_length(input."members") > 0
         AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(input."members") AS listed
                          WHERE listed->>'memberId' = m."memberId")
    ), untold AS (
      UPDATE cluster_member m SET "state" = 'unknown', "isLeader" = false, "latencyMs" = NULL
        FROM input
       WHERE m."tenantId" = ${tenantId}::uuid AND m."clusterId" = input."clusterId"
         AND jsonb_array_length(input."members") = 0
    ), met AS (
      INSERT INTO cluster_member ("tenantId", "clusterId", "memberId", "name", "peerUrls", "clientUrls", "address", "isLearner",
                                  "isLeader", "state", "problem", "version", "dbSizeBytes", "latencyMs", "seenAt")
      SELECT ${tenantId}::uuid, input."clusterId", m."memberId", m."name", m."peerUrls", m."clientUrls", m."address",
             m."isLearner", m."isLeader", m."state", m."problem", m."version", m."dbSizeBytes", m."latencyMs",
             CASE WHEN m."state" = 'up' THEN input."at" END
        FROM input, jsonb_to_recordset(input."members") AS m(
          "memberId" text, "name" text, "peerUrls" text[], "clientUrls" text[], "address" text, "isLearner" boolean,
          "isLeader" boolean, "state" text, "problem" text, "version" text, "dbSizeBytes" bigint, "latencyMs" int)
          ON CONFLICT ("tenantId", "clusterId", "memberId") DO UPDATE
         SET "name" = excluded."name", "peerUrls" = excluded."peerUrls", "clientUrls" = excluded."clientUrls",
             "address" = excluded."address", "isLearner" = excluded."isLearner", "isLeader" = excluded."isLeader",
             "state" = excluded."state", "problem" = excluded."problem", "version" = excluded."version",
             "dbSizeBytes" = excluded."dbSizeBytes", "latencyMs" = excluded."latencyMs",
             "seenAt" = coalesce(excluded."seenAt", cluster_member."seenAt")
    )
    INSERT INTO sample_raw ("tenantId", "clusterId", "memberId", "at", "dbSizeBytes", "dbInUseBytes", "revision", "raftLag",
                            "latencyMs", "latencyMaxMs")
    SELECT ${tenantId}::uuid, input."clusterId", s."memberId", input."at", s."dbSizeBytes", s."dbInUseBytes", s."revision",
           s."raftLag", s."latencyMs", s."latencyMs"
      FROM input, jsonb_to_recordset(input."samples") AS s(
        "memberId" text, "dbSizeBytes" bigint, "dbInUseBytes" bigint, "revision" bigint, "raftLag" bigint, "latencyMs" real)
        ON CONFLICT DO NOTHING`
}

function toRow({ order: { clusterId }, collected, before, judged }: Accepted) {
  const { facts, lastStatus, errands, toldBy } = collected
  const members = seenInFacts(collected).members.map((member) => ({
    ...member,
    dbSizeBytes: member.dbSizeBytes === null ? null : String(member.dbSizeBytes),
  }))
  return {
    clusterId,
    at: facts.at,
    shown: columnsOf(collected, before.etcdClusterId),
    facts: encodeFacts({ facts, lastStatus, errands, toldBy }),
    verdicts: judged.verdicts,
    members,
    samples: samplesOf(facts),
  }
}

/** Of those that answered themselves. How far each is behind is told by the entries it has applied. */
function samplesOf({ members }: ClusterFacts) {
  const told = members.flatMap(({ id, status }) => {
    const value = seenValue(status)
    return value?.header.memberId === id ? [value] : []
  })
  const [furthest = 0n] = told.map(({ raftAppliedIndex }) => raftAppliedIndex).toSorted((a, b) => Number(b - a))
  return told.map(({ header, dbSizeBytes, dbSizeInUseBytes, raftAppliedIndex, latencyMs }) => ({
    memberId: String(header.memberId),
    dbSizeBytes: String(dbSizeBytes),
    dbInUseBytes: String(dbSizeInUseBytes),
    revision: String(header.revision),
    raftLag: String(atMost(furthest - raftAppliedIndex)),
    latencyMs,
  }))
}

/** What a column of 64 bits holds; indexes of raft have one bit more. */
function atMost(lag: bigint): bigint {
  const max = 2n ** 63n - 1n
  return lag > max ? max : lag
}
