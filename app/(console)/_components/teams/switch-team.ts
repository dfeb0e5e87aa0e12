import { apiRequest } from '#app/_components/api/client.ts'

/** Makes a team the session's current one and loads everything anew, at `path`. Throws ApiProblem. */
export async function switchTeam(teamId: string, path = '/clusters'): Promise<void> {
  await apiRequest('POST', '/me/team', { body: { teamId } })
  window.location.assign(path)
}
