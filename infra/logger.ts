import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { maskPhone } from '../models/mask-phone.ts'
import type { Journal } from '../streams/journal.ts'

const PHONES = ['phone', 'to']
const SECRETS = ['text', 'key', 'authorization']

/** A number as it may stand in an error's words or in an address. */
const E164 = /(?:\+|%2B)[1-9]\d{7,14}(?!\d)/gi

const options: LoggerOptions = {
  base: null,
  redact: {
    paths: [...PHONES, ...SECRETS].flatMap(name => [name, `*.${name}`]).concat('req.headers.authorization'),
    censor: (value, path) => (PHONES.includes(path.at(-1)!) && typeof value === 'string' ? maskPhone(value) : '•••'),
  },
  hooks: { streamWrite: line => line.replace(E164, maskPhone) },
}

/** JSON lines, on standard error unless told otherwise. What could hold a phone or a key is masked or taken out whatever logs it. */
export const jsonLogger = (level: string, to: DestinationStream = pino.destination(2)): Logger => pino({ ...options, level }, to)

/** Lines about single events, on a logger. */
export const journalOn = (logger: Logger): Journal => ({
  debug: logger.isLevelEnabled('debug') ? (message, details) => logger.debug(details, message) : undefined,
  info: (message, details) => logger.info(details, message),
})
