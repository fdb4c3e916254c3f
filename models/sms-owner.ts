import type { SmsRequest } from '../schemas/records.ts'

/** Whose key seals a request: the customer's, or the phone's own where only a phone was given. */
export const smsOwner = ({ customerId, recipient }: Partial<Pick<SmsRequest, 'customerId' | 'recipient'>>): string =>
  customerId ?? `phone:${recipient}`
