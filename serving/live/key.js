/** The key of this tab, where the server asks for one. */
export const key = {
  headers() {
    const stored = sessionStorage.getItem('key')
    return stored === null ? {} : { authorization: `Bearer ${stored}` }
  },
  /** Resolves when somebody gives a key. */
  changed() {
    const panel = document.getElementById('key')
    panel.hidden = false
    return new Promise(resolve => {
      panel.querySelector('form').addEventListener(
        'submit',
        event => {
          event.preventDefault()
          sessionStorage.setItem('key', new FormData(event.target).get('key').trim())
          panel.hidden = true
          resolve()
        },
        { once: true },
      )
    })
  },
}
