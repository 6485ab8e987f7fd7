import * as z from 'zod';
import { eventProductSchema } from '../events/event-product.ts';
import { SCHEDULED_EVENT } from '../platform/bus-event.ts';
import { JobError } from '../platform/errors.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { connectEffects } from './effect-composition.ts';
import type { EffectDependencies } from './measure/effect-dependencies.ts';
import { measureEffects } from './measure/measure-effects.ts';
import { previewEffect } from './measure/preview-effect.ts';

const log = createLog();
let connected: EffectDependencies | undefined;

const name = z.string().min(1).max(200);
/** Nothing: all that is due. A change: its looks. A preview: what could be told after a planned change. */
const inputSchema = z.object({
  change: z.object({ team: name, changeId: name }).optional(),
  preview: z
    .object({ team: name, product: eventProductSchema, territories: z.array(z.string().length(3)).max(300) })
    .optional(),
});

/** Measures what price changes did, daily and when somebody asks. */
export const handler = withErrorLogging(
  log,
  async (event: unknown) => {
    const { change, preview } = readEvent(
      inputSchema,
      event ?? {},
      'Nothing was measured. The input must be:',
    );
    connected ??= connectEffects(log);
    if (preview !== undefined) return previewEffect(connected, preview);
    const result = await measureEffects(connected, change);
    if (result.failures.length === 0) return result;
    throw new JobError({
      code: 'EFFECT_NOT_MEASURED',
      message: `${result.failures.length} price changes could not be looked at:\n${result.failures.map(({ changeId, reason }) => `  - ${changeId}: ${reason}`).join('\n')}`,
      retryable: true,
    });
  },
  { takes: [SCHEDULED_EVENT] },
);
