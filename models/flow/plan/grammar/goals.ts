import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const WHO = '(SOMEONE|CUSTOMER|EVERYONE|THEM|A|PER_CUSTOMER)'
const DEED = '(BUY|BOUGHT|NOT_BUY|CLICK|REPLY|FIRST_BUY)'

const goal = (items: readonly Item[]): Made => {
  const has = (name: string) => items.some(item => item.name === name)
  const event = has('CLICK') ? 'click' : has('REPLY') ? 'reply' : 'purchase'
  const within = items.find(item => item.duration !== undefined)?.duration
  return { name: 'GOAL', word: event, ...(within === undefined ? {} : { duration: within }) }
}

/** What ends the flow for whoever does it. Stand before triggers: `stop when they buy` begins nothing. */
export const goals: readonly Rule[] = [
  rule('(?<=(CUSTOMER|SOMEONE|SEGMENT_NAME|SEGMENT_MAYBE)) STOP_IT BUY (?=(FOR|IN|SINCE)* DUR)', 'WINBACK'),
  rule('URL (PAR|KO) (SEND|GIVE|CALL)', ([url]) => ({ name: 'CALL_URL', word: url!.word! })),
  rule(
    `STOP_IT (SEND|REMIND|${WHO}|A|FROM)* (IF|WHEN|AFTER|ASSOON|THEN|AS|NOW|FOR|COUNT|ON|IN)+ ${WHO}* (A|ON|FROM|THEN|THEM)* ${DEED} (WITHIN DUR)?`,
    goal,
  ),
  rule(
    `(IF|WHEN|AFTER|COUNT|ASSOON) ${WHO}* ${DEED} (${WHO}|NOTHING)* (COMMA|TO|THEN|NOW|AND|SEND|${WHO}|GIVE|REMIND)* STOP_IT`,
    goal,
  ),
  rule(`${DEED} (ASSOON|LATER|PAR|TO|KO|COMMA|NOW|AND|WALE|THEM)* STOP_IT`, goal),
  rule(`UNTIL ${WHO}* (NOT|NOTHING|A|ON)* ${DEED} (NOT|NOTHING)*`, goal),
  rule(`GOAL_WORD (COLON|IS|A|TO|THAT|${WHO})* ${DEED} (WITHIN DUR|IN DUR)?`, goal),
  rule(`${DEED} (KO|IS|AS|A)* GOAL_WORD`, goal),
  rule(`STOP_IT (AT|ON|UPON)? ${DEED}`, goal),
  rule('GOAL (OR|AND) AFTER A? (REMIND|(NTH|NUM|PAST)? SEND)', ([found]) => ({ ...found!, name: 'GOAL' })),
  rule('STOP_IT AFTER A? (REMIND|(NTH|NUM|PAST) SEND)', 'STOP_IT'),
]
