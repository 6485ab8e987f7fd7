/** A share in whole percents: 0.214 is "21 %". */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** From twice as much on, times say more than percents: "4.2 times" and not "317 % up". */
export const TIMES_FROM = 2;

/** "4.2 times". */
export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;

/** A ratio of after and before in words: "21 % down", "27 % up", "4.2 times as much". */
export function describeRatio(ratio: number): string {
  if (ratio < 1) return `${percent(1 - ratio)} down`;
  return ratio < TIMES_FROM ? `${percent(ratio - 1)} up` : `${times(ratio)} as much`;
}
