import { Command, InvalidArgumentError, Option } from 'commander'
import { Duration } from 'luxon'
import type { SmsPlanned } from '../../consumers/sms-plan.ts'
import { formatMoney, parseMoney } from '../../models/money.ts'
import { phoneHasher } from '../../models/phone-hash.ts'
import { type Purpose, purposes } from '../../models/templates/purpose.ts'
import type { Discount, StepFacts } from '../../models/templates/step-values.ts'
import type { Template } from '../../models/templates/template.ts'
import { systemClock } from '../../streams/clock.ts'
import { type Config, readConfig } from '../config.ts'
import { anyShortLink } from '../links/personal-links.ts'
import { sharedSecret } from '../settings.ts'
import { planCampaign } from '../sms-plan/plan-campaign.ts'
import { builtInTexts, missingOfStep, plannedTexts, readTexts } from '../sms-plan/planned-texts.ts'
import { Complaint } from './complaint.ts'
import { costTable } from './cost-table.ts'
import { openTables } from './open-tables.ts'
import { progressLine } from './progress-line.ts'

interface Options {
  readonly template?: readonly string[]
  readonly purpose?: Purpose
  readonly segment?: string
  readonly campaign?: string
  readonly link?: string
  readonly discount?: Discount
  readonly code?: string
  readonly expiresAfter?: string
  readonly price?: number
  readonly json?: true
}

/** What a campaign comes to. Money is in the shop's currency; null where no price is known. */
export interface CampaignCost extends Omit<SmsPlanned, 'cost'> {
  readonly segment: string | null
  readonly texts: readonly { language: string; encoding: string; parts: number; texts: number }[]
  readonly parts: number
  readonly pricePerPart: string | null
  readonly cost: string | null
  readonly currency: string
}

export const smsCostCommand = (): Command =>
  new Command('cost')
    .description('What a campaign would cost now, over its real audience: who would get it, who not and why, parts and money.')
    .option('--template <text...>', 'the text, or one in each language; the first is for customers whose language has none')
    .addOption(new Option('--purpose <name>', 'the built-in texts for it instead').choices([...purposes]).conflicts('template'))
    .option('--segment <name>', 'customers of this segment; all without it')
    .option('--campaign <id>', 'as which it will go, for whom TARANG_SMS_CAMPAIGN_HOLDOUTS holds out of it')
    .option('--link <url>', 'what {{link}} leads to; counted as a short one where TARANG_LINK_BASE is set')
    .option('--discount <what>', '20%, an amount such as 500, or free_shipping', discount)
    .option('--code <code>', 'of the discount')
    .option('--expires-after <duration>', 'of the discount, ISO 8601 such as P7D', duration)
    .option('--price <amount>', 'of one part, instead of TARANG_SMS_PRICE', price)
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const config = readConfig()
      const step = stepOf(options, config)
      const templates = textsOf(options, step)
      const cost = await costOf(options, config, templates, step)
      console.log(options.json ? JSON.stringify(cost) : costTable(cost))
    })

async function costOf(options: Options, config: Config, templates: readonly Template[], step: StepFacts): Promise<CampaignCost> {
  await using tables = await openTables(config)
  const { sql } = tables
  const { base } = config.links
  const line = progressLine(systemClock)
  const { cost, ...planned } = await planCampaign({
    sql,
    phoneHash: phoneHasher(config.secretKey ?? (await sharedSecret(sql, 'phone_key'))),
    rules: config.smsRules,
    segment: options.segment,
    campaign: options.campaign,
    currency: config.shop.currency,
    texts: plannedTexts(templates, step, base === undefined ? undefined : anyShortLink(base)),
    onPage: customers => line.show(`${customers.toLocaleString('en-US')} customers`),
  })
  line.end(`${planned.audience.toLocaleString('en-US')} customers`)
  const each = options.price ?? config.texts.price
  return {
    segment: options.segment ?? null,
    ...planned,
    texts: cost.all(),
    parts: cost.parts,
    pricePerPart: each === undefined ? null : formatMoney(each),
    cost: each === undefined ? null : formatMoney(BigInt(each) * BigInt(cost.parts)),
    currency: config.shop.currency,
  }
}

function textsOf({ template, purpose }: Options, step: StepFacts): readonly Template[] {
  if (template === undefined && purpose === undefined) throw new Complaint('Say which text: --template TEXT, or --purpose NAME.')
  const read = purpose === undefined ? readTexts(template ?? [], step) : { templates: builtInTexts(purpose, step) }
  if ('problems' in read) throw new Complaint(read.problems.map(({ code, message }) => `${message} (${code})`).join('\n'))
  const missing = missingOfStep(read.templates, step)
  if (missing.length === 0) return read.templates
  throw new Complaint(
    `${missing.map(place => `{{${place}}}`).join(', ')} stands in the text, and nothing is given for it (value_missing).`,
  )
}

function stepOf({ discount: given, code, expiresAfter, link }: Options, { texts, shop, smsRules }: Config): StepFacts {
  if (given === undefined && (code !== undefined || expiresAfter !== undefined))
    throw new Complaint('--code and --expires-after belong to a --discount.')
  return {
    discount: given === undefined ? undefined : { ...given, code, expiresAfter },
    link,
    shop: texts.shop,
    currency: shop.currency,
    now: systemClock.now(),
    zone: smsRules.zone,
  }
}

function discount(text: string): Discount {
  if (text === 'free_shipping') return { type: 'free_shipping' }
  const [, value, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? []
  if (!(Number(value) > 0)) throw new InvalidArgumentError('Expected 20%, an amount such as 500, or free_shipping.')
  return { type: percent === '%' ? 'percent' : 'amount', value: Number(value) }
}

function duration(text: string): string {
  if (!/^P/.test(text) || !Duration.fromISO(text).isValid) throw new InvalidArgumentError('Expected a duration such as P7D.')
  return text
}

function price(text: string): number {
  if (!/^\d{1,6}(\.\d{1,4})?$/.test(text)) throw new InvalidArgumentError('Expected an amount such as 2.50.')
  return parseMoney(text)
}
