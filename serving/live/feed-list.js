/** At most one new line in this time: people read, they do not count. */
const CALM_MS = 1_400

/**
 * A list of the latest, newest first. It takes what comes at any rate and shows as much as can be read; while the pointer
 * or the focus is in it nothing moves.
 */
export function feedList(section, limit, toLine) {
  const list = section.querySelector('.feed')
  const held = section.querySelector('.held')
  let waiting
  let busy = false

  const isHeld = () => section.matches(':hover') || section.contains(document.activeElement)
  const show = (line, isNew) => {
    if (isNew) line.classList.add('arriving')
    list.prepend(line)
    while (list.children.length > limit) list.lastElementChild.remove()
    section.classList.add('filled')
  }
  const next = () => {
    held.hidden = !isHeld()
    if (waiting !== undefined && held.hidden && !busy) {
      const item = waiting
      waiting = undefined
      busy = true
      show(toLine(item), true)
      setTimeout(() => {
        busy = false
        next()
      }, CALM_MS)
    }
  }
  for (const happening of ['pointerenter', 'pointerleave', 'focusin', 'focusout'])
    section.addEventListener(happening, () => setTimeout(next))

  return {
    fill(items) {
      list.replaceChildren()
      for (const item of items.slice(0, limit).reverse()) show(toLine(item), false)
    },
    /** Only the newest of those that wait is kept. */
    add(item) {
      waiting = item
      next()
    },
  }
}
