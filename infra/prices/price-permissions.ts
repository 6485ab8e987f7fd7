import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { OPEN_INDEX, TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import { MOVES_PREFIX } from '../../functions/prices/watch/day-moves.ts';
import type { Deployment } from '../config/deployment.ts';
import { grantListing, grantObjects, grantTellingAbsent } from '../constructs/lake-access.ts';
import { allow, grantEvents } from '../constructs/permissions.ts';
import { grantSecrets } from '../constructs/secret-access.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

type PriceResources = { deployment: Deployment; storage: StorageStack; eventBus: EventBus; queue: Queue };

/**
 * Lets AcceptPriceChange claim changes, queue them, read files and lay answers down, and ask for plans. It may read no
 * key: nobody who can only ask can write at Apple.
 */
export function grantAcceptPriceChange(role: Role, resources: PriceResources & { apply: IFunction }): void {
  const { storage, queue, eventBus, apply } = resources;
  grantLedger(role, storage);
  grantOpenChanges(role, storage);
  grantHistory(role, storage);
  allow(role, 'QueueChanges', ['sqs:SendMessage'], [queue.queueArn]);
  allow(role, 'AskForPlans', ['lambda:InvokeFunction'], [apply.functionArn]);
  grantObjects(role, storage, 'ReadRequests', ['s3:GetObject', 's3:GetObjectVersion'], ['inbox/prices/*']);
  // A file that somebody took back.
  grantTellingAbsent(role, storage, ['inbox/prices/*']);
  grantObjects(role, storage, 'ReadPlans', ['s3:GetObject'], ['audit/prices/*']);
  grantObjects(role, storage, 'Answer', ['s3:PutObject'], ['outbox/prices/*']);
  grantEvents(role, eventBus);
}

/** Lets planning see whether a key is in use, and ask for plans. It can write nowhere. */
export function grantPlanPriceChange(
  role: Role,
  { storage, apply }: Pick<PriceResources, 'storage'> & { apply: IFunction },
): void {
  allow(role, 'ReadLedger', ['dynamodb:GetItem'], [storage.prices.tableArn]);
  allow(role, 'FindLaterChanges', ['dynamodb:Query'], [`${storage.prices.tableArn}/index/${TEAM_INDEX}`]);
  grantOpenChanges(role, storage);
  allow(role, 'AskForPlans', ['lambda:InvokeFunction'], [apply.functionArn]);
}

/** Lets an approval move the change that waits, and queue it. */
export function grantApprovePriceChange(
  role: Role,
  { storage, queue }: Pick<PriceResources, 'storage' | 'queue'>,
): void {
  allow(
    role,
    'ApproveChanges',
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    [storage.prices.tableArn],
  );
  allow(role, 'QueueChanges', ['sqs:SendMessage'], [queue.queueArn]);
}

/** Lets the one function that writes at Apple use the price keys, keep the ledger, the budget and the audit. */
export function grantApplyPriceChange(role: Role, resources: PriceResources & { effects: IFunction }): void {
  const { storage, queue, effects } = resources;
  allow(role, 'PreviewEffects', ['lambda:InvokeFunction'], [effects.functionArn]);
  grantReadingApple(role, resources);
  grantObjects(role, storage, 'KeepAudit', ['s3:GetObject', 's3:PutObject'], ['audit/prices/*']);
  allow(role, 'Postpone', ['sqs:ChangeMessageVisibility'], [queue.queueArn]);
  // The members of a campaign begin together, once the last of them is planned.
  allow(role, 'BeginCampaigns', ['sqs:SendMessage'], [queue.queueArn]);
  grantOpenChanges(role, storage);
}

/** Lets the reconciliation read desired prices and Apple's, and ask for changes like anybody else. */
export function grantReconcilePrices(role: Role, resources: PriceResources): void {
  const { storage, queue } = resources;
  grantReadingApple(role, resources);
  if (resources.deployment.settings.teams.some(({ prices }) => prices?.watch === 'all')) {
    grantObjects(role, storage, 'KeepPriceList', ['s3:GetObject', 's3:PutObject'], ['cache/price-list/*']);
    grantObjects(role, storage, 'WritePriceList', ['s3:PutObject'], ['tables/price_list_daily/*']);
    grantObjects(role, storage, 'KeepMoves', ['s3:PutObject'], [`${MOVES_PREFIX}*`]);
  }
  grantObjects(role, storage, 'ReadPlans', ['s3:GetObject'], ['audit/prices/*']);
  grantObjects(role, storage, 'ReadDesired', ['s3:GetObject'], ['desired/prices/*']);
  grantListing(role, storage, 'ListDesired', ['desired/prices/*']);
  allow(role, 'QueueChanges', ['sqs:SendMessage'], [queue.queueArn]);
}

/** What both functions need that use a price key: the key, what is known of its requests, changes and prices, the bus. */
function grantReadingApple(role: Role, resources: PriceResources): void {
  const { deployment, storage, eventBus } = resources;
  grantPriceKeys(role, deployment);
  grantLedger(role, storage);
  grantBudget(role, storage);
  grantHistory(role, storage);
  grantObjects(role, storage, 'KeepPricePoints', ['s3:GetObject', 's3:PutObject'], ['cache/price-points/*']);
  grantSubscriberCounts(role, resources);
  grantEvents(role, eventBus);
}

function grantPriceKeys(role: Role, { settings }: Deployment): void {
  grantSecrets(role, 'ReadPriceKeys', ['secretsmanager:GetSecretValue'], ['prices'], settings);
}

function grantLedger(role: Role, { prices }: StorageStack): void {
  allow(
    role,
    'KeepLedger',
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    [prices.tableArn],
  );
}

/** Changes and campaigns that are not over. */
function grantOpenChanges(role: Role, { prices }: StorageStack): void {
  allow(role, 'FindOpenChanges', ['dynamodb:Query'], [`${prices.tableArn}/index/${OPEN_INDEX}`]);
}

/** The changes of a team by time: which one undid another, and what a price was some days ago. */
function grantHistory(role: Role, { prices }: StorageStack): void {
  allow(role, 'ReadHistory', ['dynamodb:Query'], [`${prices.tableArn}/index/${TEAM_INDEX}`]);
}

function grantBudget(role: Role, { rateBudget }: StorageStack): void {
  allow(role, 'KeepBudget', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [rateBudget.tableArn]);
}

/** How many pay a price that goes up: the plan says it where the lake has the report. */
function grantSubscriberCounts(role: Role, { deployment, storage }: PriceResources): void {
  const reports = deployment.settings.teams.flatMap(({ vendors }) =>
    vendors.flatMap((vendor) => vendor.reports),
  );
  if (!reports.includes('SUBSCRIPTION/SUMMARY/DAILY')) return;
  grantObjects(role, storage, 'CountSubscribers', ['s3:GetObject'], ['tables/subscription_summary_daily/*']);
}
