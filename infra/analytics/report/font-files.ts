import { createRequire } from 'node:module'

const at = (path: string): string => createRequire(import.meta.url).resolve(`@expo-google-fonts/${path}`)

/** Fonts of what is printed: they come as packages, for a machine that prints may have none. Noto Naskh Arabic has no Latin letters, Noto Sans no Arabic ones: a line of both needs both. */
export const fontFiles = {
  latin: at('noto-sans/400Regular/NotoSans_400Regular.ttf'),
  latinBold: at('noto-sans/700Bold/NotoSans_700Bold.ttf'),
  arabic: at('noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf'),
  arabicBold: at('noto-naskh-arabic/700Bold/NotoNaskhArabic_700Bold.ttf'),
} as const

/** As CSS and ECharts name them; a page that has none of them takes what the reader's machine has. */
export const fontFamily = "'Noto Sans', 'Noto Naskh Arabic', sans-serif"
