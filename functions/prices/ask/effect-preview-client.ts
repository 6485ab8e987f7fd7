import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type EffectPreview, effectPreviewSchema } from '../../events/effect-preview.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { Plan } from '../plan/plan.ts';
import { movingEntries } from '../plan/plan-rendering.ts';

/** What could be told after this plan; undefined where nobody knows. Never fails: a plan is worth telling without it. */
export type PreviewEffect = (plan: Plan) => Promise<EffectPreview | undefined>;

/** A year of daily reports takes some seconds to read; the change must not wait longer for one sentence. */
const PATIENCE_MILLIS = 45_000;

/** Lets the function that measures effects say how large an effect of this plan would show: it alone reads reports for it. */
export function createEffectPreviewClient(
  lambda: LambdaClient,
  functionName: string,
  log: Pick<Log, 'warn'>,
): PreviewEffect {
  return async (plan) => {
    const { team, product } = plan;
    const territories = movingEntries(plan)
      .filter(({ present }) => present !== null)
      .map(({ territory }) => territory);
    if (territories.length === 0) return undefined;
    try {
      const { Payload, FunctionError } = await lambda.send(
        new InvokeCommand({
          FunctionName: functionName,
          Payload: JSON.stringify({ preview: { team, product, territories } }),
        }),
        { abortSignal: AbortSignal.timeout(PATIENCE_MILLIS) },
      );
      const text = Payload?.transformToString() ?? '';
      if (FunctionError === undefined) return effectPreviewSchema.parse(JSON.parse(text));
      log.warn('The plan is told without how large an effect would show', { team, product, FunctionError });
    } catch (error) {
      log.warn('The plan is told without how large an effect would show', { team, product, error });
    }
    return undefined;
  };
}
