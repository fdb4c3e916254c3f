import { ExportResultCode } from '@opentelemetry/core'
import type { SpanExporter } from '@opentelemetry/sdk-trace-base'

/**
 * An exporter that says once when its receiver goes away and once when it is back. Spans it could not deliver are given up: nothing
 * waits for them, and nobody else is told.
 */
export function telling(
  exporter: SpanExporter,
  { url, warn }: { url: string; warn: (message: string, details: Readonly<Record<string, unknown>>) => void },
): SpanExporter {
  const { host } = new URL(url) // the rest may hold a password
  let lost = 0
  return {
    export(spans, done) {
      exporter.export(spans, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) {
          if (lost > 0) warn('traces are exported again', { host, lost })
          lost = 0
        } else {
          if (lost === 0) warn('traces cannot be exported; everything else goes on', { host, error: String(error) })
          lost += spans.length
        }
        done({ code: ExportResultCode.SUCCESS })
      })
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush!() }),
  }
}
