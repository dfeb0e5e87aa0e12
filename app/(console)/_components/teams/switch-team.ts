import { apiRequest } from '#app/_components/api/client.ts'

/** Makes a team the session's current one and loads everything anew. Throws ApiProblem. */
export async function switchTeam(teamId: string): Promise<void> {
  await apiRequest('POST', '/me/team', { body: { teamId } })
  window.location.assign('/clusters')
}
