import { describeRatio, percent, TIMES_FROM, times } from '../../platform/util/describe-ratio.ts';
import type { BesideProduct } from './measure-beside.ts';

/** What the sentences are about: `subject` as in "sales were", the other product's name, and how many territories. */
export type Beside = { subject: string; name: string; territories: number };

/** Sentences about a product beside another one. They name no cause, as either product may have its own reasons. */
export function describeBeside(result: BesideProduct, { subject, name, territories }: Beside): string {
  switch (result.state) {
    case 'too-little-data':
      return `${name}, which the settings name as comparison, has too few sales or too short a history to be of use here.`;
    case 'no-gain':
      return `${name}, which the settings name as comparison, does not make the answer more exact: it moves differently, or sells too little.`;
    case 'compared': {
      const { low, high } = result.interval;
      const interval = `${describeRatio(low)} to ${describeRatio(high)}`;
      const where = territories === 1 ? 'the same territory' : `the same ${territories} territories`;
      if (result.word === undefined)
        return `Compared with ${name} in ${where}, where its price stayed, it is too little to tell: anything from ${interval} fits.`;
      return `No territory kept its price, so the comparison is ${name}, which the settings name, in ${where}, where its price stayed. After the change, ${subject} were ${difference(result.ratio, result.word)} if they had moved like those of ${name}, which may have its own reasons (90 % interval: ${interval}).`;
    }
  }
}

const difference = (ratio: number, word: 'more' | 'less'): string =>
  ratio >= TIMES_FROM
    ? `about ${times(ratio)} as much as`
    : `about ${percent(Math.abs(ratio - 1))} ${word} than`;
