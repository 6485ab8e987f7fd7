import {
  type GatewayRequest,
  type GatewayResponse,
  jsonResponse,
  queryErrorResponse,
  s3Error,
} from '../base/http-message.ts';

export type FaultEffect =
  /** The service's own "slow down" error; the request has no effect. */
  | 'throttle'
  | 'error500'
  | 'accessDenied'
  /** The connection breaks before the service has seen the request. */
  | 'dropBefore'
  /** The connection breaks after the request took effect. */
  | 'dropAfter'
  | { latencyMs: number }
  /** An error of the service's own, such as a KMS key that may not be used. */
  | { errorCode: string; message: string }
  /** Runs a hook at an exact point, for example one that kills the calling worker. */
  | { call: (request: GatewayRequest) => Promise<void> | void; when: 'before' | 'after' };

export type Fault = {
  service: string;
  operation?: string;
  match?: (request: GatewayRequest) => boolean;
  /** How many requests it meets; after that it is spent. */
  times: number;
  effect: FaultEffect;
};

export type Faults = {
  add(fault: Fault): void;
  /** Forgets all faults. */
  clear(): void;
  /** Faults that have not met all their requests yet. */
  pending(): readonly Fault[];
};

/** The faults that are to come, and the gateway's way of taking the next one. */
export function createFaults(): Faults & { take(request: GatewayRequest): FaultEffect | undefined } {
  let planned: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void planned.push({ fault, left: fault.times }),
    clear: () => {
      planned = [];
    },
    pending: () => planned.map(({ fault }) => fault),
    take(request) {
      const met = planned.find(({ fault }) => meets(fault, request));
      if (met === undefined) return undefined;
      met.left -= 1;
      planned = planned.filter(({ left }) => left > 0);
      return met.fault.effect;
    },
  };
}

const meets = (fault: Fault, request: GatewayRequest): boolean =>
  fault.service === request.service &&
  (fault.operation ?? request.operation) === request.operation &&
  (fault.match?.(request) ?? true);

type ErrorAnswer = { status: number; code: string };

const THROTTLE: Record<string, ErrorAnswer> = {
  s3: { status: 503, code: 'SlowDown' },
  dynamodb: { status: 400, code: 'ProvisionedThroughputExceededException' },
  sns: { status: 429, code: 'Throttled' },
  lambda: { status: 429, code: 'TooManyRequestsException' },
};

/** The answer of a refused request in the service's own words; `undefined` for effects that let it through. */
export function refusal(service: string, effect: FaultEffect | undefined): GatewayResponse | undefined {
  if (typeof effect === 'object' && 'errorCode' in effect)
    return errorResponse(service, { status: 400, code: effect.errorCode }, effect.message);
  if (effect === 'throttle') {
    return errorResponse(service, THROTTLE[service] ?? { status: 400, code: 'ThrottlingException' });
  }
  if (effect === 'error500') {
    return errorResponse(service, {
      status: 500,
      code: service === 's3' || service === 'sns' ? 'InternalError' : 'InternalServerError',
    });
  }
  if (effect === 'accessDenied') return accessDenied(service);
  return undefined;
}

/** The answer of a service to a call that IAM denies, in the service's own words. */
export function accessDenied(service: string, message?: string): GatewayResponse {
  return service === 's3' || service === 'sns'
    ? errorResponse(
        service,
        { status: 403, code: service === 's3' ? 'AccessDenied' : 'AuthorizationError' },
        message,
      )
    : errorResponse(service, { status: 400, code: 'AccessDeniedException' }, message);
}

function errorResponse(
  service: string,
  { status, code }: ErrorAnswer,
  message = `Injected fault: ${code}`,
): GatewayResponse {
  if (service === 's3') return s3Error(status, code, message);
  if (service === 'sns') return queryErrorResponse(status, code, message);
  return jsonResponse(status, { __type: code, message }, { 'x-amzn-errortype': code });
}
