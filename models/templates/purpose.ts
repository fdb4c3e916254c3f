/** What a text is for. */
export const purposes = [
  'welcome',
  'win_back',
  'back_in_stock',
  'offer',
  'abandoned_cart',
  'order_thanks',
  'recommendation',
] as const

export type Purpose = (typeof purposes)[number]
