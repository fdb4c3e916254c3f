import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../infra/config.ts'
import { flowShop } from '../../infra/flow-shop.ts'
import { aShop } from '../support/a-shop.ts'
import { knownSettings } from '../support/known-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarang-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const http = { SMS_GATEWAY: 'http', SMS_URL: 'https://gateway/send' }
const twilio = { SMS_GATEWAY: 'twilio', SMS_USER: 'AC0', SMS_PASSWORD: 'secret', SMS_SENDER: '+15005550006' }
const kannel = {
  SMS_GATEWAY: 'kannel',
  SMS_URL: 'http://kannel:13013/cgi-bin/sendsms',
  SMS_USER: 'tarang',
  SMS_PASSWORD: 'secret',
}
const stack = { KAFKA_BROKERS: 'one:9092, two:9092', DATABASE_URL: 'postgres://u:p@db:5432/tarang' }
const problems = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('with nothing set it is one process on loopback, open, with the demo shop', () => {
  expect(readConfig({})).toEqual({
    analyticsEveryMs: 21_600_000,
    analyticsBytes: 1024 << 20,
    storage: { mode: 'embedded' },
    host: '127.0.0.1',
    port: 3000,
    logLevel: 'info',
    secretKey: undefined,
    sms: { kind: 'simulator', callbackKey: undefined, script: {} },
    smsRules: { quiet: undefined, caps: [], holdout: { share: 0, campaigns: new Map(), salt: 'tarang' }, zone: 'Asia/Karachi' },
    smsReplies: { confirmations: undefined, campaignDays: 7 },
    texts: { shop: undefined, price: undefined, llm: undefined },
    attribution: { clickMs: 7 * 86_400_000, sendMs: 3 * 86_400_000 },
    flows: {
      webhookHosts: [],
      webhooksMayBePrivate: false,
      maxDiscount: { percent: 50, amount: Number.POSITIVE_INFINITY },
      maxTexts: { perDay: 3, perWeek: 7 },
      smallestEffect: 0.1,
    },
    links: { base: undefined, hosts: undefined, days: 90 },
    topicPrefix: 'tarang',
    partitions: 12,
    shop: { currency: 'PKR', region: 'PK' },
    dataDir: '.tarang',
    cacheBytes: 64 << 20,
    stateBytes: 64 << 20,
    vectorBytes: 1024 << 20,
    redisUrl: undefined,
    rankerOnnx: undefined,
    demo: true,
    learning: true,
    roles: ['engine', 'sms', 'trainer'],
    tracing: undefined,
  })
})

test('brokers and a database choose the stack', () => {
  expect(readConfig({ ...stack, SCHEMA_REGISTRY_URL: 'http://registry:8081/apis/ccompat/v7' }).storage).toEqual({
    mode: 'stack',
    brokers: ['one:9092', 'two:9092'],
    databaseUrl: stack.DATABASE_URL,
    registryUrl: 'http://registry:8081/apis/ccompat/v7',
  })
})

test('an instance of the stack may do a part of the work, or only answer', () => {
  const roles = (TARANG_ROLES: string) => readConfig({ ...stack, TARANG_ROLES }).roles
  expect([roles('sms'), roles(' sms, engine '), roles('none')]).toEqual([['sms'], ['engine', 'sms'], []])
})

test('traces go to /v1/traces of the OTLP endpoint, sampled as OpenTelemetry’s own variables say', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318/'
  expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT }).tracing).toEqual({
    url: 'http://collector:4318/v1/traces',
    headers: undefined,
    service: 'tarang',
    sampler: 'parentbased_always_on',
    ratio: 1,
  })
  const sampling = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05', OTEL_SERVICE_NAME: 'shop' }
  expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT, ...sampling }).tracing).toMatchObject({
    service: 'shop',
    sampler: 'traceidratio',
    ratio: 0.05,
  })
})

test('what is wrong with the settings of traces is said, and a sampler alone traces nothing', () => {
  expect(problems({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https address, got "collector:4317"',
  ])
  expect(problems({ OTEL_TRACES_SAMPLER_ARG: '5 %' })).toEqual([
    'OTEL_TRACES_SAMPLER_ARG: expected a share from 0 to 1, got "5 %"',
  ])
  expect(problems({ OTEL_TRACES_SAMPLER: 'jaeger_remote' })[0]).toMatch(/^OTEL_TRACES_SAMPLER: expected one of always_on, /)
  expect(problems({ OTEL_EXPORTER_OTLP_HEADERS: 'Bearer abc' })).toEqual([
    'OTEL_EXPORTER_OTLP_HEADERS: expected name=value, separated by commas',
  ])
  expect(readConfig({ OTEL_TRACES_SAMPLER: 'always_on' }).tracing).toBeUndefined()
})

test('links are short where there is an address for them; hosts are as an address spells them', () => {
  const { links, attribution } = readConfig({
    TARANG_LINK_BASE: 'https://s.pk/',
    TARANG_LINK_HOSTS: 'Shop.PK, *.چائے.pk',
    TARANG_LINK_DAYS: '7',
    TARANG_ATTRIBUTION: 'click:36h,send:1d',
  })
  expect(links).toEqual({ base: 'https://s.pk', hosts: ['shop.pk', '*.xn--lgbb8zqk.pk'], days: 7 })
  expect(attribution).toEqual({ clickMs: 36 * 3_600_000, sendMs: 24 * 3_600_000 })
})

test('what is empty counts as unset', () => {
  expect(readConfig({ KAFKA_BROKERS: '', DATABASE_URL: '', PORT: '', SECRET_KEY: '', HOST: '' })).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    secretKey: undefined,
  })
})

test('.env.example names every setting, and none that nothing reads', () => {
  const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')
  const named = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name!)
  expect(named.toSorted()).toEqual([...knownSettings].filter(name => !name.endsWith('_FILE')).toSorted())
})

test('an instance that sends no texts needs no credentials for them', () => {
  const { SMS_USER: _, SMS_PASSWORD: __, ...front } = kannel
  expect(readConfig({ ...stack, ...front, TARANG_ROLES: 'none' }).sms).toMatchObject({ kind: 'kannel' })
})

describe('what is wrong is told by the name of the setting', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ KAFKA_BROKERS: 'a:1' }, /^KAFKA_BROKERS is set and DATABASE_URL is not/],
    [{ DATABASE_URL: 'postgres://a' }, /^DATABASE_URL is set and KAFKA_BROKERS is not/],
    [{ ...stack, KAFKA_BROKERS: 'http://a:1' }, /^KAFKA_BROKERS: expected host:port/],
    [{ ...stack, KAFKA_BROKERS: 'a:1,' }, /^KAFKA_BROKERS: expected host:port.*""/],
    [{ ...stack, DATABASE_URL: 'mysql://a' }, /^DATABASE_URL: expected postgres:/],
    [{ ...stack, SCHEMA_REGISTRY_URL: 'registry' }, /^SCHEMA_REGISTRY_URL: expected an http/],
    [{ HOST: '0.0.0.0' }, /^HOST=0\.0\.0\.0 can be reached by others, and there is no SECRET_KEY/],
    [{ SECRET_KEY: 'short' }, /^SECRET_KEY is shorter than 16 characters/],
    [{ PORT: '70000' }, /^PORT: expected a whole number from 0 to 65535, got "70000"/],
    [{ PORT: 'http' }, /^PORT: /],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: expected one of fatal, error/],
    [{ TARANG_PARTITIONS: '0' }, /^TARANG_PARTITIONS: expected a whole number from 1 to 1000/],
    [{ TARANG_PARTITIONS: '1.5' }, /^TARANG_PARTITIONS: /],
    [{ TARANG_TOPIC_PREFIX: 'My Shop' }, /^TARANG_TOPIC_PREFIX: expected something like tarang/],
    [{ TARANG_CURRENCY: 'rupees' }, /^TARANG_CURRENCY: expected something like PKR/],
    [{ TARANG_REGION: 'Pakistan' }, /^TARANG_REGION: expected one of \d+ two-letter country codes/],
    [{ ...stack, TARANG_ROLES: 'engine,cook' }, /^TARANG_ROLES: expected engine, sms, trainer or none, got engine,cook/],
    [{ TARANG_ATTRIBUTION: 'click 7' }, /^TARANG_ATTRIBUTION: expected click:7d,send:3d, .*"click 7"/],
    [{ TARANG_LINK_BASE: 's.pk' }, /^TARANG_LINK_BASE: expected an http or https address/],
    [{ TARANG_LINK_BASE: 'https://s.pk/?x' }, /^TARANG_LINK_BASE: expected an address without/],
    [{ TARANG_LINK_HOSTS: 'shop.pk,https://a.pk' }, /^TARANG_LINK_HOSTS: expected names of hosts .*"https:\/\/a.pk"/],
    [{ TARANG_LINK_HOSTS: 'a.pk/x' }, /^TARANG_LINK_HOSTS/],
    [{ TARANG_LINK_HOSTS: 'a.pk,' }, /^TARANG_LINK_HOSTS: .*""/],
    [{ TARANG_LINK_DAYS: '0' }, /^TARANG_LINK_DAYS/],
    [{ TARANG_WEBHOOK_ALLOW_PRIVATE: 'yes' }, /^TARANG_WEBHOOK_ALLOW_PRIVATE: expected one of true, false, got "yes"/],
    [{ TARANG_WEBHOOK_HOSTS: 'https://a.pk/x' }, /^TARANG_WEBHOOK_HOSTS: expected names of hosts .*"https:\/\/a.pk\/x"/],
    [{ TARANG_MAX_DISCOUNT: 'half' }, /^TARANG_MAX_DISCOUNT: expected the most that may be taken off, .*"half"/],
    [{ TARANG_MAX_DISCOUNT: '120%' }, /^TARANG_MAX_DISCOUNT: /],
    [{ TARANG_MAX_DISCOUNT: '0%' }, /^TARANG_MAX_DISCOUNT: /],
    [{ TARANG_SMALLEST_EFFECT: '0.1' }, /^TARANG_SMALLEST_EFFECT: expected the smallest difference .*"0.1"/],
    [{ TARANG_SMALLEST_EFFECT: '0%' }, /^TARANG_SMALLEST_EFFECT: /],
    [{ TARANG_FLOW_MAX_TEXTS: '3' }, /^TARANG_FLOW_MAX_TEXTS: expected the most texts of a flow .*"3"/],
    [{ TARANG_FLOW_MAX_TEXTS: '3/day, 9/30d' }, /^TARANG_FLOW_MAX_TEXTS: /],
    [{ TARANG_ROLES: 'sms' }, /^TARANG_ROLES leaves work to other instances/],
    [{ TARANG_CACHE_MB: '0' }, /^TARANG_CACHE_MB: expected a whole number from 1 to 65536/],
    [{ REDIS_URL: 'localhost:6379' }, /^REDIS_URL: expected redis:/],
    [{ TARANG_DEMO: 'yes' }, /^TARANG_DEMO: expected one of on, off/],
    [{ SMS_GATEWAY: 'pigeon' }, /^SMS_GATEWAY: expected one of simulator, http/],
    [{ SMS_GATEWAY: 'http' }, /^SMS_GATEWAY=http needs SMS_URL/],
    [{ SMS_GATEWAY: 'http', SMS_URL: 'ftp://a' }, /^SMS_URL: expected an http/],
    [{ TARANG_SMS_RATE: '0' }, /^TARANG_SMS_RATE: expected parts per second from 1 to 99999, or off, got "0"/],
    [{ TARANG_QUIET_HOURS: '9pm-8am' }, /^TARANG_QUIET_HOURS: expected hours such as 21:00-09:00, or off, got "9pm-8am"/],
    [{ TARANG_SMS_PRICE: 'Rs 2' }, /^TARANG_SMS_PRICE: expected a price such as 2.50, got "Rs 2"/],
    [{ OPENAI_API_KEY: 'k' }, /^OPENAI_API_KEY needs OPENAI_MODEL/],
    [{ OPENAI_BASE_URL: 'http://llm:8000/v1' }, /^OPENAI_BASE_URL needs OPENAI_MODEL/],
    [{ OPENAI_BASE_URL: 'llm:8000', OPENAI_MODEL: 'm' }, /^OPENAI_BASE_URL: expected an http or https address/],
    [{ TARANG_LLM_PRICE: '0.15' }, /^TARANG_LLM_PRICE: expected what a million tokens costs/],
    [{ TARANG_LLM_BUDGET: 'much' }, /^TARANG_LLM_BUDGET: expected what a day may cost/],
    [{ TARANG_LLM_BUDGET: '5.00' }, /^TARANG_LLM_BUDGET is in money, and there is no TARANG_LLM_PRICE/],
    [{ TARANG_SHOP_NAME: 'x'.repeat(31) }, /^TARANG_SHOP_NAME: expected at most 30 characters/],
    [{ TARANG_SMS_CONFIRM: 'yes' }, /^TARANG_SMS_CONFIRM: expected on, off, or texts as .*; it is no JSON object/],
    [{ TARANG_SMS_CONFIRM: '{"halt":{"en":"Bye"}}' }, /^TARANG_SMS_CONFIRM: .*; halt is none of stop, start, help/],
    [
      { TARANG_SMS_CONFIRM: '{"stop":{"fr":"Adieu"}}' },
      /^TARANG_SMS_CONFIRM: .*; stop\.fr is no text in one of en, roman-ur, ur/,
    ],
    [{ TARANG_SMS_CONFIRM: '{"stop":{"ur":"{{link}}"}}' }, /^TARANG_SMS_CONFIRM: stop, urdu: \{\{link\}\} is not known/],
    [{ TARANG_SMS_REPLY_DAYS: '-1' }, /^TARANG_SMS_REPLY_DAYS: expected a whole number from 0 to 365/],
    [{ TARANG_SMS_CAPS: '2/month' }, /^TARANG_SMS_CAPS: expected caps such as 2\/day, 5\/7d, or off, got "2\/month"/],
    [{ TARANG_SMS_HOLDOUT: '5' }, /^TARANG_SMS_HOLDOUT: expected a share from 0% to 100%/],
    [{ TARANG_SMS_HOLDOUT: '101%' }, /^TARANG_SMS_HOLDOUT: /],
    [
      { TARANG_SMS_CAMPAIGN_HOLDOUTS: '5%' },
      /^TARANG_SMS_CAMPAIGN_HOLDOUTS: expected campaigns with shares such as eid-sale=10%/,
    ],
    [{ TARANG_SMS_CAMPAIGN_HOLDOUTS: 'eid=' }, /^TARANG_SMS_CAMPAIGN_HOLDOUTS: /],
    [{ TARANG_SMS_CAMPAIGN_HOLDOUTS: 'eid=5%, eid=6%' }, /^TARANG_SMS_CAMPAIGN_HOLDOUTS: /],
    [{ TARANG_SMS_CAMPAIGN_HOLDOUTS: 'eid=5%,' }, /^TARANG_SMS_CAMPAIGN_HOLDOUTS: /],
    [{ TARANG_TIME_ZONE: 'Karachi' }, /^TARANG_TIME_ZONE: expected the IANA name of a zone/],
    [{ ...kannel, SMS_USER: '' }, /^SMS_GATEWAY=kannel needs SMS_USER/],
    [{ ...kannel, SMS_PASSWORD: 'two words' }, /^SMS_PASSWORD: expected printable ASCII/],
    [{ ...kannel, SMS_CALLBACK_URL: 'http://tarang:3000' }, /^SMS_CALLBACK_URL needs SMS_CALLBACK_KEY/],
    [{ ...twilio, SMS_SENDER: '' }, /^SMS_GATEWAY=twilio needs SMS_SENDER/],
    [{ ...twilio, SMS_PASSWORD: '' }, /^SMS_GATEWAY=twilio needs SMS_PASSWORD, of the account/],
    [{ ...http, SMS_QUERY_URL: 'https://gateway/texts' }, /^SMS_QUERY_URL: expected \{reference\}/],
    [{ ...http, SMS_REPEATS: 'maybe' }, /^SMS_REPEATS: expected one of sent, recognised/],
    [{ SMS_SIMULATOR: '{"rules":[{"does":"explode"}]}' }, /^SMS_SIMULATOR: expected a script .*\/rules\/0\/does/],
    [{ SMS_CALLBACK_KEY: 'short' }, /^SMS_CALLBACK_KEY: expected 16 letters/],
    [{ SECRET_KEY_FILE: '/nowhere/key' }, /^SECRET_KEY_FILE: \/nowhere\/key cannot be read \(ENOENT\)/],
  ])('%j', (env, message) => {
    expect(problems(env)).toEqual([expect.stringMatching(message)])
  })

  test('all of it at once, and nothing secret among it', () => {
    const env = { PORT: 'x', HOST: '0.0.0.0', LOG_LEVEL: 'y', SECRET_KEY: 'hush', DATABASE_URL: 'postgres://me:hush@db/x' }
    const found = problems(env)
    expect(found).toHaveLength(4)
    expect(found.join()).not.toContain('hush')
  })
})

test('keywords are confirmed where Kannel brings them, elsewhere only where it is said; in the shop’s own words where there are some', () => {
  const stopIn = (env: Record<string, string>) => readConfig(env).smsReplies.confirmations?.stop.english
  expect([{}, http, twilio, { ...kannel, TARANG_SMS_CONFIRM: 'off' }].map(stopIn)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  const standard = 'Bazaar: You will get no more texts from us. Reply START to get them again.'
  expect(stopIn({ ...kannel, TARANG_SHOP_NAME: 'Bazaar' })).toBe(standard)
  expect(stopIn({ ...twilio, TARANG_SMS_CONFIRM: 'on', TARANG_SHOP_NAME: 'Bazaar' })).toBe(standard)
  expect(stopIn({ ...kannel, TARANG_SMS_CONFIRM: '{"stop":{"en":"Bye."}}' })).toBe('Bye.')
})

test('a rate is as many parts per second, and none unless one is set', () => {
  const rates = [{}, { TARANG_SMS_RATE: 'off' }, { TARANG_SMS_RATE: '30' }].map(env => readConfig(env).smsRate)
  expect(rates).toEqual([undefined, undefined, 30])
})

test('who writes texts, what that may cost, and what a part of a text does, are read', () => {
  const own = { OPENAI_BASE_URL: 'http://llm:8000/v1', OPENAI_MODEL: 'small' }
  expect(readConfig(own).texts.llm).toEqual({
    apiKey: 'none',
    baseUrl: 'http://llm:8000/v1',
    model: 'small',
    price: undefined,
    budget: { tokens: 1_000_000 },
  })
  const paid = { OPENAI_API_KEY: 'k', OPENAI_MODEL: 'small', TARANG_LLM_PRICE: '0.15/0.60', TARANG_LLM_BUDGET: '5.00' }
  expect(readConfig(paid).texts.llm).toMatchObject({ price: { in: 150_000, out: 600_000 }, budget: { money: 5_000_000 } })
  expect(readConfig({ TARANG_SMS_PRICE: '2.5', TARANG_SHOP_NAME: 'Bazaar' }).texts).toMatchObject({
    price: 25_000,
    shop: 'Bazaar',
  })
})

describe('what flows may do', () => {
  const flows = (env: Record<string, string>) => readConfig(env).flows

  test('nothing set allows half a price off, three texts a day and seven a week, and no webhook', () => {
    expect(flows({})).toEqual({
      webhookHosts: [],
      webhooksMayBePrivate: false,
      maxDiscount: { percent: 50, amount: Number.POSITIVE_INFINITY },
      maxTexts: { perDay: 3, perWeek: 7 },
      smallestEffect: 0.1,
    })
  })

  test('is read as it is set; of two bounds one alone says what it can of the other', () => {
    expect(flows({ TARANG_WEBHOOK_ALLOW_PRIVATE: 'true' }).webhooksMayBePrivate).toBe(true)
    expect(flows({ TARANG_WEBHOOK_HOSTS: 'Hooks.PK, *.shop.pk' }).webhookHosts).toEqual(['hooks.pk', '*.shop.pk'])
    const discounts = ['40%', '40%, 5000', '2500.50'].map(text => flows({ TARANG_MAX_DISCOUNT: text }).maxDiscount)
    expect(discounts).toEqual([
      { percent: 40, amount: Number.POSITIVE_INFINITY },
      { percent: 40, amount: 5000 },
      { percent: 50, amount: 2500.5 },
    ])
    const texts = ['2/day, 5/7d', '2/day', '4/week', '1/24h,2/week'].map(text => flows({ TARANG_FLOW_MAX_TEXTS: text }).maxTexts)
    expect(texts).toEqual([
      { perDay: 2, perWeek: 5 },
      { perDay: 2, perWeek: 14 },
      { perDay: 4, perWeek: 4 },
      { perDay: 1, perWeek: 2 },
    ])
  })

  test('is what the shop of flows has, beside what holds for every text', () => {
    const env = {
      TARANG_QUIET_HOURS: '21:00-09:00',
      TARANG_SMS_CAPS: '2/day',
      TARANG_LINK_HOSTS: 'shop.pk',
      TARANG_SHOP_NAME: 'Bazaar',
    }
    expect(flowShop(readConfig({ ...env, TARANG_MAX_DISCOUNT: '30%' }))).toMatchObject({
      segments: expect.arrayContaining(['Champions', 'Lost']),
      currency: 'PKR',
      quiet: { from: 21 * 60, to: 9 * 60 },
      caps: [{ text: '2/day' }],
      zone: 'Asia/Karachi',
      linkHosts: ['shop.pk'],
      webhookHosts: [],
      webhooksMayBePrivate: false,
      maxDiscountPercent: 30,
      maxTexts: { perDay: 3, perWeek: 7 },
      name: 'Bazaar',
    })
    expect(aShop).toMatchObject({ quiet: undefined, caps: [], linkHosts: [], name: undefined })
  })
})

describe('when marketing texts may go', () => {
  const rules = (env: Record<string, string>) => readConfig(env).smsRules

  test('nothing set, or off, asks for consent alone', () => {
    const nothing = {
      quiet: undefined,
      caps: [],
      holdout: { share: 0, campaigns: new Map(), salt: 'tarang' },
      zone: 'Asia/Karachi',
    }
    expect(rules({})).toEqual(nothing)
    expect(rules({ TARANG_QUIET_HOURS: 'off', TARANG_SMS_CAPS: 'off', TARANG_SMS_HOLDOUT: 'off' })).toEqual(nothing)
  })

  test('hours, caps and a holdout are read', () => {
    expect(
      rules({
        TARANG_QUIET_HOURS: '21:00-09:00',
        TARANG_SMS_CAPS: '2/day, 5/7d',
        TARANG_SMS_HOLDOUT: '2.5%',
        TARANG_SMS_HOLDOUT_SALT: 'spring',
        TARANG_SMS_CAMPAIGN_HOLDOUTS: 'eid=sale=10%, winter = 2.5 %,*=5%',
        TARANG_TIME_ZONE: 'Europe/Oslo',
      }),
    ).toMatchObject({
      quiet: { from: 1260, to: 540 },
      caps: [{ text: '2/day' }, { text: '5/7d' }],
      holdout: {
        share: 0.025,
        campaigns: new Map([
          ['eid=sale', 0.1],
          ['winter', 0.025],
          ['*', 0.05],
        ]),
        salt: 'spring',
      },
      zone: 'Europe/Oslo',
    })
  })

  test('the clock is that of the region, and UTC where a region has several', () => {
    expect([rules({ TARANG_REGION: 'AE' }).zone, rules({ TARANG_REGION: 'US' }).zone]).toEqual(['Asia/Dubai', 'UTC'])
  })
})

describe('secrets from files', () => {
  const path = join(folder, 'key')
  writeFileSync(path, 'a-key-of-sixteen-characters\n')

  test('a _FILE variant names a file that holds the value', () => {
    expect(readConfig({ SECRET_KEY_FILE: path, HOST: '0.0.0.0' })).toMatchObject({
      secretKey: 'a-key-of-sixteen-characters',
      host: '0.0.0.0',
    })
  })

  test('a value and a file for the same setting are one too many', () => {
    expect(problems({ SECRET_KEY_FILE: path, SECRET_KEY: 'another-key-of-sixteen' })).toEqual([
      'SECRET_KEY and SECRET_KEY_FILE are both set: keep one',
    ])
  })
})

test('snapshots of the analytics are taken every six hours, as often as is said, or never', () => {
  const every = (text: string) => readConfig({ TARANG_ANALYTICS_EVERY: text }).analyticsEveryMs
  expect([every('5m'), every('12h'), every('7d'), every('off')]).toEqual([300_000, 43_200_000, 604_800_000, undefined])
  for (const wrong of ['4m', '8d', '6', 'h', '0h', '-1h', 'never'])
    expect(() => every(wrong), wrong).toThrow(/TARANG_ANALYTICS_EVERY: expected something like 6h/)
})
