import * as z from 'zod';
import { type Place, VIEWS } from './model/place.ts';

const placeSchema = z.object({
  view: z.enum(VIEWS).optional(),
  series: z.string().optional(),
  date: z.string().optional(),
  change: z.string().optional(),
});

/**
 * What a dashboard sends: the widget's own parameters, or those of what was clicked, and its context.
 * Source: "Details about custom widgets in CloudWatch".
 */
const eventSchema = placeSchema.extend({
  describe: z.boolean().optional(),
  widgetContext: z
    .object({ theme: z.string().optional(), params: placeSchema.nullish().catch(undefined) })
    .optional(),
});

export type WidgetRequest = { describe: true } | { describe: false; place: Place; theme: string | undefined };

/** Reads the event. What it does not understand shows the overview, as a dashboard has no place for errors. */
export function readWidgetEvent(event: unknown): WidgetRequest {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) return { describe: false, place: { view: 'overview' }, theme: undefined };
  const { describe, widgetContext, view, series, date, change } = parsed.data;
  if (describe === true) return { describe: true };
  return {
    describe: false,
    place: {
      view: view ?? widgetContext?.params?.view ?? 'overview',
      ...(series !== undefined && { series }),
      ...(date !== undefined && { date }),
      ...(change !== undefined && { change }),
    },
    theme: widgetContext?.theme,
  };
}

/** What the console shows to whoever adds the widget by hand. */
export const DESCRIPTION = `## App Store Connect Jobs
The state of reports, prices and keys. Parameters:

\`\`\` yaml
view: overview # or reports, prices, keys
\`\`\`
`;
