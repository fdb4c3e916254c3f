import type { segments } from '../../segments.ts'

type Segment = (typeof segments)[number]

/** What to do about a segment: English words; translations go by the segment's name. */
export interface SegmentStrategy {
  readonly goal: string
  readonly action: string
  /** How much care a customer of it is worth, by M: 4 and 5 more, 1 and 2 less. */
  readonly byValue: { readonly more: string; readonly usual: string; readonly less: string }
}

const careOf = (more: string, less: string) => ({ more, usual: 'As the segment is treated.', less })

/** A strategy for each of the eleven segments of `segmentTable`. */
export const segmentStrategies: Readonly<Record<Segment, SegmentStrategy>> = {
  Champions: {
    goal: 'Keep them, and have them tell others',
    action: 'Early access, thanks, invitations to review and refer. No discounts: they buy without.',
    byValue: careOf('A person they can write to.', 'Show them dearer goods of the kinds they love.'),
  },
  Loyal: {
    goal: 'Make champions of them',
    action: 'Loyalty points and what goes with what they buy, at the interval at which they come.',
    byValue: careOf('Early access, as champions have it.', 'Bundles that raise the basket.'),
  },
  'Potential Loyalist': {
    goal: 'Make a habit of it',
    action: 'Recommend by what they bought, and reward the next order.',
    byValue: careOf('Offer membership now.', 'Free delivery from a little above their basket.'),
  },
  New: {
    goal: 'Win the second order',
    action: 'Welcome them, say how to use what they bought, and show what others bought next.',
    byValue: careOf('A personal word after the first delivery.', 'A small reason to come again within a month.'),
  },
  Promising: {
    goal: 'Win the second order before they forget',
    action: 'Remind them of what they looked at, with a small offer that ends soon.',
    byValue: careOf('A better offer: their first order was large.', 'No more than reminders.'),
  },
  'Need Attention': {
    goal: 'Bring them back into their rhythm',
    action: 'An offer on what they usually buy, limited in time.',
    byValue: careOf('Ask what they miss.', 'One offer, then seasonal mailings.'),
  },
  'About To Sleep': {
    goal: 'Wake them before it costs more',
    action: 'Show what is new and popular, and one discount on the kind they bought.',
    byValue: careOf('A second try with a better offer.', 'Only the news.'),
  },
  "Can't Lose": {
    goal: 'Win back those who came most often',
    action: 'Write personally, ask what went wrong, and make the best offer there is.',
    byValue: careOf('Call them.', 'An offer without a call.'),
  },
  'At Risk': {
    goal: 'Win back while they remember',
    action: 'Remind them of what they used to buy, with an offer for coming back.',
    byValue: careOf('A personal offer.', 'One series, then rest.'),
  },
  Hibernating: {
    goal: 'Find those who still want something',
    action: 'Seasonal mailings with what is popular; take who answers into a welcome series.',
    byValue: careOf('One offer at a large occasion.', 'Leave out of paid campaigns.'),
  },
  Lost: {
    goal: 'Spend nothing on them',
    action: 'One last message with a choice to stay; then silence.',
    byValue: careOf('A last offer before silence.', 'Leave out.'),
  },
}

/** The strategy for a segment by its name and a customer's M. Undefined for a name that is none of the eleven, as where somebody edited the table. */
export function strategyOfSegment(segment: string, m: number): { goal: string; action: string; care: string } | undefined {
  const strategy = Object.hasOwn(segmentStrategies, segment) ? segmentStrategies[segment as Segment] : undefined
  if (strategy === undefined) return undefined
  const { goal, action, byValue } = strategy
  return { goal, action, care: m >= 4 ? byValue.more : m === 3 ? byValue.usual : byValue.less }
}
