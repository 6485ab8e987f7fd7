import type { AlarmDefinition } from './alarm-definition.ts';
import { FUNCTION_ALARMS } from './function-alarms.ts';
import { keyAlarms } from './key-alarms.ts';
import { PRICE_ALARMS } from './price-alarms.ts';
import { REPORT_ALARMS } from './report-alarms.ts';

/** Every alarm of a deployment: each for one failure that needs a person. */
export const alarmDefinitions = (settings: { keyMaxAgeDays: number }): readonly AlarmDefinition[] => [
  ...REPORT_ALARMS,
  ...PRICE_ALARMS,
  ...keyAlarms(settings),
  ...FUNCTION_ALARMS,
];
