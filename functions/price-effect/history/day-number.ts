/** Days since 1970 of a day `YYYY-MM-DD`: days are counted as whole numbers, so that windows are sums over a list. */
export const dayNumber = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

/** The inverse: `YYYY-MM-DD`. */
export const dayOf = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10);
