import type { ReplaySummary } from '../../producers/replay.ts'
import type { ReplayProgress } from '../../producers/replay-progress.ts'
import type { Speed } from '../../producers/speed.ts'
import type { Survey } from '../../producers/survey.ts'

/** What is about to be sent, in a sentence or two; undefined when that goes without saying. */
export function beginText(file: string, row: number, survey: Survey | undefined, speed: Speed): string | undefined {
  const told: string[] = []
  if (row > 1) told.push(`${file}: going on at row ${row}, where an earlier replay ended (--from-start begins anew)`)
  if (survey !== undefined && survey.events > 0 && speed !== 'max') {
    const { events, first, last, late } = survey
    told.push(
      `${file}: ${events} events from ${day(first)} to ${day(last)}, at ${speed}x about ${span((last - first) / speed / 1000)}`,
    )
    if (late > 0)
      told.push(
        `${file}: ${late} events stand more than 50,000 rows from their place in time; they go out as they are met. Sort the file by time for a true pace.`,
      )
  }
  return told.length === 0 ? undefined : told.join('\n')
}

/** One line of progress. */
export function progressText(file: string, progress: ReplayProgress): string {
  const { sent, bytesRead, bytesTotal, rowsPerSecond, secondsLeft, at, secondsBehind = 0 } = progress
  const left = secondsLeft === undefined ? '' : `, ${span(secondsLeft)} left`
  if (at !== undefined) {
    const behind = secondsBehind < 1 ? '' : `, ${span(secondsBehind)} behind`
    return `${file}: at ${new Date(at).toISOString().slice(0, 19)}Z, ${sent} events${behind}${left}`
  }
  const percent = bytesTotal === 0 ? 100 : Math.floor((bytesRead / bytesTotal) * 100)
  return `${file}: ${percent} %, ${sent} events, ${Math.round(rowsPerSecond)}/s${left}`
}

/** What was sent, and what was left out and why. */
export function summaryText({ format, from, rows, sent, skipped, rejected, seconds }: ReplaySummary): string {
  const tallies = (title: string, all: ReplaySummary['skipped']) =>
    Object.entries(all).map(([reason, { count, firstRows: first, example }]) => {
      const where = `row${first.length === 1 ? '' : 's'} ${first.join(', ')}${count > first.length ? ', …' : ''}`
      return `  ${title} ${count}: ${reason} (${where})${example === reason ? '' : `\n    ${example}`}`
    })
  const since = from === 1 ? '' : ` from row ${from} on`
  return [
    `${format}: ${rows} rows${since}, ${sent} events sent in ${seconds.toFixed(1)} s`,
    ...tallies('skipped', skipped),
    ...tallies('rejected', rejected),
  ].join('\n')
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** A duration in its two largest units. */
function span(seconds: number): string {
  const whole = Math.ceil(seconds)
  const [d, h, m, s] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60]
  if (d > 0) return `${d} d ${h} h`
  if (h > 0) return `${h} h ${m} min`
  return m > 0 ? `${m} min ${s} s` : `${s} s`
}
