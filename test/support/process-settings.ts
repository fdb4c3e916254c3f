import type { TarangProcess } from './tarang-process.ts'

interface Entries {
  readonly mapOf: readonly (readonly [unknown, unknown])[]
}

/** Settings as the argument of a process: JSON, with the maps that JSON does not know as their entries. */
export const settingsText = (settings: TarangProcess): string =>
  JSON.stringify(settings, (_, value: unknown) => (value instanceof Map ? ({ mapOf: [...value] } satisfies Entries) : value))

export const settingsOf = (text: string): TarangProcess =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'mapOf' in value ? new Map((value as Entries).mapOf) : value,
  ) as TarangProcess
