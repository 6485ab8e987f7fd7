import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createContract } from './contract.ts';
import { appleOpenApi } from './openapi.ts';

const { requestProblems, answerProblems } = createContract(appleOpenApi());

const get = (path: string, query: [string, string][] = []) =>
  requestProblems({ method: 'GET', path, query, contentType: undefined, body: undefined, receivedBytes: 0 });
const send = (method: string, path: string, body: unknown) =>
  requestProblems({ method, path, query: [], contentType: 'application/json', body, receivedBytes: 1 });
const subscriptionChange = (attributes: Record<string, unknown>) =>
  send('PATCH', '/v1/subscriptions/1', { data: { type: 'subscriptions', id: '1', attributes } });

describe('The contract that is built from the npm package', () => {
  it('holds every operation of 4.4.1', () => {
    const { paths, components } = appleOpenApi();
    assert.ok(Object.keys(paths).length >= 966);
    assert.ok(Object.keys(components.schemas).length >= 1393);
  });

  it('knows which parameters are required, and their values', () => {
    assert.deepEqual(get('/v1/financeReports'), [
      'GET /v1/financeReports query filter[vendorNumber]: missing',
      'GET /v1/financeReports query filter[reportType]: missing',
      'GET /v1/financeReports query filter[regionCode]: missing',
      'GET /v1/financeReports query filter[reportDate]: missing',
    ]);
    assert.deepEqual(get('/v1/apps', [['include', 'prices']]), [
      'GET /v1/apps query include /*: must be equal to one of the allowed values',
    ]);
  });

  it('knows the page limits that the package lost', () => {
    assert.deepEqual(get('/v1/territories', [['limit', '201']]), [
      'GET /v1/territories query limit : must be <= 200',
    ]);
    assert.deepEqual(get('/v1/subscriptions/1/pricePoints', [['limit', '8000']]), []);
    assert.deepEqual(get('/v1/subscriptions/1/pricePoints', [['limit', '8001']]), [
      'GET /v1/subscriptions/{id}/pricePoints query limit : must be <= 8000',
    ]);
    assert.deepEqual(get('/v1/apps/1/appPriceSchedule', [['limit[manualPrices]', '51']]), [
      'GET /v1/apps/{id}/appPriceSchedule query limit[manualPrices] : must be <= 50',
    ]);
  });

  it('knows the plan of a subscription’s price, which may be null', () => {
    const price = (planType: unknown) =>
      send('POST', '/v1/subscriptionPrices', {
        data: {
          type: 'subscriptionPrices',
          attributes: { planType, startDate: null },
          relationships: {
            subscription: { data: { type: 'subscriptions', id: '1' } },
            subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: '2' } },
          },
        },
      });
    assert.deepEqual(price('MONTHLY'), []);
    assert.deepEqual(price(null), []);
    assert.notDeepEqual(price('WEEKLY'), []);
  });

  it('knows what 4.5 to 4.6.1 added', () => {
    assert.deepEqual(subscriptionChange({ multiSeatStatus: 'DISABLED', marketSettings: null }), []);
    assert.notDeepEqual(subscriptionChange({ multiSeatStatus: 'MAYBE' }), []);
    assert.deepEqual(get('/v1/subscriptions/1', [['fields[subscriptions]', 'name,marketSettings']]), []);
    assert.deepEqual(send('POST', '/v1/subscriptionPriceTierEqualizations', { data: {} }), []);
    assert.deepEqual(get('/v1/subscriptionPricePoints/1/adjustedEqualizations'), [
      'GET /v1/subscriptionPricePoints/{id}/adjustedEqualizations query filter[planType]: missing',
    ]);
  });

  it('knows that every operation may answer 429, and that price points come as CSV too', () => {
    const answer = (path: string, status: number, contentType: string, body: string) =>
      answerProblems({ method: 'GET', path, answer: { status, contentType, body: Buffer.from(body) } });
    assert.deepEqual(answer('/v1/apps', 429, 'application/json', '{"errors":[]}'), []);
    assert.deepEqual(answer('/v1/apps', 418, 'application/json', '{"errors":[]}'), [
      'GET /v1/apps 418 status: not in the contract',
    ]);
    assert.deepEqual(answer('/v1/apps/1/appPricePoints', 200, 'text/csv', 'a,b'), []);
    assert.deepEqual(answer('/v1/apps/1/appPriceSchedule', 200, 'text/csv', 'a,b'), [
      'GET /v1/apps/{id}/appPriceSchedule 200 content type text/csv: not in the contract',
    ]);
  });
});
