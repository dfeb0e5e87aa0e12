import { classNames } from './class-names.ts'

/** The surface of everything that opens over the page: menus, lists of a select, combobox. */
export const popupClasses = classNames(
  'max-h-(--available-height) min-w-(--anchor-width) origin-(--transform-origin) overflow-y-auto rounded-lg border border-line bg-raised p-1',
  'text-base text-ink shadow-popup outline-none transition-[opacity,scale] duration-100 ease-calm',
  'data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0',
)

/** One line inside such a surface. */
export const popupItemClasses = classNames(
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-md px-2 py-1 outline-none pointer-coarse:min-h-10',
  'data-highlighted:bg-hover data-disabled:text-faint [&_svg]:size-4 [&_svg]:shrink-0',
)
