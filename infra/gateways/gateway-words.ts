import type { Submission } from '../../consumers/sms-gateway.ts'

/** Details stay in the log for good, so what a gateway says must name neither the number nor the text. */
export const withoutPerson = (said: string, { text }: Submission): string =>
  storable((text === '' ? said : said.replaceAll(text, '…')).replace(/\+?\d[\d\s().-]{4,}\d/g, '…'))

/** The first 200 characters, without those that Postgres has no room for. */
export const storable = (said: string): string => [...said.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ')].slice(0, 200).join('').trim()
