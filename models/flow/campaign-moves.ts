/** How a campaign stands: for those who make it. What customers meet of it is in models/flow/run/campaign.ts. */
export interface CampaignStanding {
  readonly status: 'draft' | 'running' | 'paused' | 'stopped'
  /** The newest version of its flow. */
  readonly version: number
  /** Which of them customers enter; null before the first launch. */
  readonly liveVersion: number | null
}

export const campaignMoves = ['launch', 'pause', 'resume', 'stop'] as const
export type CampaignMove = (typeof campaignMoves)[number]

/**
 * How a campaign stands after a move; undefined where there is no such move from here. A move to where it stands already changes nothing
 * (the same object), so that whoever lost an answer can ask again.
 *
 * A launch makes the newest version the one that customers enter. What is stopped is over for good: runs were ended.
 */
export function moved(standing: CampaignStanding, move: CampaignMove): CampaignStanding | undefined {
  const { status, version, liveVersion } = standing
  if (move === 'launch') {
    if (status === 'stopped') return undefined
    return status === 'running' && liveVersion === version ? standing : { status: 'running', version, liveVersion: version }
  }
  if (status === 'draft') return undefined
  const next = ({ pause: 'paused', resume: 'running', stop: 'stopped' } as const)[move]
  if (status === next) return standing
  return status === 'stopped' ? undefined : { ...standing, status: next }
}
