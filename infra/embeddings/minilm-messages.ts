/** What the child is asked, once it is ready. */
export interface EmbedRequest {
  readonly texts: readonly string[]
}

/** What it says: first that it is ready, or why it cannot be; then an answer to each request, in order. */
export type EmbedAnswer =
  | { readonly type: 'ready'; readonly space: string; readonly dims: number }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'vectors'; readonly vectors: readonly Float32Array[] }
