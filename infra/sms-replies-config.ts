import type { SmsKeyword } from '../models/sms-keyword.ts'
import { smsKeywords } from '../models/sms-keyword.ts'
import { type KeywordReplies, keywordReplies, type OtherReplies } from '../models/templates/keyword-replies.ts'
import type { Language } from '../models/text/language.ts'
import { languageTags, taggedLanguage } from '../models/text/language-tag.ts'
import { integer, type Read } from './setting-values.ts'
import type { SmsGatewayConfig } from './sms-gateway-config.ts'

/** What becomes of texts that come in, besides being heard (docs/sms.md). */
export interface SmsRepliesConfig {
  /** What keywords are confirmed with; nothing where somebody else does. */
  readonly confirmations: KeywordReplies | undefined
  /** For so many days a reply is one to the last campaign text that went to its phone; 0: to none. */
  readonly campaignDays: number
}

const EXPECTED = 'TARANG_SMS_CONFIRM: expected on, off, or texts as {"stop":{"en":"…","roman-ur":"…","ur":"…"}}'

/**
 * Keywords are confirmed by default where Kannel brings them: between it and the network nobody answers by themselves. Twilio does unless it is told
 * not to, and of other gateways nobody knows: two confirmations are worse than what the gateway does already.
 */
export function readSmsReplies(
  read: Read,
  gateway: SmsGatewayConfig['kind'],
  shop: string | undefined,
  problems: string[],
): SmsRepliesConfig {
  const text = read('TARANG_SMS_CONFIRM') ?? (gateway === 'kannel' ? 'on' : 'off')
  const campaignDays = integer(
    read('TARANG_SMS_REPLY_DAYS'),
    'TARANG_SMS_REPLY_DAYS',
    { least: 0, most: 365, otherwise: 7 },
    problems,
  )
  if (text === 'off') return { confirmations: undefined, campaignDays }
  const others = text === 'on' ? {} : readOthers(text)
  if (typeof others === 'string') {
    problems.push(`${EXPECTED}; ${others}`)
    return { confirmations: undefined, campaignDays }
  }
  const made = keywordReplies(shop, others)
  if ('replies' in made) return { confirmations: made.replies, campaignDays }
  problems.push(...made.problems.map(problem => `TARANG_SMS_CONFIRM: ${problem}`))
  return { confirmations: undefined, campaignDays }
}

/** The texts, or what is wrong with them. */
function readOthers(json: string): OtherReplies | string {
  const given = parsed(json)
  if (!isRecord(given)) return 'it is no JSON object'
  const others: { [K in SmsKeyword]?: { [L in Language]?: string } } = {}
  for (const [keyword, texts] of Object.entries(given)) {
    if (!isOneOf(smsKeywords, keyword) || !isRecord(texts)) return `${keyword} is none of ${smsKeywords.join(', ')} with texts`
    const own: { [L in Language]?: string } = {}
    for (const [tag, content] of Object.entries(texts)) {
      if (!isOneOf(languageTags, tag) || typeof content !== 'string')
        return `${keyword}.${tag} is no text in one of ${languageTags.join(', ')}`
      own[taggedLanguage(tag)] = content
    }
    others[keyword] = own
  }
  return others
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isOneOf = <T extends string>(all: readonly T[], text: string): text is T => (all as readonly string[]).includes(text)
