/** How fresh a sign-in must be for dangerous things: 10 minutes (ASVS 5.0 7.5.3). */
export const stepUpMaxAgeMs = 10 * 60_000
