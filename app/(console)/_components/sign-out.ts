import { signOut as endSession } from '#app/(auth)/_sign-in/auth-client.ts'

/** Ends the session and leaves by a full load, so that nothing of it stays in memory. Throws ApiProblem. */
export async function signOut(): Promise<void> {
  await endSession()
  window.location.assign('/sign-in')
}
