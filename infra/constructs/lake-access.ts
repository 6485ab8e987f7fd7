import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { allow } from './permissions.ts';

/** The bucket that a permission is about. `lakeArnExport`: the name under which the jobs' stack imports its ARN. */
type Lake = { lake: { bucketArn: string }; lakeArn: string; lakeArnExport: string };

/** One statement on the objects under prefixes such as `audit/keys/*`. */
export function grantObjects(
  role: Role,
  storage: Lake,
  sid: string,
  actions: string[],
  prefixes: readonly string[],
): void {
  allow(
    role,
    sid,
    actions,
    prefixes.map((prefix) => `${storage.lakeArn}/${prefix}`),
  );
  acknowledgeObjects(role, storage, prefixes);
}

/** The finding of cdk-nag about prefixes that statements of a role name, with its reason. */
export function acknowledgeObjects(role: Role, { lakeArnExport }: Lake, prefixes: readonly string[]): void {
  Validations.of(role).acknowledge(
    ...prefixes.map((prefix) => ({
      id: `AwsSolutions-IAM5[Resource::${lakeArnExport}/${prefix}]`,
      reason: 'The objects under this prefix of the one bucket have no names before they are written.',
    })),
  );
}

/** Lets a role list the names of objects under prefixes. */
export const grantListing = (role: Role, lake: Lake, sid: string, prefixes: readonly string[]): void =>
  listing(role, lake, sid, { StringLike: { 's3:prefix': prefixes } });

/**
 * Lets S3 answer 404 for an object under the prefixes that is not there; without the right to list it answers 403. Whether
 * S3 fills in `s3:prefix` when it decides between the two is not documented, hence IfExists: it holds either way, at the
 * price that the names of all objects can be listed.
 */
export const grantTellingAbsent = (role: Role, lake: Lake, prefixes: readonly string[]): void =>
  listing(role, lake, 'TellAbsentFromForbidden', { StringLikeIfExists: { 's3:prefix': prefixes } });

function listing(role: Role, { lake }: Lake, sid: string, conditions: Record<string, object>): void {
  role.addToPolicy(
    new PolicyStatement({ sid, actions: ['s3:ListBucket'], resources: [lake.bucketArn], conditions }),
  );
}
