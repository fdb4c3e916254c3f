/** Now by the database's clock, epoch ms: leases that several instances look at must not depend on theirs. */
export const MOMENT = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
