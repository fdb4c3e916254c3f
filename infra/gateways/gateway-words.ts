import type { Submission } from '../../consumers/sms-gateway.ts'

/** Details stay in the log for good, so what a gateway says must name neither the number nor the text. */
export const withoutPerson = (said: string, { text }: Submission): string =>
  storable((text === '' ? said : said.replaceAll(text, '…')).replace(/\+?\d[\d\s().-]{4,}\d/g, '…'))

/** The first 200 characters, without those that Postgres has no room for. */
export const storable = (said: string): string => [...said.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ')].slice(0, 200).join('').trim()

/** A body that is a JSON object, undefined for any other. */
export function parsedObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
