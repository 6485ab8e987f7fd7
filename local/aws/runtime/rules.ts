import * as z from 'zod';
import { isObject } from '../base/json.ts';
import { busName, type Rule } from '../services/event-bridge.ts';
import { compilePattern } from '../services/event-pattern.ts';
import type { ResolvedApp } from '../template/resolved-stack.ts';
import { findTarget } from './functions.ts';
import type { DeployedFunction } from './runtime.ts';

const ruleProperties = z.object({
  EventBusName: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z.array(z.object({ Arn: z.string() })).default([]),
});

/** The rules of the template; each target is a function, invoked with the whole event. */
export function deployedRules(
  { resources }: ResolvedApp,
  functions: readonly DeployedFunction[],
  invoke: (target: DeployedFunction, event: unknown) => Promise<void>,
): Rule[] {
  return resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .map(({ name, properties }) => {
      const { EventBusName, State, EventPattern, Targets } = ruleProperties.parse(properties);
      return {
        name,
        bus: busName(EventBusName),
        enabled: State === 'ENABLED',
        matches: compilePattern(isObject(EventPattern) ? EventPattern : {}),
        targets: Targets.map(({ Arn }) => {
          const target = findTarget(functions, Arn);
          return (event: unknown) => invoke(target, event);
        }),
      };
    });
}
