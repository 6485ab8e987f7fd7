import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { putIfAbsent } from '../../platform/aws/put-if-absent.ts';
import { JobError } from '../../platform/errors.ts';
import { pathSegment } from '../../platform/files/path-segment.ts';
import type { ChangeRecord } from './change-record.ts';

/** What decides where a change's objects lie. */
export type AuditSubject = Pick<ChangeRecord, 'team' | 'changeId' | 'acceptedAt'>;

/** Who, why, before, after: one object per change and step, written once, before the step it announces. */
export type AuditLog = {
  /** Writes an object down; one that is there already stays as it is. @returns its key */
  write(record: AuditSubject, name: string, content: Record<string, unknown>): Promise<string>;
  /** Reads an object of ours. Throws JobError `AUDIT_MISSING`. */
  read(key: string): Promise<unknown>;
};

/**
 * `audit/prices/<team>/<yyyy>/<mm>/<change>/<name>.json`, by the month in which the change was accepted, so that
 * every repeat of a step chooses the same key.
 */
export function auditKey({ team, changeId, acceptedAt }: AuditSubject, name: string): string {
  const month = new Date(acceptedAt).toISOString().slice(0, 7).replace('-', '/');
  return `audit/prices/${team}/${month}/${pathSegment(changeId)}/${name}.json`;
}

/** The audit in the bucket, by S3's conditional write. */
export function createAuditLog(s3: S3Client, bucket: string): AuditLog {
  return {
    write: async (record, name, content) => {
      const key = auditKey(record, name);
      await putIfAbsent(s3, { Bucket: bucket, Key: key, Body: JSON.stringify(content, undefined, 1) });
      return key;
    },
    read: async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) {
        throw new JobError({
          code: 'AUDIT_MISSING',
          message: `${key} is empty; it cannot be read`,
          retryable: false,
        });
      }
      return JSON.parse(await Body.transformToString());
    },
  };
}
