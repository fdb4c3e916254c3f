/** `+923001234567` → `+92•••••67`. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}•••••${phone.slice(-2)}`
