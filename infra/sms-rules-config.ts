import type { SmsRules } from '../consumers/sms-admission.ts'
import { countryZone } from '../models/customer-zone.ts'
import { isZone } from '../models/local-time.ts'
import { readQuietHours } from '../models/quiet-hours.ts'
import { readCaps } from '../models/sms-caps.ts'
import type { Read } from './setting-values.ts'

/** When marketing texts may go, as it is set: nothing set asks for consent alone. What is wrong is added to `problems`. */
export function readSmsRules(read: Read, problems: string[]): SmsRules {
  return {
    quiet: setting(read, 'TARANG_QUIET_HOURS', readQuietHours, undefined, 'hours such as 21:00-09:00, or off', problems),
    caps: setting(read, 'TARANG_SMS_CAPS', readCaps, [], 'caps such as 2/day, 5/7d, or off', problems),
    holdout: {
      share: setting(read, 'TARANG_SMS_HOLDOUT', readShare, 0, 'a share from 0% to 100% such as 5%, or off', problems),
      campaigns: setting(read, 'TARANG_SMS_CAMPAIGN_HOLDOUTS', readShares, new Map(), SHARES, problems),
      salt: read('TARANG_SMS_HOLDOUT_SALT') ?? 'tarang',
    },
    zone: zoneOf(read, problems),
  }
}

function setting<T>(
  read: Read,
  name: string,
  parse: (text: string) => T | undefined,
  off: T,
  expected: string,
  problems: string[],
): T {
  const text = read(name)
  if (text === undefined || text === 'off') return off
  const value = parse(text)
  if (value === undefined) problems.push(`${name}: expected ${expected}, got ${JSON.stringify(text)}`)
  return value ?? off
}

const SHARES = 'campaigns with shares such as eid-sale=10%, *=5% for all others, or off'

function readShare(text: string): number | undefined {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? []
  return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : undefined
}

/** Undefined where a campaign is named twice, too. Its id is what stands before the last `=`. */
function readShares(text: string): ReadonlyMap<string, number> | undefined {
  const shares = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, campaign, percent] = /^\s*(\S.*?)\s*=([^=]*)$/.exec(part) ?? []
    const share = percent === undefined ? undefined : readShare(percent)
    if (campaign === undefined || share === undefined || shares.has(campaign)) return undefined
    shares.set(campaign, share)
  }
  return shares
}

/** Where nothing is said, by the clock of the shop's region, if it has one clock. */
function zoneOf(read: Read, problems: string[]): string {
  const text = read('TARANG_TIME_ZONE')
  if (text !== undefined && !isZone(text))
    problems.push(`TARANG_TIME_ZONE: expected the IANA name of a zone such as Asia/Karachi, got ${JSON.stringify(text)}`)
  return text ?? countryZone(read('TARANG_REGION') ?? 'PK') ?? 'UTC'
}
