import { createServer, type ServerResponse } from 'node:http';
import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import { closeServer, isForLoopback, listen } from '../../http/loopback.ts';
import {
  type Backend,
  type GatewayRequest,
  type GatewayResponse,
  jsonResponse,
} from '../base/http-message.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import { readRequest } from './describe-request.ts';
import { accessDenied, createFaults, type FaultEffect, type Faults, refusal } from './faults.ts';
import { limitRefusal } from './service-limits.ts';

/** What is kept of a request. Bodies only while {@link Gateway.recordBodies} is on. */
export type RecordedRequest = {
  at: EpochMillis;
  service: string;
  operation: string;
  resource: string;
  caller: string;
  /** HTTP status of the answer; `0` when a fault broke the connection before the service saw it. */
  status: number;
  body?: Buffer;
};

/** One address for all services, which are told apart by the signature's service name. */
export type Gateway = {
  endpoint: string;
  port: number;
  faults: Faults;
  /** Adds a service under its signing name. */
  serve(service: string, backend: Backend): void;
  /** From now on every call of a function is judged; what IAM would deny is answered as AWS does. */
  authorizeBy(authorizer: Authorizer): void;
  requests(): readonly RecordedRequest[];
  recordBodies(on: boolean): void;
  /** Is told of every request that took effect, after its answer is known. */
  observe(listener: (request: GatewayRequest, response: GatewayResponse) => void): void;
  close(): Promise<void>;
};

/** Opens the gateway on a free loopback port, or on a given one. */
export async function startGateway(clock: Clock, port = 0): Promise<Gateway> {
  const backends = new Map<string, Backend>();
  const listeners: ((request: GatewayRequest, response: GatewayResponse) => void)[] = [];
  const recorded: RecordedRequest[] = [];
  const faults = createFaults();
  let bodies = false;
  let authorizer: Authorizer | undefined;

  const dispatch = async (request: GatewayRequest, effect: FaultEffect | undefined) => {
    const refused = refusal(request.service, effect);
    if (refused !== undefined) return refused;
    const denial = await authorizer?.denialOf(request);
    if (denial !== undefined) return accessDenied(request.service, denial.message);
    const exceeded = limitRefusal(request);
    if (exceeded !== undefined) return exceeded;
    const backend = backends.get(request.service);
    if (backend === undefined) return unknownService(request);
    const answered = await backend(request);
    const hidden =
      request.service === 's3' && answered.status === 404
        ? await authorizer?.absenceDenialOf(request)
        : undefined;
    const response = hidden === undefined ? answered : accessDenied('s3', hidden.message);
    for (const listener of listeners) listener(request, response);
    return response;
  };

  const record = (request: GatewayRequest, status: number): void => {
    const { service, operation, resource, caller, body } = request;
    recorded.push({
      at: clock.now(),
      service,
      operation,
      resource,
      caller,
      status,
      ...(bodies ? { body } : {}),
    });
  };

  const server = createServer(async (message, reply) => {
    try {
      if (!isForLoopback(message.headers.host)) {
        send(reply, foreignName);
        return;
      }
      const request = await readRequest(message);
      const effect = faults.take(request);
      await before(request, effect);
      if (effect === 'dropBefore') {
        record(request, 0);
        reply.destroy();
        return;
      }
      const response = await dispatch(request, effect);
      record(request, response.status);
      if (typeof effect === 'object' && 'call' in effect && effect.when === 'after')
        await effect.call(request);
      if (effect === 'dropAfter') reply.destroy();
      else send(reply, response);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (reply.headersSent) reply.destroy();
      else send(reply, jsonResponse(500, { __type: 'LocalCloudFailure', message: text }));
    }
  });
  const bound = await listen(server, port);
  return {
    endpoint: `http://127.0.0.1:${bound}`,
    port: bound,
    faults,
    serve: (service, backend) => void backends.set(service, backend),
    authorizeBy: (judge) => {
      authorizer = judge;
    },
    requests: () => [...recorded],
    recordBodies: (on) => {
      bodies = on;
    },
    observe: (listener) => void listeners.push(listener),
    close: () => closeServer(server),
  };
}

async function before(request: GatewayRequest, effect: FaultEffect | undefined): Promise<void> {
  if (typeof effect !== 'object') return;
  if ('latencyMs' in effect) await new Promise((resolve) => setTimeout(resolve, effect.latencyMs));
  else if ('when' in effect && effect.when === 'before') await effect.call(request);
}

function send(reply: ServerResponse, { status, headers, body }: GatewayResponse): void {
  if (reply.destroyed) return;
  const withLength = headers['content-length'] === undefined ? { 'content-length': String(body.length) } : {};
  reply.writeHead(status, { ...headers, ...withLength });
  reply.end(body);
}

const foreignName = jsonResponse(403, {
  __type: 'ForeignHost',
  message: 'The local cloud answers on this machine only: reach it by 127.0.0.1 or localhost.',
});

const unknownService = ({ service }: GatewayRequest): GatewayResponse =>
  jsonResponse(400, {
    __type: 'UnknownService',
    message: `The local cloud has no service "${service}"; add it in local/aws/index.ts`,
  });
