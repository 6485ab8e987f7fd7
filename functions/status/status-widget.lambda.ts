import { documentClient, s3Client } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { systemClock } from '../platform/util/clock.ts';
import { readStatus, type StatusSource } from './read/read-status.ts';
import { renderWidget } from './render-page.ts';
import { DESCRIPTION, readWidgetEvent } from './widget-event.ts';

const log = createLog();
let source: StatusSource | undefined;

/** A widget is small and an answer ends at 6 MB: so many dates of each series. */
const MAXIMUM_DAYS = 120;

/** The status as a custom widget of a CloudWatch dashboard. Who may see it is who may invoke it. */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  const request = readWidgetEvent(event);
  if (request.describe) return { markdown: DESCRIPTION };
  source ??= connect();
  const status = await readStatus(source, request.place, { maximumDays: MAXIMUM_DAYS });
  return renderWidget(status, request.place, {
    endpoint: context.invokedFunctionArn,
    theme: request.theme,
  });
});

function connect(): StatusSource {
  const environment = readEnvironment(
    environmentSchema.pick({
      REPORTS_TABLE: true,
      PRICES_TABLE: true,
      KEYS_TABLE: true,
      LAKE_BUCKET: true,
      AWS_REGION: true,
    }),
  );
  return {
    documents: documentClient(),
    s3: s3Client(),
    tables: {
      reports: environment.REPORTS_TABLE,
      prices: environment.PRICES_TABLE,
      keys: environment.KEYS_TABLE,
    },
    bucket: environment.LAKE_BUCKET,
    settings: readBundledSettings(),
    clock: systemClock,
    name: `AWS, ${environment.AWS_REGION}`,
  };
}
