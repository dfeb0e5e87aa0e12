import type { ReactNode } from 'react'
import { LocaleMenu } from '#app/_components/locale-menu.tsx'
import { ThemeMenu } from '#app/_components/theme-menu.tsx'
import { Logo } from '#app/_components/ui/logo.tsx'
import { BrandPanel } from './_components/brand-panel.tsx'

/** Frame of the pages before sign-in. The menus stand below the form, so that the first Tab reaches the form itself. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(30rem,5fr)_6fr]">
      <div className="flex min-w-0 flex-col bg-surface px-5 py-5 sm:px-10 sm:py-8">
        <header>
          <Logo />
        </header>
        <div className="flex flex-1 justify-center pt-12 pb-10 sm:pt-16 lg:items-center lg:py-10">{children}</div>
        <footer className="-ml-2 flex items-center gap-0.5">
          <LocaleMenu />
          <ThemeMenu />
        </footer>
      </div>
      <BrandPanel />
    </div>
  )
}
