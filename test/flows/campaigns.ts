import type { Flow } from '../../schemas/flow.ts'
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

const link = 'https://shop.example/sale'
const off = (value: number, more: object = {}) => ({ type: 'percent', value, ...more }) as const
const stale = { field: 'rfm.recency', op: 'gte', value: 90 }
const rich = { field: 'purchases.total', op: 'gte', value: 20_000 }

/** Campaigns as shops run them, by name: all are sound for the shop of test/support/flow-shop.ts. */
export const campaigns: Readonly<Record<string, Flow>> = Object.fromEntries(
  Object.entries({
    'win back': flowOf(
      [
        asking('offer', { 'reply:yes': 'thanks', clicked: 'end', no_reply: 'remind' }, 'P3D', {
          content: 'Hi {{first_name}}, {{discount}} for you with {{code}} until {{expires}}: {{link}}',
          link,
          discount: off(20, { code: 'BACK20', expiresAfter: 'P7D' }),
        }),
        message('remind', 'end', {
          content: '{{first_name}}, your {{discount}} is still there: {{link}} {{shop}}',
          link,
          discount: off(20),
        }),
        message('thanks', 'end', { content: 'Shukriya {{first_name}}!', language: 'roman-ur' }),
        end(),
      ],
      { trigger: { type: 'inactivity', after: 'P90D' }, entry: 'per_window', entryWindow: 'P30D', goal: { event: 'purchase' } },
    ),
    'remind up to three times': flowOf(
      [
        asking('ask', { 'reply:yes': 'end', no_reply: 'times' }, 'P3D', { content: 'Still interested in {{product}}?' }),
        limit('times', 2, 'ask', 'end'),
        end(),
      ],
      { trigger: { type: 'cart_abandoned', after: 'PT1H' }, goal: { event: 'purchase' } },
    ),
    'weekly list on Mondays': flowOf(
      [
        schedule('monday', { days: ['mon'], window: { from: '10:00', to: '12:00' } }, 'list'),
        message('list', 'wait', { content: 'This week: {{product}}, {{product_2}} and {{product_3}}. {{link}}', link }),
        delay('wait', 'P1D', 'weeks'),
        limit('weeks', 8, 'monday', 'end'),
        end(),
      ],
      { trigger: { type: 'signup' } },
    ),
    'every Friday': flowOf([message('deal', 'end', { content: 'Friday deal: {{product}} at {{price}}' }), end()], {
      trigger: { type: 'schedule', days: ['fri'], time: '10:00' },
      entry: 'per_event',
    }),
    'order says thanks': flowOf(
      [
        delay('wait', 'P2D', 'ask'),
        asking('ask', { 'reply:praise': 'good', 'reply:complaint': 'bad', no_reply: 'end' }, 'P2D', {
          content: 'How was {{product}}?',
        }),
        property('good', 'happy', true, 'tell'),
        message('tell', 'end', { content: 'Glad to hear that!' }),
        webhook('bad', 'https://hooks.shop.example/complaint', { default: 'sorry', failed: 'sorry' }),
        message('sorry', 'end', { content: 'We are sorry, and call you today.' }),
        end(),
      ],
      { trigger: { type: 'purchase' }, entry: 'per_event' },
    ),
    'by segment': flowOf([
      segment('loyal', { field: 'segment', op: 'in', value: ['Champions', 'Loyal'] }, 'best', 'risky'),
      segment('risky', { field: 'segment', op: 'eq', value: 'At Risk' }, 'save', 'end'),
      message('best', 'end', { content: 'New for you first: {{product}}' }),
      message('save', 'end', { content: '{{discount}} to come back', discount: off(30) }),
      end(),
    ]),
    'by spend and recency': flowOf([
      split('stale', stale, 'rich', 'end'),
      split('rich', rich, 'high', 'low'),
      message('high', 'end', { content: '{{discount}}', discount: off(40) }),
      message('low', 'end', { content: '{{discount}}', discount: { type: 'amount', value: 500 } }),
      end(),
    ]),
    'recency in three ranges': flowOf([
      split('new', { field: 'rfm.recency', op: 'lt', value: 30 }, 'fresh', 'older'),
      split('older', { field: 'rfm.recency', op: 'lt', value: 90 }, 'middle', 'old'),
      message('fresh', 'end'),
      message('middle', 'end'),
      message('old', 'end'),
      end(),
    ]),
    'asked again after a day': flowOf([
      split('first', stale, 'end', 'wait'),
      delay('wait', 'P1D', 'again'),
      split('again', stale, 'text', 'end'),
      message('text', 'end'),
      end(),
    ]),
    'two texts tried': flowOf([
      experiment('try', { a: 50, b: 50 }, { a: 'short', b: 'long' }),
      message('short', 'end', { content: 'Sale: {{link}}', link }),
      message('long', 'end', { content: '{{first_name}}, our sale has begun: {{link}}', link }),
      end(),
    ]),
    'three texts by Thompson': flowOf(
      [
        { ...experiment('try', { a: 33.33, b: 33.33, c: 33.34 }, { a: 'a', b: 'b', c: 'c' }), allocation: 'thompson' },
        message('a', 'end'),
        message('b', 'end'),
        message('c', 'end'),
        end(),
      ],
      { holdoutPercent: 10 },
    ),
    'choose and buy': flowOf([
      choice('choose', { chosen: 'offer', no_reply: 'end' }, { content: 'Which: {{product}} or {{product_2}}?', count: 2 }),
      offer(
        'offer',
        { purchased: 'end', no_reply: 'end' },
        { content: '{{product}}, {{discount}}: {{link}}', discount: off(10) },
      ),
      end(),
    ]),
    'buy and thank': flowOf([
      offer('offer', { purchased: 'thanks', declined: 'end' }, { content: '{{product}} for {{price}}?' }),
      message('thanks', 'end', { content: 'Thank you!' }),
      end(),
    ]),
    'wait for the purchase': flowOf(
      [
        message('tell', 'wait', { content: 'Your {{product}} is back' }),
        purchase('wait', { purchased: 'end', no_reply: 'remind' }, { after: 'P5D' }),
        message('remind', 'end', { content: 'Only a few left' }),
        end(),
      ],
      { trigger: { type: 'back_in_stock' } },
    ),
    'before, at and after Eid': flowOf(
      [
        branching('when', { at: '2027-03-20T04:00:00Z' }, 'early', 'day', 'late'),
        message('early', 'end', { content: 'Eid sale soon' }),
        message('day', 'end', { content: 'Eid Mubarak, {{first_name}}' }),
        message('late', 'end', { content: 'The sale goes on' }),
        end(),
      ],
      { trigger: { type: 'manual' } },
    ),
    'on a date, and two days later': flowOf(
      [message('first', 'wait'), delay('wait', 'P2D', 'second'), message('second', 'end'), end()],
      { trigger: { type: 'date', at: '2027-03-20T04:00:00Z' } },
    ),
    'by the hour': flowOf([
      branching('hour', { window: { from: '10:00', to: '18:00' } }, 'wait', 'text', 'wait'),
      schedule('wait', { window: { from: '10:00', to: '18:00' } }, 'text'),
      message('text', 'end'),
      end(),
    ]),
    'evenings over midnight': flowOf([
      schedule('late', { window: { from: '20:00', to: '01:00' } }, 'text'),
      message('text', 'end'),
      end(),
    ]),
    'not more than two a week': flowOf([
      message('one', 'wait'),
      delay('wait', 'P1D', 'few'),
      rateLimit('few', 2, 'P1W', 'two', 'end'),
      message('two', 'end'),
      end(),
    ]),
    'first hundred': flowOf([
      limit('hundred', 100, 'text', 'late', { scope: 'campaign' }),
      message('text', 'end'),
      message('late', 'end'),
      end(),
    ]),
    'listens after a text': flowOf([
      message('say', 'hear', { content: 'Reply SIZE for sizes' }),
      reply('hear', ['product_question', 'other'], { 'reply:product_question': 'sizes', 'reply:other': 'end', no_reply: 'end' }),
      message('sizes', 'end'),
      end(),
    ]),
    'silence means more': flowOf([
      message('say', 'quiet'),
      noReply('quiet', 'P4D', 'more', 'end'),
      message('more', 'end'),
      end(),
    ]),
    'goal in between': flowOf([
      message('say', 'wait'),
      delay('wait', 'P3D', 'bought'),
      goal('bought', { field: 'purchases.count', op: 'gte', value: 1, within: 'P3D' }, 'end', 'again'),
      message('again', 'end'),
      end(),
    ]),
    Urdu: flowOf([
      message('salam', 'end', {
        content: 'السلام علیکم {{first_name}}، {{product}} پر {{discount}}',
        language: 'ur',
        discount: off(15),
      }),
      end(),
    ]),
    birthday: flowOf(
      [
        message('wish', 'end', { content: 'Happy birthday {{first_name}}: {{discount}}', discount: { type: 'free_shipping' } }),
        end(),
      ],
      {
        trigger: { type: 'birthday' },
        entry: 'per_event',
      },
    ),
    'marks and asks': flowOf([
      asking('ask', { 'reply:yes': 'mark', no_reply: 'end' }, 'P2D', { content: 'Do you want our catalogue?' }),
      property('mark', 'catalogue', 'yes', 'hook'),
      webhook('hook', 'https://hooks.shop.example/catalogue', { default: 'end' }),
      end(),
    ]),
    'long journey': flowOf([
      message('one', 'w1'),
      delay('w1', 'P7D', 'two'),
      message('two', 'w2'),
      delay('w2', 'P7D', 'three'),
      message('three', 'w3'),
      delay('w3', 'P14D', 'four'),
      message('four', 'end'),
      end(),
    ]),
    'anything but lost': flowOf(
      [
        segment('not-lost', { not: { field: 'segment', op: 'eq', value: 'Lost' } }, 'text', 'end'),
        split('text', { any: [rich, { field: 'clicks.count', op: 'gt', value: 3, within: 'P7D' }] }, 'say', 'end'),
        message('say', 'end'),
        end(),
      ],
      { trigger: { type: 'click' }, entry: 'per_event' },
    ),
  }).map(([name, flow]) => [name, flow as Flow]),
)
