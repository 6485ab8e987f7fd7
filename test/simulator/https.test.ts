import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { Agent, get } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { connect as startTls } from 'node:tls';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { issuerId, keys, startApple, token } from './apple.ts';

type Asked = { status: number | undefined; body: string };

const askBy = (url: string, headers: Record<string, string>, agent: Agent): Promise<Asked> =>
  new Promise((resolve, reject) => {
    get(url, { headers, agent }, async (response) => {
      resolve({ status: response.statusCode, body: await text(response) });
    }).on('error', reject);
  });

const httpsOf = ({ https }: Simulator) => {
  assert.ok(https);
  return https;
};

/** What a client does that has Apple's address built in and heeds HTTPS_PROXY. */
const throughProxy = (proxy: string, host: string): Promise<{ status: number | undefined; socket: Socket }> =>
  new Promise((resolve, reject) => {
    httpRequest(proxy, { method: 'CONNECT', path: `${host}:443` })
      .on('connect', ({ statusCode }, socket) => resolve({ status: statusCode, socket }))
      .on('error', reject)
      .end();
  });

describe('The simulator over https', () => {
  it('proves its name to who trusts its authority, and to nobody else', async (context) => {
    const { simulator } = await startApple(context, { https: true });
    const { origin, authority } = httpsOf(simulator);
    const trusting = new Agent({ ca: authority });
    assert.equal((await askBy(`${origin}/v1/apps`, {}, trusting)).status, 401);
    assert.equal(
      (await askBy(`${origin.replace('localhost', '127.0.0.1')}/v1/apps`, {}, trusting)).status,
      401,
    );
    await assert.rejects(askBy(`${origin}/v1/apps`, {}, new Agent()), /certificate/i);
  });

  it('answers under Apple’s name behind its proxy, with links that lead there', async (context) => {
    const apple = await startApple(context, { https: true });
    const { proxy, authority } = httpsOf(apple.simulator);
    const host = 'api.appstoreconnect.apple.com';
    const { status, socket } = await throughProxy(proxy, host);
    assert.equal(status, 200);
    const bearer = await token(apple, {
      claims: { iss: issuerId },
      header: { kid: 'APPMANAGER' },
      privateKey: keys.appManager.privateKey,
    });
    const secured = startTls({ socket, servername: host, ca: authority });
    secured.write(
      `GET /v1/territories?limit=1 HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${bearer}\r\nConnection: close\r\n\r\n`,
    );
    const answer = await text(secured);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /"next":"https:\/\/api\.appstoreconnect\.apple\.com\/v1\/territories\?/);
  });

  it('leads to no other host', async (context) => {
    const { simulator } = await startApple(context, { https: true });
    const { status, socket } = await throughProxy(httpsOf(simulator).proxy, 'example.com');
    socket.destroy();
    assert.equal(status, 403);
  });

  it('leaves nothing open when a port is taken', async (context) => {
    const { simulator, clock } = await startApple(context, { https: true });
    const port = Number(new URL(httpsOf(simulator).origin).port);
    await assert.rejects(startSimulator({ clock, https: { port } }), /EADDRINUSE/);
    const proxyPort = Number(new URL(httpsOf(simulator).proxy).port);
    await assert.rejects(startSimulator({ clock, https: { proxyPort } }), /EADDRINUSE/);
  });

  it('is not there unless asked for', async (context) => {
    assert.equal((await startApple(context)).simulator.https, undefined);
  });
});
