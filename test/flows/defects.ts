import type { FlowCode } from '../../models/flow/flow-codes.ts'
import {
  asking,
  branching,
  choice,
  delay,
  end,
  experiment,
  flowOf,
  goal,
  limit,
  message,
  noReply,
  offer,
  property,
  purchase,
  rateLimit,
  reply,
  schedule,
  segment,
  split,
  webhook,
} from '../support/flow-steps.ts'

/** A flow that looks sound to a reader, what is wrong with it, and the code by which that must be found. */
export interface Defect {
  readonly name: string
  readonly code: FlowCode
  readonly flow: unknown
}

const link = 'https://shop.example/sale'
const off = (value: number, more: object = {}) => ({ type: 'percent', value, ...more }) as const
const stale = { field: 'rfm.recency', op: 'gte', value: 90 }
const text = (content: string, more: object = {}) => flowOf([message('say', 'end', { content, ...more }), end()])
const calls = (url: string) => flowOf([message('say', 'tell'), webhook('tell', url, { default: 'end', failed: 'end' }), end()])
const edited = (flow: { steps: readonly { events: readonly object[] }[] }, step: number, edge: number, change: object) => ({
  ...flow,
  steps: flow.steps.map((one, i) =>
    i === step ? { ...one, events: one.events.map((on, n) => (n === edge ? { ...on, ...change } : on)) } : one,
  ),
})
const reminding = (more: object, times = 3, wait = 'P2D') =>
  flowOf([asking('ask', { 'reply:yes': 'end', no_reply: 'times' }, wait), limit('times', times, 'ask', 'end', more), end()])

const defect = (name: string, code: FlowCode, flow: unknown): Defect => ({ name, code, flow })

export const defects: readonly Defect[] = [
  // The graph.
  defect(
    'the last edge leads to a step that was renamed',
    'step_unknown',
    flowOf([message('say', 'wait'), delay('wait', 'P1D', 'remind-1'), message('remind', 'end'), end()]),
  ),
  defect('the beginning is a step that was taken out', 'step_unknown', { ...text('Hi'), initialStepID: 'start' }),
  defect(
    'a step was copied with its id',
    'step_duplicate',
    flowOf([message('say', 'wait'), delay('wait', 'P1D', 'say'), message('say', 'end'), end()]),
  ),
  defect(
    'a reminder hangs in the air',
    'step_unreachable',
    flowOf([asking('ask', { 'reply:yes': 'end', no_reply: 'end' }), message('remind', 'end'), end()]),
  ),
  defect(
    'two steps lead to each other, and nobody to them',
    'step_unreachable',
    flowOf([message('say', 'end'), asking('a', { 'reply:yes': 'end', no_reply: 'b' }), limit('b', 2, 'a', 'end'), end()]),
  ),
  defect(
    'one branch never ends',
    'end_unreachable',
    flowOf([split('s', stale, 'a', 'end'), delay('a', 'P1D', 'b'), limit('b', 3, 'a', 'a'), end()]),
  ),
  defect(
    'reminds without end',
    'cycle_without_limit',
    flowOf([asking('ask', { 'reply:yes': 'end', no_reply: 'ask' }, 'P3D'), end()]),
  ),
  defect('reminds three times a week, for ever', 'cycle_without_limit', reminding({ per: 'P1W' })),
  defect('the limit is the campaign’s', 'cycle_without_limit', reminding({ scope: 'campaign' })),
  defect(
    'the limited edge leads back into the round',
    'cycle_without_limit',
    flowOf([
      asking('ask', { 'reply:yes': 'end', no_reply: 'times' }),
      limit('times', 3, 'ask', 'wait'),
      delay('wait', 'P7D', 'ask'),
      end(),
    ]),
  ),
  defect(
    'a second round goes past the limit',
    'cycle_without_limit',
    flowOf([
      asking('ask', { 'reply:yes': 'times', 'reply:later': 'wait', no_reply: 'end' }),
      limit('times', 2, 'ask', 'end'),
      delay('wait', 'P7D', 'ask'),
      end(),
    ]),
  ),
  defect(
    'a rate limit in a limit’s place',
    'cycle_without_limit',
    flowOf([asking('ask', { 'reply:yes': 'end', no_reply: 'few' }), rateLimit('few', 1, 'P1W', 'ask', 'end'), end()]),
  ),
  defect(
    'a round takes no time',
    'cycle_without_wait',
    flowOf([message('say', 'times'), limit('times', 2, 'say', 'end'), end()]),
  ),
  // Edges.
  defect(
    'a split without else',
    'edge_missing',
    edited(flowOf([split('s', stale, 'end', 'end'), end()]), 0, 1, { type: 'match' }),
  ),
  defect(
    'a message that waits and goes on',
    'edge_unfit',
    flowOf([{ ...asking('ask', { 'reply:yes': 'end', default: 'end', no_reply: 'end' }) }, end()]),
  ),
  defect(
    'nobody said how long to wait',
    'edge_wait_missing',
    edited(flowOf([asking('ask', { 'reply:yes': 'end', no_reply: 'end' }), end()]), 0, 1, { after: undefined }),
  ),
  defect('a message that waits for nothing', 'edge_missing', flowOf([asking('ask', { no_reply: 'end' }), end()])),
  defect(
    'two reply edges for yes',
    'edge_duplicate',
    flowOf([
      {
        ...asking('ask', { 'reply:yes': 'end', no_reply: 'end' }),
        events: [
          { type: 'reply', intent: 'yes', nextStepID: 'end' },
          { type: 'reply', intent: 'yes', nextStepID: 'say' },
          { type: 'no_reply', after: 'P1D', nextStepID: 'end' },
        ],
      } as never,
      message('say', 'end'),
      end(),
    ]),
  ),
  defect(
    'an intent without an edge',
    'intents_unfit',
    flowOf([reply('hear', ['yes', 'no'], { 'reply:yes': 'end', no_reply: 'end' }), end()]),
  ),
  defect('a variant without an edge', 'variant_unfit', flowOf([experiment('try', { a: 50, b: 50 }, { a: 'end' }), end()])),
  defect(
    'labels are not the names',
    'variant_unfit',
    flowOf([experiment('try', { a: 50, b: 50 }, { a: 'end', B: 'end' }), end()]),
  ),
  defect(
    'weights that add up to 110',
    'weights_unfit',
    flowOf([experiment('try', { a: 60, b: 50 }, { a: 'end', b: 'end' }), end()]),
  ),
  defect(
    'an offer without a way for those who do not buy',
    'edge_missing',
    flowOf([offer('offer', { purchased: 'end' }), end()]),
  ),
  defect(
    'an offer both declined and not answered',
    'edge_unfit',
    flowOf([offer('offer', { purchased: 'end', declined: 'end', no_reply: 'end' }), end()]),
  ),
  defect(
    'a schedule that knows before and after, not within',
    'edge_missing',
    flowOf([
      {
        ...branching('when', { window: { from: '10:00', to: '12:00' } }, 'end', 'end', 'end'),
        events: [
          { type: 'before', nextStepID: 'end' },
          { type: 'after', nextStepID: 'end' },
        ],
      } as never,
      end(),
    ]),
  ),
  defect(
    'before and after of days alone',
    'schedule_branch_unfit',
    flowOf([branching('when', { days: ['mon'] }, 'end', 'end', 'end'), end()]),
  ),
  defect(
    'waits for a click on no link',
    'clicked_without_link',
    flowOf([asking('ask', { clicked: 'end', no_reply: 'end' }, 'P1D', { content: 'Have a look at our sale' }), end()]),
  ),
  defect(
    'handles STOP itself',
    'stop_handled',
    flowOf([asking('ask', { 'reply:yes': 'end', 'reply:unsubscribe': 'bye', no_reply: 'end' }), message('bye', 'end'), end()]),
  ),
  // Entry and time.
  defect('per window without a window', 'entry_window_missing', { ...text('Hi'), entry: 'per_window' }),
  defect('every Monday, once', 'entry_once_recurs', {
    ...text('Hi'),
    trigger: { type: 'schedule', days: ['mon'], time: '10:00' },
  }),
  defect('a segment by a name of another shop', 'segment_unknown', {
    ...text('Hi'),
    trigger: { type: 'segment_entered', segment: 'VIP' },
  }),
  defect(
    'a segment deep in a condition',
    'segment_unknown',
    flowOf([
      split('s', { all: [stale, { not: { field: 'segment', op: 'in', value: ['Lost', 'Sleeping'] } }] }, 'end', 'end'),
      end(),
    ]),
  ),
  defect(
    'a window at night',
    'window_in_quiet_hours',
    flowOf([schedule('late', { window: { from: '22:00', to: '23:30' } }, 'say'), message('say', 'end'), end()]),
  ),
  defect(
    'a window that ends as quiet hours do',
    'window_in_quiet_hours',
    flowOf([schedule('early', { window: { from: '05:00', to: '09:00' } }, 'say'), message('say', 'end'), end()]),
  ),
  defect(
    'a window without length',
    'window_empty',
    flowOf([schedule('at', { window: { from: '10:00', to: '10:00' } }, 'say'), message('say', 'end'), end()]),
  ),
  defect(
    'reminds after twenty years',
    'duration_too_long',
    flowOf([message('say', 'wait'), delay('wait', 'P1043W', 'end'), end()]),
  ),
  defect('enters at five in the morning', 'trigger_in_quiet_hours', {
    ...text('Hi'),
    entry: 'per_event',
    trigger: { type: 'schedule', time: '05:00' },
  }),
  // Addresses.
  defect('calls a host that nobody allowed', 'webhook_host_refused', calls('https://evil.example/take')),
  defect(
    'calls a host that begins like an allowed one',
    'webhook_host_refused',
    calls('https://hooks.shop.example.evil.example/x'),
  ),
  defect('calls an allowed address of a private network', 'webhook_host_private', calls('http://10.0.0.7/x')),
  defect('calls by http, which anybody on the way can read', 'webhook_not_https', calls('http://hooks.shop.example/x')),
  defect('calls this machine in octal', 'webhook_host_private', calls('http://0177.0.0.1/x')),
  defect('calls this machine as one number', 'webhook_host_private', calls('http://2130706433/x')),
  defect('calls this machine through IPv6', 'webhook_host_private', calls('http://[::ffff:127.0.0.1]/x')),
  defect('calls for the keys of the cloud', 'webhook_host_private', calls('http://169.254.169.254/latest/meta-data')),
  defect('calls a name that is only known inside', 'webhook_host_private', calls('http://vault.internal/x')),
  defect(
    'links to where another shop is',
    'link_host_refused',
    text('See {{link}}', { link: 'https://shop.example@evil.example/sale' }),
  ),
  defect('writes a link of another shop into the text', 'link_host_refused', text('See www.evil.example/sale')),
  // Texts.
  defect('a placeholder of another tool', 'placeholder_unknown', text('Hi {{customer_name}}')),
  defect('a placeholder in one brace', 'placeholder_malformed', text('Hi {first_name}')),
  defect('a tag of Liquid', 'template_tag', text('Hi {% if x %}you{% endif %}')),
  defect('says {{discount}} and gives none', 'discount_missing', text('Take {{discount}}')),
  defect('says {{code}} and has none', 'code_missing', text('Take {{discount}} with {{code}}', { discount: off(10) })),
  defect('says {{expires}} of what does not', 'expiry_missing', text('{{discount}} until {{expires}}', { discount: off(10) })),
  defect('says {{link}} and leads nowhere', 'link_missing', text('See {{link}}')),
  defect(
    'names three products of two',
    'product_missing',
    flowOf([
      choice('choose', { chosen: 'end', no_reply: 'end' }, { content: '{{product}}, {{product_2}} or {{product_3}}?', count: 2 }),
      end(),
    ]),
  ),
  defect('a text in Latin letters for Urdu', 'text_other_language', text('Aap ke liye {{product}}', { language: 'ur' })),
  defect('a text of many parts', 'text_many_parts', text('یہ پیغام بہت لمبا ہے '.repeat(20), { language: 'ur' })),
  defect('half off, where the shop gives 40 %', 'discount_too_high', text('{{discount}}', { discount: off(50) })),
  defect('an amount above the shop’s', 'discount_too_high', text('{{discount}}', { discount: { type: 'amount', value: 3001 } })),
  defect(
    'dollars in a shop of rupees',
    'discount_currency',
    text('{{discount}}', { discount: { type: 'amount', value: 20, currency: 'USD' } }),
  ),
  defect('the words promise more than the shop gives', 'discount_too_high', text('70% off everything today!')),
  defect('the words promise more money than the shop gives', 'discount_too_high', text('Rs 5,000 off your next order')),
  defect('writes a host of another shop without https', 'link_host_refused', text('Order at evil-shop.com/sale today')),
  defect('the words promise another discount', 'discount_differs', text('Get 30% off: {{discount}}', { discount: off(20) })),
  // What customers do.
  defect('three texts at once', 'too_many_texts', flowOf([message('a', 'b'), message('b', 'c'), message('c', 'end'), end()])),
  defect(
    'three texts to whoever answers at once',
    'too_many_texts',
    flowOf([
      asking('a', { 'reply:yes': 'b', no_reply: 'end' }, 'P3D'),
      asking('b', { 'reply:yes': 'c', no_reply: 'end' }, 'P3D'),
      message('c', 'end'),
      end(),
    ]),
  ),
  defect(
    'a loop that is fast for whoever answers',
    'too_many_texts',
    flowOf([asking('ask', { 'reply:more': 'times', no_reply: 'end' }, 'P7D'), limit('times', 5, 'ask', 'end'), end()]),
  ),
  defect(
    'six texts a week, one a day',
    'too_many_texts',
    flowOf([message('ask', 'wait'), delay('wait', 'P1D', 'times'), limit('times', 5, 'ask', 'end'), end()]),
  ),
  defect(
    'three texts within the same Monday',
    'too_many_texts',
    flowOf([
      schedule('monday', { days: ['mon'] }, 'say'),
      message('say', 'wait'),
      delay('wait', 'PT6H', 'times'),
      limit('times', 4, 'monday', 'end'),
      end(),
    ]),
  ),
  defect(
    'three texts by an offer that is declined',
    'too_many_texts',
    flowOf([
      offer('first', { purchased: 'end', declined: 'second' }),
      offer('second', { purchased: 'end', declined: 'third' }),
      message('third', 'end'),
      end(),
    ]),
  ),
  defect(
    'a purchase with a text in between',
    'too_many_texts',
    flowOf([
      message('a', 'b'),
      purchase('b', { purchased: 'c', no_reply: 'end' }, { content: 'Done?' }),
      message('c', 'end'),
      end(),
    ]),
  ),
  defect(
    'asks twice the same, and sends where it cannot be',
    'step_dead',
    flowOf([split('a', stale, 'b', 'end'), split('b', stale, 'end', 'say'), message('say', 'end'), end()]),
  ),
  defect(
    'recent within stale',
    'step_dead',
    flowOf([
      split('stale', stale, 'recent', 'end'),
      split('recent', { field: 'rfm.recency', op: 'lt', value: 30 }, 'say', 'end'),
      message('say', 'end'),
      end(),
    ]),
  ),
  defect('another segment than the trigger’s', 'step_dead', {
    ...flowOf([segment('s', { field: 'segment', op: 'eq', value: 'Lost' }, 'say', 'end'), message('say', 'end'), end()]),
    trigger: { type: 'segment_entered', segment: 'Champions' },
  }),
  defect(
    'what was just marked is asked, and is not',
    'step_dead',
    flowOf([
      property('mark', 'vip', true, 'ask'),
      split('ask', { field: 'property.vip', op: 'eq', value: true }, 'end', 'say'),
      message('say', 'end'),
      end(),
    ]),
  ),
  defect(
    'a score of six',
    'step_dead',
    flowOf([split('s', { field: 'rfm.m', op: 'gt', value: 5 }, 'say', 'end'), message('say', 'end'), end()]),
  ),
  defect(
    'both at once within one condition',
    'step_dead',
    flowOf([
      goal(
        'g',
        { all: [{ field: 'cart.value', op: 'gt', value: 5000 }, { not: { field: 'cart.value', op: 'gt', value: 1000 } }] },
        'say',
        'end',
      ),
      message('say', 'end'),
      end(),
    ]),
  ),
  defect(
    'a branch that is settled, though both lead on',
    'branch_never_taken',
    flowOf([
      split('a', stale, 'b', 'end'),
      split('b', { field: 'rfm.recency', op: 'gte', value: 30 }, 'say', 'end'),
      message('say', 'end'),
      end(),
    ]),
  ),
  defect('a thank-you after the goal', 'step_behind_goal', {
    ...flowOf([offer('offer', { purchased: 'thanks', no_reply: 'end' }), message('thanks', 'end'), end()]),
    goal: { event: 'purchase' },
  }),
  defect(
    'a limit that nobody reaches',
    'limit_never_limits',
    flowOf([
      message('say', 'once'),
      limit('once', 3, 'wait', 'sorry'),
      delay('wait', 'P1D', 'end'),
      message('sorry', 'end'),
      end(),
    ]),
  ),
  defect(
    'an inner limit that the outer one forestalls',
    'limit_never_limits',
    flowOf([
      asking('ask', { 'reply:yes': 'end', no_reply: 'outer' }, 'P3D'),
      limit('outer', 2, 'inner', 'end'),
      limit('inner', 5, 'ask', 'end'),
      end(),
    ]),
  ),
  defect('a click that the silence of its goal hides', 'step_behind_goal', {
    ...flowOf([
      asking('ask', { clicked: 'more', no_reply: 'end' }, 'P2D', { content: 'See {{link}}', link }),
      message('more', 'end'),
      end(),
    ]),
    goal: { event: 'click' },
  }),
  defect(
    'silence that waits for nobody',
    'edge_missing',
    flowOf([
      message('say', 'quiet'),
      { ...noReply('quiet', 'P1D', 'end', 'end'), events: [{ type: 'no_reply', nextStepID: 'end' }] } as never,
      end(),
    ]),
  ),
]

/** Three texts at once where two a day are the cap: the shop allows flows more than its caps let through. */
export const suppressed = flowOf([message('a', 'b'), message('b', 'c'), message('c', 'end'), end()])
