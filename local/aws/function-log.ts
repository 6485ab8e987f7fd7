import type { Clock, EpochMillis } from '../../functions/platform/clock.ts';
import { isObject, isText, type JsonObject, parseJson } from './json.ts';

/** One line a function printed. */
export type LogLine = { functionId: string; requestId: string | undefined; at: EpochMillis; line: string };

/** One measurement that a function printed in CloudWatch's embedded metric format. */
export type Metric = {
  functionId: string;
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  value: number;
  at: EpochMillis;
};

export type FunctionLog = {
  /** Takes output as it comes; lines may come in pieces. */
  write(functionId: string, requestId: string | undefined, text: string): void;
  logs(): readonly LogLine[];
  metrics(): readonly Metric[];
};

export function createFunctionLog(clock: Clock): FunctionLog {
  const lines: LogLine[] = [];
  const metrics: Metric[] = [];
  return {
    write(functionId, requestId, text) {
      for (const line of text.split('\n')) {
        if (line.trim() === '') continue;
        lines.push({ functionId, requestId, at: clock.now(), line });
        metrics.push(...embeddedMetrics(line).map((metric) => ({ functionId, ...metric })));
      }
    },
    logs: () => [...lines],
    metrics: () => [...metrics],
  };
}

/** The measurements in a log line; none when it is an ordinary line. */
export function embeddedMetrics(line: string): Omit<Metric, 'functionId'>[] {
  if (!line.startsWith('{')) return [];
  const root = parseJson(line);
  const aws = isObject(root) ? root['_aws'] : undefined;
  if (!isObject(root) || !isObject(aws) || !Array.isArray(aws['CloudWatchMetrics'])) return [];
  const at = typeof aws['Timestamp'] === 'number' ? aws['Timestamp'] : 0;
  return aws['CloudWatchMetrics'].filter(isObject).flatMap((directive) => fromDirective(root, directive, at));
}

function fromDirective(root: JsonObject, directive: JsonObject, at: EpochMillis) {
  const sets = Array.isArray(directive['Dimensions']) ? directive['Dimensions'] : [];
  const names = Array.isArray(directive['Metrics']) ? directive['Metrics'].filter(isObject) : [];
  const dimensions = Object.fromEntries(
    sets
      .flat()
      .filter(isText)
      .map((name) => [name, String(root[name])]),
  );
  return names.flatMap(({ Name }) => {
    const name = String(Name);
    const value = root[name];
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) => ({
      namespace: String(directive['Namespace']),
      name,
      dimensions,
      value: Number(one),
      at,
    }));
  });
}
