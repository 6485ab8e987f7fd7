import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

// What every job grants its functions, statement by statement; a function may nothing that isn't listed. The
// statements are written out rather than granted by the constructs' methods, which grant more than is used:
// `grantReadWriteData` includes Scan and DeleteItem, `grantRead` of a secret includes DescribeSecret.

/** The source that all our events name; the functions may send no other. */
const EVENT_SOURCE = 'app-store-connect-jobs';

/** One statement: these actions on these resources. */
export function allow(role: Role, sid: string, actions: string[], resources: string[]): void {
  role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
}

/** Lets a function put our events on the stack's bus. */
export function grantEvents(role: Role, eventBus: EventBus): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'Announce',
      actions: ['events:PutEvents'],
      resources: [eventBus.eventBusArn],
      conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
    }),
  );
}

/**
 * The ARNs of secrets by their names. A secret's ARN ends in six characters that Secrets Manager drew when it was
 * made, so that a name alone leads to no exact ARN; six question marks match them and no longer name.
 */
export const secretArns = (role: Role, names: readonly string[]): string[] =>
  [...new Set(names)].map((name) =>
    Stack.of(role).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
