import type { DeployedFunction } from '../../local/aws/runtime/runtime.ts';

/** A deployed function without code. @param concurrency executions at the same time */
export const deployedFunction = (concurrency: number): DeployedFunction => ({
  id: 'Worker',
  name: 'worker',
  arn: 'arn:worker',
  code: '.',
  handler: 'index.handler',
  variables: {},
  timeoutSeconds: 1,
  memoryMegabytes: 128,
  concurrency,
});
