import { type Backend, escapeXml, queryErrorResponse, xmlResponse } from '../base/http-message.ts';
import type { DescribedStack } from '../template/resolved-stack.ts';

/** A stand-in of CloudFormation that describes the stacks which the local deploy has created, and nothing more. */
export function createCloudFormation(stacks: readonly DescribedStack[]): Backend {
  return async ({ operation, body }) => {
    if (operation !== 'DescribeStacks')
      return queryErrorResponse(400, 'InvalidAction', `The local CloudFormation has no ${operation}`);
    const name = new URLSearchParams(body.toString('utf8')).get('StackName');
    const found = stacks.filter((stack) => name === null || stack.name === name);
    if (found.length === 0 && name !== null)
      return queryErrorResponse(400, 'ValidationError', `Stack with id ${name} does not exist`);
    return xmlResponse(
      200,
      `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${found.map(stackXml).join('')}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  };
}

const stackXml = ({ name, outputs, tags }: DescribedStack): string =>
  `<member><StackName>${escapeXml(name)}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${pairs(outputs, 'OutputKey', 'OutputValue')}</Outputs><Tags>${pairs(tags, 'Key', 'Value')}</Tags></member>`;

const pairs = (record: Readonly<Record<string, string>>, keyName: string, valueName: string): string =>
  Object.entries(record)
    .map(
      ([key, value]) =>
        `<member><${keyName}>${escapeXml(key)}</${keyName}><${valueName}>${escapeXml(value)}</${valueName}></member>`,
    )
    .join('');
