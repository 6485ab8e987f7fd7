import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOpenApi } from './build/openapi-schema.ts';
import { createContract } from './contract.ts';

const json = (name: string) => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});
const resource = (type: string, attributes: Record<string, unknown>) => ({
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: [type] },
    attributes: { type: 'object', properties: attributes },
  },
});
const contract = createContract(
  readOpenApi({
    paths: {
      '/v1/things/{id}': {
        get: {
          parameters: [
            {
              name: 'include',
              in: 'query',
              explode: false,
              schema: { type: 'array', items: { type: 'string', enum: ['parts', 'owner'] } },
            },
            { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 200 } },
            { name: 'filter[kind]', in: 'query', required: true, schema: { type: 'string' } },
          ],
          responses: { 200: json('Thing') },
        },
      },
      '/v1/things': { post: { requestBody: { ...json('Thing'), required: true }, responses: { 201: {} } } },
      '/v1/files': { get: { responses: { 200: { content: { 'application/a-gzip': { schema: {} } } } } } },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          required: ['data'],
          properties: {
            data: resource('things', {
              day: { type: 'string', format: 'date' },
              size: { type: 'integer', nullable: true },
            }),
            included: {
              type: 'array',
              items: {
                oneOf: [{ $ref: '#/components/schemas/Part' }, { $ref: '#/components/schemas/Owner' }],
              },
            },
          },
        },
        Part: resource('parts', { name: { type: 'string' } }),
        Owner: resource('owners', {}),
        ErrorResponse: { type: 'object', properties: { errors: { type: 'array' } } },
      },
    },
  }),
);

const ask = (
  query: [string, string][] = [],
  change: Partial<Parameters<typeof contract.requestProblems>[0]> = {},
) =>
  contract.requestProblems({
    method: 'GET',
    path: '/v1/things/1',
    query: [['filter[kind]', 'a'], ...query],
    contentType: undefined,
    body: undefined,
    receivedBytes: 0,
    ...change,
  });
const send = (body: unknown, contentType = 'application/json; charset=utf-8', receivedBytes = 1) =>
  ask([], { method: 'POST', path: '/v1/things', query: [], contentType, body, receivedBytes });
const answer = (body: unknown, status = 200, path = '/v1/things/1', contentType = 'application/json') =>
  contract.answerProblems({
    method: 'GET',
    path,
    answer: {
      status,
      contentType,
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    },
  });
const thing = (attributes: Record<string, unknown>, included: unknown[] = []) => ({
  data: { type: 'things', attributes },
  included,
});

describe('The check against a contract', () => {
  it('finds nothing in what fits', () => {
    assert.deepEqual(
      ask([
        ['include', 'parts,owner'],
        ['limit', '200'],
      ]),
      [],
    );
    assert.deepEqual(send(thing({ day: '2026-11-24' })), []);
    assert.deepEqual(answer(thing({ size: null }, [{ type: 'parts', attributes: { name: 'a' } }])), []);
  });

  for (const [what, problems, expected] of [
    ['an unknown parameter', ask([['sort', 'a']]), 'GET /v1/things/{id} query sort: unknown'],
    ['a missing parameter', ask([], { query: [] }), 'GET /v1/things/{id} query filter[kind]: missing'],
    [
      'a value that a parameter does not have',
      ask([['include', 'parts,price']]),
      'GET /v1/things/{id} query include /*: must be equal to one of the allowed values',
    ],
    ['too high a limit', ask([['limit', '201']]), 'GET /v1/things/{id} query limit : must be <= 200'],
    ['an unknown path', ask([], { path: '/v1/others' }), 'GET /v1/others: not in the contract'],
    ['an unknown method', ask([], { method: 'DELETE' }), 'DELETE /v1/things/{id}: not in the contract'],
    ['a missing body', send(undefined, undefined, 0), 'POST /v1/things body: missing'],
    [
      'another content type',
      send({}, 'text/plain'),
      'POST /v1/things content type text/plain: not in the contract',
    ],
    ['a missing member', send({}), 'POST /v1/things body /data: missing'],
    [
      'an unknown attribute',
      send(thing({ price: 1 })),
      'POST /v1/things body /data/attributes/price: unknown',
    ],
    [
      'a wrong type',
      send(thing({ size: '1' })),
      'POST /v1/things body /data/attributes/size: must be integer',
    ],
    [
      'a null that may not be',
      send(thing({ day: null })),
      'POST /v1/things body /data/attributes/day: null must be string',
    ],
    [
      'a wrong item, once for all of its kind',
      answer(
        thing(
          {},
          [1, 2].map((name) => ({ type: 'parts', attributes: { name } })),
        ),
      ),
      'GET /v1/things/{id} 200 answer /included/*/attributes/name: must be string',
    ],
    [
      'a resource that cannot stand there',
      answer(thing({}, [{ type: 'things' }])),
      'GET /v1/things/{id} 200 answer /included/*/type: things is no type that can stand here',
    ],
    [
      'a status that the operation lacks',
      answer({}, 201),
      'GET /v1/things/{id} 201 status: not in the contract',
    ],
    [
      'an error of another form',
      answer({ message: 'no' }, 500),
      'GET /v1/things/{id} 500 answer /message: unknown',
    ],
    [
      'a file that is none',
      answer('{}', 200, '/v1/files', 'application/a-gzip'),
      'GET /v1/files 200 answer: no gzip file',
    ],
  ] as const) {
    it(`finds ${what}`, () => assert.deepEqual(problems, [expected]));
  }
});
