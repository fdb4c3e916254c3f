/** What the child is asked, once it is ready. */
export interface EmbedRequest {
  readonly texts: readonly string[]
}

/** What it says: first that it is ready, or why it cannot be; then an answer to each text of each request, in order. */
export type EmbedAnswer =
  | { readonly type: 'ready'; readonly space: string; readonly dims: number }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'vector'; readonly vector: Float32Array }
