import { percent, TIMES_FROM, times } from '../../platform/util/describe-ratio.ts';
import { visibleFall } from './verdict.ts';

/** A fall by more than this is told as a fall to almost nothing. */
const NEARLY_ALL = 0.95;

/**
 * How large an effect must be to show: "a rise of 25 % or more or a fall of 20 % or more". The two differ, as a fall
 * never reaches 100 % and a rise may pass it.
 *
 * @param rise the smallest rise that shows in four cases of five, as a share
 */
export function visibleEffect(rise: number): string {
  const fall = visibleFall(rise);
  const up =
    1 + rise < TIMES_FROM ? `a rise of ${percent(rise)} or more` : `a rise to ${times(1 + rise)} or more`;
  return `${up} or ${fall > NEARLY_ALL ? 'a fall to almost nothing' : `a fall of ${percent(fall)} or more`}`;
}
