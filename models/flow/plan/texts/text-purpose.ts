/** What a text is for: of each there are wordings in three languages (texts/openings.ts). */
export const textPurposes = [
  'welcome',
  'win_back',
  'back_in_stock',
  'price_drop',
  'offer',
  'news',
  'abandoned_cart',
  'order_thanks',
  'first_thanks',
  'recommendation',
  'purchase_offer',
  'birthday',
  'reminder',
  'last_reminder',
  'review',
  'question',
  'answer',
  'goodbye',
] as const
export type TextPurpose = (typeof textPurposes)[number]
