import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import { isObject, isText, type JsonObject, parseJson } from '../base/json.ts';

/** A line that a function printed. */
export type LogLine = { functionId: string; requestId: string | undefined; at: EpochMillis; line: string };

/** One measurement that a function printed in CloudWatch's embedded metric format. */
export type Metric = {
  functionId: string;
  namespace: string;
  name: string;
  /** All dimensions that the line names. */
  dimensions: Record<string, string>;
  /** The sets of them under which CloudWatch counts it, each for itself. */
  dimensionSets: readonly (readonly string[])[];
  value: number;
  at: EpochMillis;
};

export type FunctionLog = {
  /** Takes what Lambda itself counts: an invocation, and whether it failed. */
  count(functionId: string, functionName: string, failed: boolean): void;
  /** Writes Lambda's own line at the end of an invocation, as it is where logs are JSON. */
  report(functionId: string, requestId: string, errorType: string | undefined): void;
  /** Takes output as it comes; lines may come in pieces. */
  write(functionId: string, requestId: string | undefined, text: string): void;
  logs(): readonly LogLine[];
  metrics(): readonly Metric[];
};

export function createFunctionLog(clock: Clock): FunctionLog {
  const lines: LogLine[] = [];
  const metrics: Metric[] = [];
  return {
    count(functionId, functionName, failed) {
      const own = { functionId, namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName } };
      const counted = { ...own, dimensionSets: [['FunctionName']], at: clock.now() };
      metrics.push({ ...counted, name: 'Invocations', value: 1 });
      metrics.push({ ...counted, name: 'Errors', value: failed ? 1 : 0 });
    },
    report(functionId, requestId, errorType) {
      const status =
        errorType === undefined ? 'success' : errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
      const line = JSON.stringify({
        time: new Date(clock.now()).toISOString(),
        type: 'platform.report',
        record: { requestId, status, ...(errorType !== undefined && { errorType }) },
      });
      lines.push({ functionId, requestId, at: clock.now(), line });
    },
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
  const sets = (Array.isArray(directive['Dimensions']) ? directive['Dimensions'] : [])
    .filter((set): set is unknown[] => Array.isArray(set))
    .map((set) => set.filter(isText));
  const names = Array.isArray(directive['Metrics']) ? directive['Metrics'].filter(isObject) : [];
  const dimensions = Object.fromEntries(sets.flat().map((name) => [name, String(root[name])]));
  return names.flatMap(({ Name }) => {
    const name = String(Name);
    const value = root[name];
    const values = Array.isArray(value) ? value : [value];
    return values.map((number) => ({
      namespace: String(directive['Namespace']),
      name,
      dimensions,
      dimensionSets: sets,
      value: Number(number),
      at,
    }));
  });
}
