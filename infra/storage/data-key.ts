import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { FUNCTION_TAG } from '../constructs/tags.ts';

export type DataKeyProps = { retainData: boolean };

/**
 * A key of the customer's own for bucket and tables. The functions use it through S3 and DynamoDB, by this policy and
 * not by their own; people use it by what IAM grants them.
 */
export class DataKey extends Key {
  constructor(scope: Construct, id: string, { retainData }: DataKeyProps) {
    super(scope, id, {
      description: 'App Store Connect Jobs: encrypts the lake and the ledgers',
      enableKeyRotation: true,
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { account, region } = Stack.of(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'FunctionsThroughServices',
        principals: [new AnyPrincipal()],
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': account,
            'kms:ViaService': [`s3.${region}.amazonaws.com`, `dynamodb.${region}.amazonaws.com`],
          },
          Null: { [`aws:PrincipalTag/${FUNCTION_TAG}`]: 'false' },
        },
      }),
    );
  }
}
