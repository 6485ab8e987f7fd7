import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { downloadSegment } from '../../../functions/reports/analytics/segments/segment-download.ts';

const BYTES = Buffer.from('the bytes of a segment');
const SEGMENT = {
  id: 'segment-1',
  url: 'https://reports.example.com/0.csv.gz?X-Amz-Signature=secret',
  checksum: createHash('md5').update(BYTES).digest('hex'),
  sizeInBytes: BYTES.length,
};
const path = join(mkdtempSync(join(tmpdir(), 'segment-')), 'segment.gz');

async function download(answer: () => Response, changes: Partial<typeof SEGMENT> = {}) {
  const seen: { url: string; init: RequestInit | undefined }[] = [];
  const request: typeof fetch = async (url, init) => {
    seen.push({ url: String(url), init });
    return answer();
  };
  const options = { fetch: request, baseUrl: 'https://api.appstoreconnect.apple.com', timeoutMillis: 1000 };
  const file = await downloadSegment(options, { ...SEGMENT, ...changes }, path);
  return { file, seen };
}

describe('A segment', () => {
  it('is downloaded as it is, without any header of ours and without following redirects', async () => {
    const { file, seen } = await download(() => new Response(BYTES));
    assert.deepEqual(readFileSync(file.path), BYTES);
    assert.equal(file.sha256, createHash('sha256').update(BYTES).digest('hex'));
    assert.deepEqual(
      seen.map(({ url, init }) => [url, init?.headers, init?.redirect]),
      [[SEGMENT.url, undefined, 'manual']],
    );
  });

  it('may have its checksum in capitals', async () => {
    const { file } = await download(() => new Response(BYTES), { checksum: SEGMENT.checksum.toUpperCase() });
    assert.deepEqual(readFileSync(file.path), BYTES);
  });

  const failures: [string, string, () => Response, Partial<typeof SEGMENT>?][] = [
    ['another checksum', 'SEGMENT_CHECKSUM', () => new Response(BYTES), { checksum: '0'.repeat(32) }],
    ['a checksum of another kind', 'SEGMENT_CHECKSUM', () => new Response(BYTES), { checksum: 'crc32:1' }],
    ['no checksum', 'SEGMENT_CHECKSUM', () => new Response(BYTES), { checksum: '' }],
    ['too few bytes', 'SEGMENT_INCOMPLETE', () => new Response(BYTES.subarray(1))],
    ['too many bytes', 'SEGMENT_TOO_LARGE', () => new Response(BYTES), { sizeInBytes: 5 }],
    ['a redirect', 'SEGMENT_REDIRECTED', () => Response.redirect('https://elsewhere.example.com/', 302)],
    ['403', 'SEGMENT_DENIED', () => new Response('', { status: 403 })],
    ['503', 'SEGMENT_UNAVAILABLE', () => new Response('', { status: 503 })],
  ];
  for (const [what, code, answer, changes] of failures) {
    it(`with ${what} is refused as ${code}`, async () => {
      await assert.rejects(download(answer, changes), (error: Error) => {
        assert.equal('code' in error && error.code, code);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    });
  }

  it('that never ends is cut off at its announced size', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    await assert.rejects(
      download(() => new Response(endless), { sizeInBytes: 4096 }),
      { code: 'SEGMENT_TOO_LARGE' },
    );
    assert.ok(sent < 10, `${sent} chunks were taken`);
  });
});
