// Runs before the page is drawn, so that a chosen theme does not flash. Without a choice the system's colours are used.
{
  const root = document.documentElement
  const stored = localStorage.getItem('theme')
  if (stored === 'light' || stored === 'dark') root.dataset.theme = stored
  const isDark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark'

  document.addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('theme')
    const tell = () => button.setAttribute('aria-pressed', String(isDark()))
    button.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark'
      localStorage.setItem('theme', root.dataset.theme)
      tell()
    })
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell)
    tell()
  })
}
