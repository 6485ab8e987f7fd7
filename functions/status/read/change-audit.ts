import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type AuditSubject, auditKey } from '../../prices/store/audit-log.ts';
import type { ChangeDetail } from '../model/status.ts';

/** The audit's objects of a change, oldest first. */
export async function changeAudit(
  s3: S3Client,
  bucket: string,
  change: AuditSubject,
): Promise<ChangeDetail['audit']> {
  const folder = auditKey(change, '').replace(/\.json$/, '');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
  return Contents.flatMap(({ Key, LastModified }) =>
    Key === undefined ? [] : [{ key: Key, at: LastModified?.getTime() ?? change.acceptedAt }],
  ).sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}
