const SAMPLES = 90
const HEIGHT = 100
const STEP = 10

/**
 * The last minute and a half of events as a wave that runs to the left, one step a second. It is as high as the largest of them,
 * so that a quiet shop has a wave as well; before the first second there is nothing.
 */
export function wave(svg) {
  const values = []
  svg.setAttribute('viewBox', `0 0 ${(SAMPLES - 1) * STEP} ${HEIGHT}`)
  svg.innerHTML = `<defs><linearGradient id="depth" x1="0" y1="0" x2="0" y2="1"><stop offset="0"/><stop offset="1"/></linearGradient></defs><g><path class="water"/><path class="crest"/></g>`
  const [water, crest] = svg.querySelectorAll('path')
  const group = svg.querySelector('g')
  const still = matchMedia('(prefers-reduced-motion: reduce)')
  let ceiling = 1

  return seconds => {
    values.push(...seconds)
    values.splice(0, values.length - SAMPLES - 1)
    if (values.length < 2) return
    const most = Math.max(...values, 1)
    ceiling = seconds.length > 1 ? most : ceiling + (most - ceiling) * 0.3
    // One step too far to the right: the wave then moves in by it while the second lasts.
    const first = (SAMPLES - values.length + 1) * STEP
    const line = curve(values.map((v, i) => [first + i * STEP, HEIGHT - 4 - Math.min(1.05, v / ceiling) * (HEIGHT - 24)]))
    crest.setAttribute('d', line)
    water.setAttribute('d', `${line}V${HEIGHT}H${first}Z`)
    const moved = `translateX(${-STEP}px)`
    group.animate([{ transform: still.matches ? moved : 'none' }, { transform: moved }], { duration: 1000, fill: 'forwards' })
  }
}

/** A curve through points with horizontal tangents half way between them: it never overshoots. */
function curve(points) {
  let path = `M${points[0].join(' ')}`
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]]
    const middle = (x0 + x1) / 2
    path += `C${middle} ${y0.toFixed(2)} ${middle} ${y1.toFixed(2)} ${x1} ${y1.toFixed(2)}`
  }
  return path
}
