import type { LinkVisit } from '../../models/link-visit.ts'

/** Where a short link leads, and until when: epoch ms. */
export interface ShortLink {
  readonly destination: string
  readonly expiresAt: number
}

export interface Links {
  /** Undefined for a code that was never given. */
  find(code: string): Promise<ShortLink | undefined>
}

/** A visit of a link that leads somewhere. `address`: whom it came from, as far as can be told; it is not kept. */
export interface LinkHit extends LinkVisit {
  readonly code: string
  readonly address: string
}

export interface LinkClicks {
  /** Answers at once while there is room; a promise is to be waited for. Never rejects. */
  take(hit: LinkHit): void | Promise<void>
}

/** Of texts with a link. All in whole texts, visits or customers. */
export interface LinkCounts {
  /** Texts that the gateway took, or that were clicked, whatever is known of them. */
  readonly sent: number
  /** Of these, texts that a receipt says have arrived. */
  readonly delivered: number
  /** Visits by people, and by programs. */
  readonly people: number
  readonly programs: number
  /** Texts that a person clicked, and to how many customers or numbers they went. */
  readonly clicked: number
  readonly customers: number
}

export interface CampaignLinks {
  readonly all: LinkCounts
  /** By where customers stood when the text went out; null where they stood nowhere. */
  readonly segments: readonly (LinkCounts & { readonly segment: string | null })[]
}

export interface CampaignClicks {
  /** Undefined where no text of the campaign has had a short link. */
  of(campaignId: string): Promise<CampaignLinks | undefined>
}
