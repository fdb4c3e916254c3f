/** Okabe & Ito's colours (2008), which colour-blind people tell apart, a little calmer. Pages and paper draw with them. */
export const palette = ['#0b6e6e', '#d9822b', '#3b6fb6', '#b5487a', '#6a994e', '#8d6ab8', '#c2a01c', '#5b6472'] as const
/** The same on dark pages. */
export const onDark = ['#58c4c0', '#f0a860', '#86aee6', '#e389b4', '#a3cc86', '#bfa3e3', '#e3c85a', '#a9b3c1'] as const

/** Ink and paper of what is printed. */
export const ink = { text: '#1f2430', faint: '#5b6372', line: '#d5d9e0', zebra: '#f6f4ee', paper: '#ffffff' } as const
