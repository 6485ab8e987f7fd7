import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Deployment } from '../config/deployment.ts';
import { grantObjects } from '../constructs/lake-access.ts';
import { allow } from '../constructs/permissions.ts';
import { grantSecrets } from '../constructs/secret-access.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

type KeyResources = { deployment: Deployment; storage: StorageStack; notifications: Topic };

/**
 * Lets a function of the keys read every key and move the labels of its versions. It can put no version: a new key
 * comes from a person. It keeps the ledger, writes audit records and tells people.
 */
export function grantKeys(role: Role, { deployment, storage, notifications }: KeyResources): void {
  const actions = ['DescribeSecret', 'GetSecretValue', 'UpdateSecretVersionStage'];
  grantSecrets(
    role,
    'ReadKeysAndMoveLabels',
    actions.map((action) => `secretsmanager:${action}`),
    ['reports', 'prices'],
    deployment.settings,
  );
  const ledger = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
  allow(role, 'KeepKeys', ledger, [storage.keys.tableArn]);
  allow(role, 'KeepBudget', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [storage.rateBudget.tableArn]);
  allow(role, 'TellPeople', ['sns:Publish'], [notifications.topicArn]);
  grantObjects(role, storage, 'WriteAudit', ['s3:PutObject'], ['audit/keys/*']);
}

/** Lets the check store what it found of a key. A rotation only moves rotations, and reads the rest. */
export function grantKeyStatus(role: Role, { storage }: Pick<KeyResources, 'storage'>): void {
  allow(role, 'StoreStatus', ['dynamodb:PutItem'], [storage.keys.tableArn]);
}

/** Lets the receiver of deliveries note them, and nothing else. */
export function grantRecordDelivery(role: Role, { storage }: Pick<KeyResources, 'storage'>): void {
  allow(role, 'NoteDeliveries', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [storage.keys.tableArn]);
}
