import type { Cell, tableColumns } from '../table.ts'
export type Variant = { name: string }
export type Simulated = Record<(typeof tableColumns)['simulation'][number]['name'], Cell>
export const simulate = (_v: readonly Variant[], _f: unknown, _seed: number): readonly Simulated[] => []
export const readVariants = (_text: string): readonly Variant[] => []
