/** Tells when reads have caught up with a position that an earlier answer gave. */
export interface Freshness {
  /** `late` after `timeoutMs`; `invalid` for what was never a position here. Answers at once where reads are that far already. */
  reach(position: string, timeoutMs: number): Promise<'reached' | 'late' | 'invalid'>
}
