import { illegalParameter, invalidParameter } from '../server/apple-error.ts';
import type { Route } from '../server/route.ts';

/**
 * `GET /v1/apps`: Apple's page "List Apps". This Apple's teams have no apps to list; the route tells who may ask.
 * That Finance and Sales may not is the less forgiving reading of "Role permissions", which does not speak of the API.
 */
export function appListRoutes(): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/apps',
      roles: ['ADMIN', 'APP_MANAGER', 'DEVELOPER', 'MARKETING', 'CUSTOMER_SUPPORT'],
      individualKeys: true,
      handle: ({ query }) => {
        for (const name of query.keys())
          if (!/^(limit|cursor|sort|include|(filter|fields|exists)\[.+\])$/.test(name))
            throw illegalParameter(name);
        const limit = query.get('limit');
        if (limit !== null && !/^([1-9]\d?|1\d\d|200)$/.test(limit))
          throw invalidParameter('limit', 'The limit must be a number from 1 to 200');
        const body = { data: [], links: { self: '/v1/apps' }, meta: { paging: { total: 0, limit: 50 } } };
        return {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(JSON.stringify(body)),
        };
      },
    },
  ];
}
