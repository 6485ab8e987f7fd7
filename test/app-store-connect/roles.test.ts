import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { neededRoles } from '../../functions/app-store-connect/diagnosis/roles.ts';

const routes: [method: string, path: string, sentence: RegExp][] = [
  ['GET', '/v1/salesReports', /^Reports need Finance/],
  ['GET', '/v1/salesReports?filter[frequency]=DAILY', /^Reports need Finance/],
  ['GET', '/v1/financeReports', /^Financial reports need Finance/],
  ['POST', '/v1/analyticsReportRequests', /needs Admin, once/],
  ['DELETE', '/v1/analyticsReportRequests/r1', /needs Admin, once/],
  ['GET', '/v1/apps/6448311069/analyticsReportRequests', /^Reading analytics reports/],
  ['GET', '/v1/analyticsReportRequests/r1/reports', /^Reading analytics reports/],
  ['GET', '/v1/analyticsReports/r3-1/instances', /^Reading analytics reports/],
  ['GET', '/v1/analyticsReportInstances/i1/segments', /^Reading analytics reports/],
  ['GET', '/v1/apps/6448311069/appPriceSchedule', /^Prices need App Manager/],
  ['POST', '/v1/appPriceSchedules', /^Prices need App Manager/],
];

describe('The roles that a request needs', () => {
  for (const [method, path, sentence] of routes) {
    it(`of ${method} ${path}`, () => assert.match(neededRoles(path, method).sentence, sentence));
  }
});
