import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { forMoto } from './moto-limits.ts';
import type { PythonTools } from './python.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;

export type ClientConfig = {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['file', 'zip']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** What `cdk bootstrap` and `cdk deploy` upload: the bootstrap's version, its bucket, and every asset in it. */
export async function bootstrap(
  assembly: string,
  stacks: readonly string[],
  config: ClientConfig,
  tools: PythonTools,
): Promise<void> {
  await putParameter(config, '/cdk-bootstrap/hnb659fds/version', '27');
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: ASSETS }));
  const directory = mkdtempSync(join(tmpdir(), 'assets-'));
  for (const stack of stacks) {
    const { files } = assetsSchema.parse(readJson(join(assembly, `${stack}.assets.json`)));
    for (const [hash, { source, destinations }] of Object.entries(files)) {
      const path = join(assembly, source.path);
      const zip = join(directory, `${hash}.zip`);
      // Python's zipfile is at hand here anyway; the CDK CLI would make the same of it.
      if (source.packaging === 'zip') {
        const script = `import shutil; shutil.make_archive(${JSON.stringify(zip.replace(/\.zip$/, ''))}, 'zip', ${JSON.stringify(path)})`;
        const { status, output } = tools.run('python', ['-c', script]);
        if (status !== 0) throw new Error(`${path} cannot be zipped:\n${output}`);
      }
      const Body = readFileSync(source.packaging === 'zip' ? zip : path);
      for (const { objectKey } of Object.values(destinations))
        await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: objectKey, Body }));
    }
  }
  s3.destroy();
}

/** Creates a stack from its template and waits until it is complete. */
export async function deployStack(
  assembly: string,
  stack: string,
  config: ClientConfig,
): Promise<{ resources: readonly StackResource[]; outputs: Readonly<Record<string, string>> }> {
  const client = new CloudFormationClient({ ...config, maxAttempts: 1 });
  const TemplateBody = forMoto(readFileSync(join(assembly, `${stack}.template.json`), 'utf8'));
  await client.send(
    new CreateStackCommand({ StackName: stack, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  const { Stacks: [created] = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  if (created?.StackStatus !== 'CREATE_COMPLETE')
    throw new Error(`${stack} is ${created?.StackStatus}: ${created?.StackStatusReason}`);
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: stack }));
  client.destroy();
  return {
    resources: StackResources,
    outputs: Object.fromEntries(
      (created.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
  };
}

/** By hand: the SDK's client for the one call to Systems Manager would be a dependency of its own. */
async function putParameter(config: ClientConfig, Name: string, Value: string): Promise<void> {
  const answer = await fetch(config.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.PutParameter',
      authorization: `AWS4-HMAC-SHA256 Credential=moto/20260101/${REGION}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ Name, Value, Type: 'String' }),
  });
  if (!answer.ok) throw new Error(`PutParameter: ${answer.status} ${await answer.text()}`);
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
