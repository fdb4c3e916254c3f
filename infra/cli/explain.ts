import { CustomerAnalyticsError } from '../analytics/customer-analytics-error.ts'
import { ConfigError } from '../config.ts'
import { Complaint } from './complaint.ts'

/** Errors of the parts that are meant for people. */
const TOLD = [
  'DataFolderLocked',
  'MigrationError',
  'ReplayRefused',
  'LogUnavailable',
  'SettingsMismatch',
  'LogReset',
  'RebuildRefused',
  'RebuildBusy',
]

const FILES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder, not a file',
  EEXIST: 'it is there already, and is no folder',
  EACCES: 'this user may not open it',
  EPERM: 'this user may not open it',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
}

/** What a person can mend, as a sentence; undefined of anything else: that is a bug, and gets its stack. */
export function explain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof ConfigError || error instanceof Complaint || TOLD.includes(error.constructor.name)) return error.message
  if (error instanceof CustomerAnalyticsError) return `${error.message}\n${error.fix}`
  const { code, path } = error as NodeJS.ErrnoException
  if (code !== undefined && path !== undefined && code in FILES) return `${path}: ${FILES[code]}.`
  return code !== undefined && isOfPostgres(code)
    ? `Postgres: ${error.message || code}. Check DATABASE_URL; \`tarang doctor\` tells more.`
    : undefined
}

/**
 * SQLSTATE classes: 08 connections, 28 logins, 3D databases that are not there, 57P shutting down or starting up.
 * Without an answer it is the socket's own code.
 */
const isOfPostgres = (code: string): boolean =>
  /^(08...|28...|3D...|57P..)$/.test(code) || ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET'].includes(code)
