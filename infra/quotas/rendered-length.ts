/**
 * Text of a template as AWS will see it, with the longest values that intrinsic functions can have. Quotas are
 * compared with it before the account, the region and the generated names are known.
 */

/** The longest account-independent values. */
const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::StackName': 'app-store-connect-jobs-a-long-stage-name',
  'AWS::URLSuffix': 'amazonaws.com.cn',
};
/** Generated names have at most 64 characters (functions, roles); bucket names 63. */
const GENERATED_NAME = 'n'.repeat(64);
/** `arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:` and a generated name. */
const GENERATED_ARN = `arn:aws-us-gov:dynamodb:ap-southeast-1:123456789012:function:${GENERATED_NAME}`;

/** Replaces every intrinsic function in a part of a template by the longest text it can stand for. */
export function renderLongest(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renderLongest);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length !== 1 || first === undefined) return renderMembers(entries);
  const [name, argument]: [string, unknown] = first;
  switch (name) {
    case 'Ref':
      return PSEUDO_PARAMETERS[String(argument)] ?? GENERATED_NAME;
    case 'Fn::GetAtt':
      return GENERATED_ARN;
    case 'Fn::ImportValue':
      return GENERATED_ARN;
    case 'Fn::Join': {
      const [separator, parts]: unknown[] = Array.isArray(argument) ? argument : [];
      return (Array.isArray(parts) ? parts : [])
        .map((part) => asText(renderLongest(part)))
        .join(asText(separator));
    }
    case 'Fn::Sub':
      return asText(Array.isArray(argument) ? argument[0] : argument).replace(
        /\$\{([^}]+)\}/g,
        (_, reference: string) =>
          PSEUDO_PARAMETERS[reference] ?? (reference.includes('.') ? GENERATED_ARN : GENERATED_NAME),
      );
    case 'Fn::Select':
      return GENERATED_NAME;
    default:
      return renderMembers(entries);
  }
}

const renderMembers = (entries: readonly [string, unknown][]): unknown =>
  Object.fromEntries(entries.map(([name, member]) => [name, renderLongest(member)]));

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** Length of a part of a template as JSON without white space, which is how AWS counts policies and patterns. */
export const renderedLength = (value: unknown): number => {
  const rendered = renderLongest(value);
  return Buffer.byteLength(typeof rendered === 'string' ? rendered : JSON.stringify(rendered ?? ''));
};
