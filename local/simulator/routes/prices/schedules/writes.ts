import { pacificDay } from '../../../prices/pacific-day.ts';
import type { ScheduledProduct } from '../../../prices/price-schedule.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import { findTerritory } from '../../../prices/territories.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import type { Call, Route } from '../../../server/route.ts';
import { singleResponse } from '../../json-api/documents.ts';
import { readQuery } from '../../json-api/query.ts';
import { readBody, relationshipRefused, throwAll } from '../bodies.ts';
import { namedItems } from '../included.ts';
import { writeRoute } from '../roles.ts';
import { write } from '../writes.ts';
import { createScheduleSchema, scheduleOwnerSchema } from './bodies.ts';
import { findProduct } from './products.ts';
import { checkSchedule } from './rules.ts';
import { renderSchedule } from './schedules.ts';
import type { ScheduleNames } from './types.ts';

/** Pages "Add a scheduled price change to an in-app purchase" and "… to an app": the whole manual schedule anew. */
export const scheduleWriteRoute = (store: PriceStore, names: ScheduleNames): Route =>
  writeRoute('POST', `/v1/${names.schedule}`, (call) => createSchedule(call, store, names));

function createSchedule(call: Call, store: PriceStore, names: ScheduleNames): RouteResponse {
  const query = readQuery(call, {});
  const owner = readBody(scheduleOwnerSchema(names), call.body).data.relationships[names.productOfSchedule];
  const product = findProduct(store, names, call, owner?.data.id ?? '');
  write(store, product, call, () => {
    const { baseTerritory, prices } = readSchedule(call, names, product);
    return (today) => product.replace(baseTerritory, prices, today);
  });
  return singleResponse(call, query, renderSchedule(call, names, query, product), 201);
}

function readSchedule(call: Call, names: ScheduleNames, product: ScheduledProduct) {
  const { data, included } = readBody(createScheduleSchema(names), call.body);
  const { manualPrices, baseTerritory } = data.relationships;
  const base = baseTerritory.data.id;
  const { items, refusals } = namedItems(
    '/data/relationships/manualPrices',
    manualPrices.data,
    included.map((item) => (item.type === names.price ? item : undefined)),
  );
  const checked = checkSchedule(names, product, base, items, pacificDay(call.now));
  if (findTerritory(base) === undefined)
    refusals.push(
      relationshipRefused('/data/relationships/baseTerritory', `There is no territory '${base}'.`),
    );
  throwAll([...refusals, ...checked.refusals]);
  return { baseTerritory: base, prices: checked.prices };
}
