import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { EVENT_SOURCE } from '../../functions/events/contract.ts';

// What every job grants its functions, statement by statement; a function may nothing that isn't listed. The
// statements are written out rather than granted by the constructs' methods, which grant more than is used:
// `grantReadWriteData` includes Scan and DeleteItem, `grantRead` of a secret includes DescribeSecret.

/** One statement: these actions on these resources. */
export function allow(role: Role, sid: string, actions: string[], resources: string[]): void {
  role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
}

/** Lets a function publish this product's events on the stack's bus, and no others. */
export function grantEvents(role: Role, eventBus: EventBus): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'Announce',
      actions: ['events:PutEvents'],
      resources: [eventBus.eventBusArn],
      // PutEvents takes several entries: the condition must hold for each of them, and each must name a source.
      conditions: {
        'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
        Null: { 'events:source': 'false' },
      },
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
