import {
  type PricePoint,
  type ProductKind,
  pointAmounts,
  pricePointId,
  territoryOf,
} from '../../prices/price-points.ts';
import { findTerritory } from '../../prices/territories.ts';
import type { Call } from '../../server/route.ts';
import { linked, originOf, type Rendered, type Resource } from '../json-api/documents.ts';
import type { ReadQuery } from '../json-api/query.ts';
import { territoryIdentifier, territoryResource } from './territories.ts';

const types = {
  subscription: { type: 'subscriptionPricePoints', version: 'v1' },
  inAppPurchase: { type: 'inAppPurchasePricePoints', version: 'v1' },
  app: { type: 'appPricePoints', version: 'v3' },
} as const;

/** The resource of a price point, without its territory unless that is included. */
export function pointResource(call: Call, point: PricePoint, withTerritory: boolean): Resource {
  const { type, version } = types[point.kind];
  const id = pricePointId(point);
  const self = `${originOf(call)}/${version}/${type}/${id}`;
  return {
    type,
    id,
    attributes: pointAmounts(point),
    relationships: {
      ...(withTerritory && { territory: territoryIdentifier(point.territory) }),
      equalizations: linked(self, 'equalizations'),
      ...(point.kind === 'subscription' && { adjustedEqualizations: linked(self, 'adjustedEqualizations') }),
    },
    links: { self },
  };
}

/** A price point in a list of price points. */
export function renderPoint(call: Call, query: ReadQuery): (point: PricePoint) => Rendered {
  const withTerritory = query.includes('territory');
  return (point) => ({
    resource: pointResource(call, point, withTerritory),
    included: withTerritory ? [territoryResource(call, territoryOf(point))] : [],
  });
}

export const pointIdentifier = (kind: ProductKind, id: string) => ({ data: { type: types[kind].type, id } });

/** What `include` adds to a price record. */
export function includedOfPrice(
  call: Call,
  point: PricePoint | undefined,
  territoryId: string,
  wanted: { point: boolean; territory: boolean },
): Resource[] {
  const territory = findTerritory(territoryId);
  return [
    ...(wanted.territory && territory !== undefined ? [territoryResource(call, territory)] : []),
    ...(wanted.point && point !== undefined ? [pointResource(call, point, false)] : []),
  ];
}
