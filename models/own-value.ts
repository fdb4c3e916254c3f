/** What a record holds under a name that outsiders chose: `constructor` and the like are held by every object and are nothing here. */
export const ownValue = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
