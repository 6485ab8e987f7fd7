import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { World } from '../../../local/world/world.ts';

export const rotate = (world: World, keyId: string, more: Record<string, unknown> = {}) =>
  world.cloud.invoke('RotateKey', { team: 'acme', job: 'reports', keyId, requestedBy: 'ada', ...more });

export const statusIn = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : answer;
export const reasonIn = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'reason' in answer ? String(answer.reason) : '';

export async function auditOf(world: World, key: string): Promise<Record<string, unknown> | undefined> {
  const s3 = new S3Client({ ...world.cloud.clientConfig, forcePathStyle: true });
  try {
    const Bucket = world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  } finally {
    s3.destroy();
  }
}
