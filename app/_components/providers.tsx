'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Locale } from '#lib/i18n/locale.ts'
import { isWorthRetrying } from './api/problem.ts'
import { Toaster } from './ui/toast.tsx'

/** One chunk per language: cached by the browser for good, instead of travelling inside every page. */
const messagesIn = {
  en: dynamic(() => import('./messages-en.tsx').then((module) => module.EnglishMessages)),
  zh: dynamic(() => import('./messages-zh.tsx').then((module) => module.ChineseMessages)),
}

/** Data younger than this is shown again without asking; live pages push changes sooner. */
const freshMs = 10_000
const retriesMax = 2

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: freshMs, retry: (count, error) => count < retriesMax && isWorthRetrying(error) },
      mutations: { retry: false },
    },
  })
}

export interface ProvidersProps {
  locale: Locale
  /** When the server drew the page: relative times agree with it until the browser's clock takes over. */
  now: Date
  children: ReactNode
}

/** Everything client components need around them, once, in the root layout. */
export function Providers({ locale, now, children }: ProvidersProps) {
  const [queryClient] = useState(makeQueryClient)
  const Messages = messagesIn[locale]
  return (
    <Messages now={now}>
      <NuqsAdapter>
        <QueryClientProvider client={queryClient}>
          <CSPProvider disableStyleElements>
            <Tooltip.Provider delay={350}>
              <Toaster>{children}</Toaster>
            </Tooltip.Provider>
          </CSPProvider>
        </QueryClientProvider>
      </NuqsAdapter>
    </Messages>
  )
}
