import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { FUNCTION_TAG } from '../constructs/tags.ts';
import type { DataKey } from './data-key.ts';

/** Where an object, once written, is never written again. */
const WRITE_ONCE_PREFIXES = ['raw/', 'audit/'];

export type LakeBucketProps = { retainData: boolean; dataKey: DataKey | undefined };

/**
 * The lake. Versioned, so that a wrong overwrite or deletion can be taken back; raw objects are kept for
 * good, while a table file that was replaced (tables can be built again from raw) is kept for 30 days.
 */
export class LakeBucket extends Bucket {
  constructor(scope: Construct, id: string, props: LakeBucketProps) {
    super(scope, id, {
      ...(props.dataKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: props.dataKey, bucketKeyEnabled: true }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [
        { id: 'AbortUnfinishedUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        {
          // What Athena writes can be had again by asking again.
          id: 'ExpireQueryResults',
          prefix: 'athena-results/',
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          // Price points of Apple's, kept so that the next plan need not read them again.
          id: 'ExpireCaches',
          prefix: 'cache/',
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: 'ExpireReplacedTableFiles',
          prefix: 'tables/',
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
      // `retainData: false` is said of a trial deployment, and has to mean that `cdk destroy` leaves nothing
      // behind. A bucket with objects in it can't be destroyed and `aws s3 rm` doesn't empty a versioned
      // one, so there we accept the CDK's custom resource; a deployment that retains data is without it.
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !props.retainData,
    });
    this.announceFiles();
    this.denyDeletionByFunctions();
    this.denyOverwrites();
    if (props.retainData) this.denyLossOfHistory();
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs are best effort and need a bucket of their own. Versions show each change; a team that must prove each read turns on CloudTrail data events for the bucket.',
    });
  }

  /**
   * Lets S3 tell EventBridge of each new object, which costs nothing: rules pick those of the inbox. Set on the
   * resource itself, as the construct's own switch brings a custom resource with a function along.
   */
  private announceFiles(): void {
    const bucket = this.node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new Error('The bucket has no resource of its own.');
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  /** No function of ours has a reason to delete, whatever its own policies come to say. */
  private denyDeletionByFunctions(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'FunctionsNeverDelete',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        resources: [this.arnForObjects('*')],
        conditions: { Null: { [`aws:PrincipalTag/${FUNCTION_TAG}`]: 'false' } },
      }),
    );
  }

  /**
   * Nobody, people included, overwrites Apple's bytes: a write has to carry `If-None-Match`, of which S3
   * knows only `*`, "unless there is one". The parts of a multipart upload can't carry the header and are
   * exempt (they create no object); its completion is not. S3 refuses copies into these prefixes altogether.
   */
  private denyOverwrites(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WriteOnce',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: this.writeOnceObjects(),
        conditions: {
          Null: { 's3:if-none-match': 'true' },
          Bool: { 's3:ObjectCreationOperation': 'true' },
        },
      }),
    );
  }

  /**
   * A person can still delete a raw object, which only hides it behind a marker. Destroying a version is for
   * good: who really must takes this statement away first. Not so where data isn't retained: there the
   * stack's own deletion destroys versions.
   */
  private denyLossOfHistory(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeepEveryVersion',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:DeleteObjectVersion'],
        resources: this.writeOnceObjects(),
      }),
    );
  }

  private writeOnceObjects(): string[] {
    return WRITE_ONCE_PREFIXES.map((prefix) => this.arnForObjects(`${prefix}*`));
  }
}
