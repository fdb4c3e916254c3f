export type Labels = Readonly<Record<string, string>>

/** Where the engine reports numbers. Names are without the `tarang_` prefix, in base units; prom-client stands behind it (infra/metrics.ts). */
export interface Meter {
  count(name: string, labels: Labels, by?: number): void
  gauge(name: string, labels: Labels, value: number): void
  observe(name: string, labels: Labels, value: number): void
}

/** For tools that nobody watches. */
export const silent: Meter = { count: () => {}, gauge: () => {}, observe: () => {} }
