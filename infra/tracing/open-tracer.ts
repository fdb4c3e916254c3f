import type { Clock } from '../../streams/clock.ts'
import { noTracer, type Tracer } from '../../streams/tracer.ts'
import { within } from '../../streams/within.ts'
import type { Config } from '../config.ts'

export interface TracerParts {
  readonly config: Config
  /** This process among others. */
  readonly instance: string
  readonly clock: Clock
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/** How long the last spans have to get away when everything else has ended. */
const FLUSH_MS = 2000

/** The tracer that is configured. OpenTelemetry is not even loaded where there is none. */
export async function openTracer(parts: TracerParts): Promise<{ tracer: Tracer; close(): Promise<void> }> {
  const { tracing, storage } = parts.config
  if (tracing === undefined) return { tracer: noTracer, close: async () => {} }
  const { openTelemetry } = await import('./open-telemetry.ts')
  const { instance, warn } = parts
  const system = storage.mode === 'stack' ? 'kafka' : 'tarang'
  const { tracer, shutdown } = openTelemetry({ ...tracing, instance, system, warn })
  return {
    tracer,
    async close() {
      await within(parts.clock, FLUSH_MS, shutdown()).catch(() => {}) // spans are lost then, and nothing else
    },
  }
}
