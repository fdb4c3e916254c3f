import { type Logger, pino } from 'pino'

/** JSON lines on standard error. What could hold a phone or a key is taken out whatever logs it. */
export const jsonLogger = (level: string): Logger =>
  pino(
    {
      level,
      base: null,
      redact: {
        paths: [
          'phone',
          'to',
          'text',
          'key',
          'authorization',
          '*.phone',
          '*.to',
          '*.text',
          '*.authorization',
          'req.headers.authorization',
        ],
        censor: '•••',
      },
    },
    pino.destination(2),
  )
