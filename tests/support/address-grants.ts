import { inject } from 'vitest'
import { withPostgres } from '#scripts/servers/postgres-client.ts'

/** What an operator does: lets a team of the product under test connect to these addresses of this machine, exactly. */
export async function grantAddresses(teamId: string, clientUrls: readonly string[]): Promise<void> {
  const addresses = clientUrls.map((clientUrl) => new URL(clientUrl))
  await withPostgres(inject('product').adminUrl, (client) =>
    client.query(
      `INSERT INTO address_grant ("tenantId", "address", "port")
       SELECT $1, address, port FROM unnest($2::text[], $3::int[]) AS wanted (address, port)
       ON CONFLICT DO NOTHING`,
      [teamId, addresses.map(({ hostname }) => hostname), addresses.map(({ port }) => Number(port))],
    ),
  )
}
