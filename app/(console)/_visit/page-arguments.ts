/** What Next hands to a page. */
export interface PageArguments {
  params: Promise<Record<string, string>>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** The same, awaited: what our pages get. */
export interface PageAddress {
  params: Record<string, string>
  searchParams: Record<string, string | string[] | undefined>
}

export async function addressOf({ params, searchParams }: PageArguments): Promise<PageAddress> {
  return { params: await params, searchParams: await searchParams }
}
