import { readScript, type SimulatorScript } from './gateways/simulator-script.ts'
import { oneOf, type Read, url } from './setting-values.ts'

/** Where texts go; and what gateways that call us back must carry, without which nothing of theirs is taken. */
export type SmsGatewayConfig = { readonly callbackKey: string | undefined } & (
  | { readonly kind: 'simulator'; readonly script: SimulatorScript }
  | {
      readonly kind: 'http'
      readonly url: string
      readonly authHeader: string | undefined
      /** Where it can be asked what became of a text. */
      readonly queryUrl: string | undefined
      /** Whether it sends a text once that comes twice under one reference. */
      readonly recognises: boolean
    }
  | {
      readonly kind: 'kannel'
      readonly url: string
      readonly user: string
      readonly password: string
      /** Where the gateway reaches us; without it no receipts are asked for. */
      readonly callbackUrl: string | undefined
    }
  | {
      readonly kind: 'twilio'
      readonly url: string
      /** An account's SID and auth token, or an API key's, where the address names the account. */
      readonly user: string
      readonly password: string
      /** A number, a short code, a name, or a messaging service's SID. */
      readonly sender: string
      /** As for Kannel; the callback key is the account's auth token. */
      readonly callbackUrl: string | undefined
    }
)

/**
 * Kannel's user and password are settings of their own, and not one header: a password is changed by itself, and each may be a file.
 * Only who `sends` needs them. The key is not `SECRET_KEY`: it stands in the gateway's configuration, where that must not.
 */
export function readSms(read: Read, sends: boolean, problems: string[]): SmsGatewayConfig {
  const kind = oneOf(read('SMS_GATEWAY'), 'SMS_GATEWAY', ['simulator', 'http', 'kannel', 'twilio'], 'simulator', problems)
  const callbackKey = read('SMS_CALLBACK_KEY')
  if (callbackKey !== undefined && !/^[\w-]{16,}$/.test(callbackKey))
    problems.push('SMS_CALLBACK_KEY: expected 16 letters and digits or more: make one with `openssl rand -hex 32`')
  if (kind === 'simulator') return { kind, callbackKey, script: simulatorScript(read('SMS_SIMULATOR'), problems) }
  const target = url(read('SMS_URL'), 'SMS_URL', problems) ?? (kind === 'twilio' ? 'https://api.twilio.com' : undefined)
  if (target === undefined) problems.push(`SMS_GATEWAY=${kind} needs SMS_URL, the address texts are posted to`)
  if (kind === 'http') {
    const queryUrl = url(read('SMS_QUERY_URL'), 'SMS_QUERY_URL', problems)
    if (queryUrl !== undefined && !queryUrl.includes('{reference}'))
      problems.push("SMS_QUERY_URL: expected {reference} in it, where a text's goes")
    const recognises = oneOf(read('SMS_REPEATS'), 'SMS_REPEATS', ['sent', 'recognised'], 'sent', problems) === 'recognised'
    return { kind, callbackKey, url: target ?? '', authHeader: read('SMS_AUTH_HEADER'), queryUrl, recognises }
  }
  const callbackUrl = url(read('SMS_CALLBACK_URL'), 'SMS_CALLBACK_URL', problems)?.replace(/\/+$/, '')
  if (callbackUrl !== undefined && callbackKey === undefined)
    problems.push('SMS_CALLBACK_URL needs SMS_CALLBACK_KEY: receipts are signed with it')
  const needed = (name: string, what: string) =>
    neededIn(read(name), `SMS_GATEWAY=${kind} needs ${name}, ${what}`, sends, problems)
  const credential = (name: string) => printable(needed(name, CREDENTIALS[kind]), name, problems)
  const common = {
    callbackKey,
    url: target ?? '',
    user: credential('SMS_USER'),
    password: credential('SMS_PASSWORD'),
    callbackUrl,
  }
  if (kind === 'kannel') return { kind, ...common }
  return { kind, ...common, sender: needed('SMS_SENDER', "a number of the account's or the SID of a messaging service (MG…)") }
}

const CREDENTIALS = {
  kannel: 'of a sendsms-user group in its configuration',
  twilio: 'of the account: its SID and its auth token',
} as const

/** Only who sends needs it. */
function neededIn(text: string | undefined, lacking: string, sends: boolean, problems: string[]): string {
  if (text === undefined && sends) problems.push(lacking)
  return text ?? ''
}

function simulatorScript(text: string | undefined, problems: string[]): SimulatorScript {
  if (text === undefined) return {}
  const read = readScript(text)
  if ('script' in read) return read.script
  problems.push(`SMS_SIMULATOR: expected a script as docs/sms.md shows; ${read.wrong}`)
  return {}
}

/** Parts of texts per second, where there is a rate. */
export function readSmsRate(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined || text === 'off') return undefined
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  problems.push(`TARANG_SMS_RATE: expected parts per second from 1 to 99999, or off, got ${JSON.stringify(text)}`)
  return undefined
}

/** It travels in a header. */
function printable(text: string, name: string, problems: string[]): string {
  if (!/^[!-~]*$/.test(text)) problems.push(`${name}: expected printable ASCII without spaces`)
  return text
}
