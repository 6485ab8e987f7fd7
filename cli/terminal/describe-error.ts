import { JobError } from '../../functions/platform/errors.ts';

/** What went wrong outside of us, by the name or code of the error, and what to do next. */
const NEXT: Record<string, string> = {
  ENOENT: 'There is no such file; look at the name and at the directory you are in.',
  ENOSPC: 'The disk is full; free some space, or name another directory, and repeat the command.',
  EROFS: 'That place cannot be written to; name another directory.',
  ENAMETOOLONG: 'There is no file with so long a name.',
  EISDIR: 'That is a directory; name a file.',
  EACCES: 'You may not open that file; look at its permissions.',
  EADDRINUSE: 'Another program has that port; name a free one with --port.',
  ECONNREFUSED:
    'Nobody answers there. With --local: is `npm run local` still running? With --endpoint: is it right?',
  ENOTFOUND: 'That host is not known here; look at the network, AWS_REGION and --endpoint.',
  ETIMEDOUT: 'No answer in time; look at the network and try again.',
  CredentialsProviderError:
    'No AWS credentials were found: sign in (aws sso login), or set AWS_PROFILE. With a local stack, give --local.',
  ExpiredToken: 'Your AWS session has ended: sign in again (aws sso login).',
  ExpiredTokenException: 'Your AWS session has ended: sign in again (aws sso login).',
  UnrecognizedClientException: 'AWS does not know these credentials; look at AWS_PROFILE and at the region.',
  AccessDenied: 'Your AWS user may not do this; docs/commands.md lists what asc-jobs needs.',
  AccessDeniedException: 'Your AWS user may not do this; docs/commands.md lists what asc-jobs needs.',
  LimitExceededException:
    'A limit of AWS is reached. A secret takes 20 staging labels in all: take off those that nothing uses (aws secretsmanager describe-secret, update-secret-version-stage).',
  ResourceNotFoundException:
    'It is not in this account and region; look at AWS_PROFILE, AWS_REGION and --stage.',
};

/** What went wrong with a file or directory is said in one line, with its name. */
const FILE_TROUBLE = new Set(['ENOENT', 'ENOSPC', 'EROFS', 'ENAMETOOLONG', 'EISDIR', 'EACCES']);

/** An error in the words of a person at a terminal: what happened, and what to do next. */
export function explainFailure(error: unknown): string {
  if (error instanceof JobError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const missingRegion = error.message.startsWith('Region is missing')
    ? 'Set AWS_REGION to the region of the deployment (cdk takes us-east-1 where none is set), or give --local.'
    : undefined;
  const next = missingRegion ?? NEXT[code] ?? NEXT[error.name];
  if (next !== undefined && FILE_TROUBLE.has(code)) {
    const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
    return `${path}${next}`;
  }
  return next === undefined ? `${error.name}: ${error.message}` : `${error.message}\n${next}`;
}
