import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { STAGE_TAG } from '../../functions/platform/config/stage-tag.ts';
import { JobError } from '../../functions/platform/errors.ts';

/**
 * The outputs of a deployment's stacks, which are found by the stage's tag, whatever their names. Somebody who may
 * describe only certain stacks gets those of the usual names.
 *
 * @throws JobError `NO_DEPLOYMENT` where no stack carries the tag, with the stages that there are
 */
export async function stackOutputs(
  client: CloudFormationClient,
  stage: string,
): Promise<ReadonlyMap<string, string>> {
  const stacks = await taggedStacks(client, stage).catch((error: unknown) => {
    if (error instanceof Error && /^AccessDenied/.test(error.name)) return usualStacks(client, stage);
    throw error;
  });
  return new Map(
    stacks
      .flatMap(({ Outputs = [] }) => Outputs)
      .map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

async function taggedStacks(client: CloudFormationClient, stage: string): Promise<Stack[]> {
  const found: Stack[] = [];
  const stages = new Set<string>();
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    for (const stack of Stacks) {
      const of = stack.Tags?.find(({ Key }) => Key === STAGE_TAG)?.Value;
      if (of === stage) found.push(stack);
      if (of !== undefined) stages.add(of);
    }
  }
  if (found.length > 0) return found;
  const others = stages.size === 0 ? 'there is none at all' : `there are: ${[...stages].sort().join(', ')}`;
  throw new JobError({
    code: 'NO_DEPLOYMENT',
    message: `No deployment of stage "${stage}" in this account and region; ${others}. Look at --stage, AWS_PROFILE and AWS_REGION, or deploy first (npx cdk deploy --all).`,
    retryable: false,
  });
}

async function usualStacks(client: CloudFormationClient, stage: string): Promise<Stack[]> {
  const suffix = stage === 'prod' ? '' : `-${stage}`;
  const described = await Promise.all(
    [`app-store-connect-storage${suffix}`, `app-store-connect-jobs${suffix}`].map((StackName) =>
      client.send(new DescribeStacksCommand({ StackName })),
    ),
  );
  return described.flatMap(({ Stacks = [] }) => Stacks);
}
