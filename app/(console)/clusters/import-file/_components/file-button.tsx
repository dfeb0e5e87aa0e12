'use client'

import type { ReactNode } from 'react'
import { useRef } from 'react'
import { Button } from '#app/_components/ui/button.tsx'

export interface FileButtonProps {
  label: string
  icon: ReactNode
  onFiles: (files: File[]) => void
  multiple?: boolean
}

/** A button that asks for files of the visitor's machine. */
export function FileButton({ label, icon, onFiles, multiple = false }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button type="button" size="sm" variant="ghost" icon={icon} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={multiple}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}
