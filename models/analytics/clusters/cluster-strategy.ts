/** What to do about a cluster: a code that translations go by, and English words. */
export interface ClusterStrategy {
  readonly code: keyof typeof strategies
  readonly goal: string
  readonly action: string
}

const strategies = {
  reward: {
    goal: 'Keep the best',
    action: 'Thank them, show them what is new before others see it, and spend no discount on them.',
  },
  make_loyal: {
    goal: 'Make the good ones the best',
    action: 'Reward the next order and the one after it, with what goes with what they bought: they are on the way.',
  },
  grow_basket: {
    goal: 'Raise what an order brings',
    action: 'Show what goes with what they buy, and set free delivery a little above their usual basket.',
  },
  next_order: {
    goal: 'Win the next order',
    action: 'Follow up a good first impression: what goes with their order, at the time their like usually come again.',
  },
  welcome: {
    goal: 'Make newcomers at home',
    action: 'A short series that shows what the shop has, with a small reason to order a second time.',
  },
  win_back: {
    goal: 'Win back before they are gone',
    action: 'Ask what went wrong and make a personal offer now: they are worth more than what it costs.',
  },
  remind: {
    goal: 'Bring back a habit',
    action: 'Remind them of what they used to buy, with a modest offer that ends soon.',
  },
  reopen: {
    goal: 'Reopen a good account',
    action: 'Write seldom and well: one large occasion, with what they bought in mind.',
  },
  rest: {
    goal: 'Spend little',
    action: 'Leave them to seasonal mailings, and out of paid campaigns.',
  },
  observe: {
    goal: 'Find out what they answer to',
    action: 'Nothing tells them from the rest by what they buy: test two messages on a part of them before writing to all.',
  },
} as const

/** By whether they were there lately, come often, and spend much, each compared with all customers. */
const BY_SIDES: Readonly<Record<string, keyof typeof strategies>> = {
  'lately often much': 'reward',
  'lately often little': 'grow_basket',
  'lately seldom much': 'next_order',
  'lately seldom little': 'welcome',
  'long often much': 'win_back',
  'long often little': 'remind',
  'long seldom much': 'reopen',
  'long seldom little': 'rest',
}

/** A centre that is nowhere farther from the mean than this many deviations is like everybody; the best are somewhere farther than `BEST`. */
const LIKE_ALL = 0.2
const BEST = 0.6

/**
 * The strategy for a cluster by its centre. Features that do not tell (left out, or not clustered by) are at the mean, and the mean counts as long
 * ago, seldom and little: the cheaper guess.
 *
 * @param centre in deviations from the mean of all customers, by the features' names
 */
export function strategyOfCluster(centre: Readonly<Record<string, number>>): ClusterStrategy {
  const { recency = 0, frequency = 0, monetary = 0 } = centre
  const code = codeOf(recency, frequency, monetary)
  return { code, ...strategies[code] }
}

function codeOf(recency: number, frequency: number, monetary: number): keyof typeof strategies {
  const farthest = Math.max(Math.abs(recency), Math.abs(frequency), Math.abs(monetary))
  if (farthest < LIKE_ALL) return 'observe'
  const sides = [recency < 0 ? 'lately' : 'long', frequency > 0 ? 'often' : 'seldom', monetary > 0 ? 'much' : 'little']
  const code = BY_SIDES[sides.join(' ')]!
  return code === 'reward' && farthest < BEST ? 'make_loyal' : code
}
