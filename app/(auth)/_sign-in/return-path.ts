/** Where somebody lands who came from nowhere in particular. */
export const homePath = '/clusters'

/** The page an invitation's link opens; its secret stays with the tab on the way through sign-in. */
export const invitationPath = '/invitation'

const ourselves = 'http://ourselves.invalid'

/**
 * The page to go to after sign-in: `from` when it is a page of this site, else the clusters. Read the way a browser reads
 * it, which takes `\` for `/`, drops line breaks and shortens `/.//`: none of these leads to another site.
 */
export function returnPath(from: unknown): string {
  if (typeof from !== 'string' || !from.startsWith('/')) return homePath
  const url = URL.parse(from, ourselves)
  if (url?.origin !== ourselves || url.pathname.startsWith('//') || url.pathname.startsWith('/api/')) return homePath
  return url.pathname + url.search + url.hash
}
