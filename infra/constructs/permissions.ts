import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { EVENT_SOURCE } from '../../functions/events/event-types.ts';

// Permissions of the functions, statement by statement. They are written out rather than granted by the methods of
// the constructs, which grant more than is used: `grantReadWriteData` includes Scan and DeleteItem, `grantRead` of a
// secret includes DescribeSecret.

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
