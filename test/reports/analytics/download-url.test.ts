import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { downloadableUrl } from '../../../functions/reports/analytics/segments/download-url.ts';
import { SegmentError } from '../../../functions/reports/analytics/segments/segment-error.ts';

const APPLE = 'https://api.appstoreconnect.apple.com';
const LOCAL = 'http://127.0.0.1:4010';
const refusal = (url: string, baseUrl = APPLE): string => {
  try {
    downloadableUrl(url, baseUrl);
  } catch (error) {
    assert.ok(error instanceof SegmentError && error.code === 'SEGMENT_URL_REFUSED');
    return error.message;
  }
  return 'taken';
};

describe('A download address', () => {
  for (const url of [
    'https://reports-prod.s3.us-west-2.amazonaws.com/reports/0.csv.gz?X-Amz-Signature=abc',
    'https://reports.example.com:443/0.gz',
    'https://8.8.8.8/0.gz',
    'https://[2600:9000::1]/0.gz',
  ]) {
    it(`is taken on the public internet: ${url}`, () => {
      assert.equal(downloadableUrl(url, APPLE).href, new URL(url).href);
    });
  }

  const refused: Record<string, RegExp> = {
    'http://reports.example.com/0.gz': /http, not https/,
    'ftp://reports.example.com/0.gz': /ftp, not https/,
    'file:///etc/passwd': /file, not https/,
    'data:text/plain,x': /data, not https/,
    '/reports/0.gz': /not an absolute URL/,
    'https://user:word@reports.example.com/0.gz': /user name/,
    'https://reports.example.com:9001/0.gz': /port 9001/,
    'https://localhost/0.gz': /public internet/,
    'https://localhost./0.gz': /public internet/,
    'https://db.internal/0.gz': /public internet/,
    'https://metadata/0.gz': /public internet/,
    'https://127.0.0.1/0.gz': /public internet/,
    'https://2130706433/0.gz': /public internet/,
    'https://0x7f.1/0.gz': /public internet/,
    'https://10.1.2.3/0.gz': /public internet/,
    'https://172.31.0.1/0.gz': /public internet/,
    'https://192.168.1.1/0.gz': /public internet/,
    'https://169.254.169.254/latest/meta-data': /public internet/,
    'https://100.100.0.1/0.gz': /public internet/,
    'https://0.0.0.0/0.gz': /public internet/,
    'https://[::1]/0.gz': /public internet/,
    'https://[fd00::1]/0.gz': /public internet/,
    'https://[fe80::1]/0.gz': /public internet/,
    'https://[::ffff:10.0.0.1]/0.gz': /public internet/,
    'http://127.0.0.1:4011/0.gz': /not https/,
  };
  for (const [url, why] of Object.entries(refused)) {
    it(`is refused: ${url}`, () => assert.match(refusal(url), why));
  }

  it('on loopback is taken where Apple itself is on loopback', () => {
    assert.equal(refusal('http://127.0.0.1:4011/0.gz', LOCAL), 'taken');
    assert.match(refusal('http://10.0.0.1/0.gz', LOCAL), /not https/);
    assert.match(refusal('https://10.0.0.1/0.gz', LOCAL), /public internet/);
    assert.match(refusal('ftp://127.0.0.1/0.gz', LOCAL), /not https/);
  });

  it('is never shown with its signature', () => {
    assert.doesNotMatch(refusal('https://10.0.0.1/0.gz?X-Amz-Signature=secret'), /secret/);
  });
});
