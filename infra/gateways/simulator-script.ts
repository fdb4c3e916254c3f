import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { foundStatuses } from '../../consumers/sms-gateway.ts'

const closed = { additionalProperties: false } as const
const Ms = Type.Integer({ minimum: 0, maximum: 86_400_000 })

/** `take`: it takes the text and says so. `lose_answer`: it takes it, and its answer is lost; `lose_request`: it never saw it, and nobody knows. */
const fates = ['take', 'refuse', 'lose_answer', 'lose_request', 'throttle', 'outage'] as const
export type Fate = (typeof fates)[number]

const Rule = Type.Object(
  {
    /** Which numbers (E.164), as a regular expression; all without it. */
    to: Type.Optional(Type.String({ maxLength: 200 })),
    /** Which part of their texts, 0–1, drawn by seed and reference. */
    share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** From when until when, in ms since the simulator started; again and again with `everyMs`. */
    fromMs: Type.Optional(Ms),
    untilMs: Type.Optional(Ms),
    everyMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400_000 })),
    does: Type.Optional(Type.Enum(fates)),
    latencyMs: Type.Optional(Ms),
    /** Of `throttle`. */
    retryAfterMs: Type.Optional(Ms),
    /** What it tells of a text it took, so long after its answer; before that with a negative time, and twice where it stands here twice. */
    receipts: Type.Optional(
      Type.Array(
        Type.Object(
          {
            status: Type.Enum(foundStatuses),
            afterMs: Type.Integer({ minimum: -60_000, maximum: 86_400_000 }),
          },
          closed,
        ),
        { maxItems: 20 },
      ),
    ),
  },
  closed,
)
const Script = Type.Object(
  {
    seed: Type.Optional(Type.String({ maxLength: 100 })),
    latencyMs: Type.Optional(Ms),
    rules: Type.Optional(Type.Array(Rule, { maxItems: 100 })),
  },
  closed,
)

export type SimulatorRule = Static<typeof Rule>

/** How a simulated gateway behaves: of each text the first rule that fits says it. */
export type SimulatorScript = Static<typeof Script>

const checked = Compile(Script)

/** Reads a script from JSON; the sentence says what is wrong with it. */
export function readScript(text: string): { script: SimulatorScript } | { wrong: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { wrong: 'it is not JSON' }
  }
  if (!checked.Check(value)) {
    const { instancePath = '', message = 'unreadable' } = checked.Errors(value)[0] ?? {}
    return { wrong: `${instancePath === '' ? 'the whole' : instancePath}: ${message}` }
  }
  const broken = value.rules?.findIndex(({ to }) => to !== undefined && !isPattern(to)) ?? -1
  return broken < 0 ? { script: value } : { wrong: `/rules/${broken}/to: expected a regular expression` }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

/** Rules with their patterns compiled, so that none is for each text. */
export function scripted({ seed = '', rules = [] }: SimulatorScript) {
  const all = rules.map((rule, i) => ({ rule, pattern: new RegExp(rule.to ?? ''), salt: `${seed}\0${i}\0` }))
  /** The rule for a text that comes `atMs` after the start; the same text meets the same luck, whenever and wherever it comes. */
  return (to: string, reference: string, atMs: number): SimulatorRule =>
    all.find(({ rule, pattern, salt }) => isNow(rule, atMs) && pattern.test(to) && isDrawn(rule.share, salt + reference))?.rule ??
    {}
}

function isNow({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY, everyMs }: SimulatorRule, atMs: number): boolean {
  const at = everyMs === undefined ? atMs : atMs % everyMs
  return at >= fromMs && at < untilMs
}

const isDrawn = (share: number | undefined, salted: string): boolean =>
  share === undefined || createHash('sha256').update(salted).digest().readUIntBE(0, 6) < share * 2 ** 48
