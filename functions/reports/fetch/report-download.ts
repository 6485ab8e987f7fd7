import { open } from 'node:fs/promises';
import type { ReadResponse } from '../../app-store-connect/client/client-options.ts';
import { correlationKeyOf, requestIdOf } from '../../app-store-connect/client/response-error.ts';
import { parseErrorEnvelope } from '../../app-store-connect/protocol/error-envelope.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { redactText } from '../../platform/logging/redaction.ts';
import { type DownloadedFile, downloadFile, isGzip } from './download-file.ts';

/** A downloaded report, and what Apple's headers say of it. */
export type DownloadedReport = DownloadedFile & {
  /** `x-reports-download-version`: the version that was really served. */
  version?: string;
  /** `x-reports-filename`: holds the vendor and the date. */
  fileName?: string;
  /** What Apple's support asks for: `requestId` and `X-Apple-Jingle-Correlation-Key`. */
  requestId?: string;
};

/** Enough of a stray body to recognise it. */
const EXCERPT_CHARACTERS = 200;

/**
 * Writes the answer's body to the function's disk and looks at its bytes: whatever the headers say, a report
 * is gzip, and JSON is an error even under 200.
 *
 * The consumer throws AppStoreConnectError for a body that is no gzip file: the envelope's own status and
 * words where it is Apple's envelope, else `UNEXPECTED_ANSWER` with the body's start.
 */
export const downloadReport =
  (path: string): ReadResponse<DownloadedReport> =>
  async (answer) => {
    const file = await downloadFile(answer.body ?? emptyBody(), path);
    if (isGzip(file)) return { ...file, ...factsOf(answer.headers) };
    const text = redactText(await startOf(path));
    const errors = parseErrorEnvelope(text);
    const [first] = errors ?? [];
    if (errors === undefined || first === undefined) {
      throw new AppStoreConnectError({
        code: 'UNEXPECTED_ANSWER',
        status: answer.status,
        message: `A report was expected, but the answer (${answer.headers.get('content-type') ?? 'no content type'}, ${file.bytes} bytes) starts with ${JSON.stringify(text.slice(0, EXCERPT_CHARACTERS))}`,
      });
    }
    throw new AppStoreConnectError({
      code: Number(first.status) >= 500 ? 'APPLE_UNAVAILABLE' : 'UNEXPECTED_ANSWER',
      status: Number(first.status),
      errors,
      message: `A report was expected, but the answer holds an error: ${first.code}: ${first.detail}`,
    });
  };

function factsOf(headers: Headers): Omit<DownloadedReport, keyof DownloadedFile> {
  const version = headers.get('x-reports-download-version');
  const fileName = headers.get('x-reports-filename');
  const ids = [requestIdOf(headers), correlationKeyOf(headers)].filter((id) => id !== undefined);
  return {
    ...(version !== null && { version }),
    ...(fileName !== null && { fileName }),
    ...(ids.length > 0 && { requestId: ids.join(' ') }),
  };
}

/** A refusal is short; what is long is read no further. */
async function startOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
