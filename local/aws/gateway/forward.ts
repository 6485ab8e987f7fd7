import { Agent, request as httpRequest } from 'node:http';
import type { Backend, GatewayRequest, GatewayResponse } from '../base/http-message.ts';

/** Headers that belong to one connection and must not be passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'expect',
]);

/** Sends requests to an emulator on another loopback port, byte for byte. */
export function forwardTo(port: number): { backend: Backend; close(): void } {
  const agent = new Agent({ keepAlive: true });
  return { backend: (request) => forward(request, port, agent), close: () => agent.destroy() };
}

function forward(
  { method, path, headers, body }: GatewayRequest,
  port: number,
  agent: Agent,
): Promise<GatewayResponse> {
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        headers: { ...passed, 'content-length': String(body.length) },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 502,
            headers: keptHeaders(answer.headers, method),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A HEAD answer keeps its length, as it has no body to count. */
function keptHeaders(
  headers: Record<string, string | string[] | undefined>,
  method: string,
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const isLengthOfHead = name === 'content-length' && method === 'HEAD';
    if (value !== undefined && (isLengthOfHead || !HOP_BY_HOP.has(name))) kept[name] = value;
  }
  return kept;
}
