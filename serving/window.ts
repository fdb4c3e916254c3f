const MS = { h: 3_600_000, d: 86_400_000 } as const

/** A span such as `7d` or `36h`, as parameters and options have it. */
export const WINDOW = /^([1-9]\d{0,3})([hd])$/

/** Its length in ms; undefined for what is none. */
export function readWindow(text: string): number | undefined {
  const [, count, unit] = WINDOW.exec(text) ?? []
  return unit === undefined ? undefined : Number(count) * MS[unit as keyof typeof MS]
}
