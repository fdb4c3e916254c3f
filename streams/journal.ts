type Line = (message: string, details: Readonly<Record<string, unknown>>) => void

/**
 * Lines about single events, so that what became of one is found by its id: `requestId` of the request that brought it, `eventId`, `smsId`,
 * and where it stands on the log. They name no text and nothing that was refused, and phones only under `to`, which is masked.
 */
export interface Journal {
  /** What happens to every event; undefined where nobody reads it, so that its details are not even gathered. */
  readonly debug: Line | undefined
  /** What somebody may ask about later: what was refused, could not be read, or became of a text. */
  readonly info: Line
}

/** For whoever keeps none. */
export const noJournal: Journal = { debug: undefined, info: () => {} }
