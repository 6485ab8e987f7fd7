import type { EffectPreview } from '../../../functions/events/effect-preview.ts';
import type { Context } from '../../context/context.ts';
import { previewEffect } from './effect.ts';
import type { Answer } from './price-answers.ts';

/** An answer with what could be told after the change that it plans. */
export type Previewed = Answer & { effectPreview?: EffectPreview };

/** Adds how large an effect would show after 28 days, where there is a plan. */
export async function withPreview(context: Context, answer: Answer): Promise<Previewed> {
  const effectPreview = answer.plan === undefined ? undefined : await previewEffect(context, answer.plan);
  return { ...answer, ...(effectPreview !== undefined && { effectPreview }) };
}

/** The line below a plan, with its line break; empty where nothing is known. */
export const previewLine = ({ effectPreview }: Previewed): string =>
  effectPreview === undefined ? '' : `\nMeasuring the effect: ${effectPreview.words}`;
