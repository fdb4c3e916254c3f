/** The address of a server; one of IPv6 is written in brackets (RFC 3986 §3.2.2). */
export const httpAddress = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`
