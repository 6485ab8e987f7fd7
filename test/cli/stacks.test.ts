import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stackOutputs } from '../../cli/deployment/stacks.ts';

type Told = { name: string; stage?: string; outputs?: Record<string, string> };

const member = ({ name, stage, outputs = {} }: Told): string =>
  `<member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
  <Outputs>${Object.entries(outputs)
    .map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('')}</Outputs>
  <Tags>${stage === undefined ? '' : `<member><Key>app-store-connect-jobs:stage</Key><Value>${stage}</Value></member>`}</Tags></member>`;

/** An account's stacks, told in pages of two. */
describe('The stacks of a deployment', () => {
  let server: Server;
  let client: CloudFormationClient;
  let stacks: Told[] = [];
  let mayList = true;
  before(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const asked = new URLSearchParams(body);
      const name = asked.get('StackName');
      if (name === null && !mayList) {
        response
          .writeHead(403)
          .end(
            '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
          );
        return;
      }
      const from = Number(asked.get('NextToken') ?? 0);
      const told =
        name === null ? stacks.slice(from, from + 2) : stacks.filter((stack) => stack.name === name);
      const next = name === null && from + 2 < stacks.length ? `<NextToken>${from + 2}</NextToken>` : '';
      response.end(
        `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${told.map(member).join('')}</Stacks>${next}</DescribeStacksResult></DescribeStacksResponse>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    client = new CloudFormationClient({
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'operator', secretAccessKey: 'test' },
    });
  });
  after(() => {
    client.destroy();
    server.close();
  });

  it('are found by the stage’s tag among all of an account, whatever they are called', async () => {
    mayList = true;
    stacks = [
      { name: 'billing' },
      { name: 'our-lake', stage: 'prod', outputs: { LakeBucketName: 'lake' } },
      { name: 'staging-jobs', stage: 'staging', outputs: { KeysTableName: 'not-this' } },
      { name: 'our-jobs', stage: 'prod', outputs: { KeysTableName: 'keys' } },
    ];
    const outputs = await stackOutputs(client, 'prod');
    assert.deepEqual(Object.fromEntries(outputs), { LakeBucketName: 'lake', KeysTableName: 'keys' });
  });

  it('that are not there are told with the stages that are', async () => {
    await assert.rejects(stackOutputs(client, 'test'), {
      code: 'NO_DEPLOYMENT',
      message: /No deployment of stage "test" in this account and region; there are: prod, staging\./,
    });
  });

  it('are found by their usual names by somebody who may not list stacks', async () => {
    mayList = false;
    stacks = [
      { name: 'app-store-connect-storage-staging', outputs: { LakeBucketName: 'lake' } },
      { name: 'app-store-connect-jobs-staging', outputs: { KeysTableName: 'keys' } },
    ];
    const outputs = await stackOutputs(client, 'staging');
    assert.deepEqual(Object.fromEntries(outputs), { LakeBucketName: 'lake', KeysTableName: 'keys' });
  });
});
