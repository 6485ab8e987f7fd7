import { writeFileSync } from 'node:fs';
import type { HttpsDoor } from './https-door.ts';

/**
 * The variables that lead an unchanged client of Apple's address to the simulator. Each is read by some: Node.js, curl, Python, Go.
 *
 * @param authorityFile where the authority that the client has to trust is written, in PEM
 */
export function clientEnvironment(
  { proxy, authority }: Pick<HttpsDoor, 'proxy' | 'authority'>,
  authorityFile: string,
): Record<string, string> {
  writeFileSync(authorityFile, authority);
  return {
    HTTPS_PROXY: proxy,
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: authorityFile,
    SSL_CERT_FILE: authorityFile,
    REQUESTS_CA_BUNDLE: authorityFile,
    CURL_CA_BUNDLE: authorityFile,
  };
}
