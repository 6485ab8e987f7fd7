import { type Backend, type GatewayResponse, xmlResponse } from './http-message.ts';

/** The outputs of each stack. */
export type StackOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** A stand-in of CloudFormation that describes the stacks which the local deploy has created, and nothing more. */
export function createCloudFormation(stacks: StackOutputs): Backend {
  return async ({ operation, body }) => {
    if (operation !== 'DescribeStacks')
      return failure('InvalidAction', `The local CloudFormation has no ${operation}`);
    const name = new URLSearchParams(body.toString('utf8')).get('StackName');
    const found = [...stacks].filter(([stack]) => name === null || stack === name);
    if (found.length === 0) return failure('ValidationError', `Stack with id ${name} does not exist`);
    return xmlResponse(
      200,
      `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${found.map(stackXml).join('')}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  };
}

const stackXml = ([stack, outputs]: readonly [string, Readonly<Record<string, string>>]): string =>
  `<member><StackName>${escapeXml(stack)}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${Object.entries(
    outputs,
  )
    .map(
      ([key, value]) =>
        `<member><OutputKey>${escapeXml(key)}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue></member>`,
    )
    .join('')}</Outputs></member>`;

const failure = (code: string, message: string): GatewayResponse =>
  xmlResponse(
    400,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
  );

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
