import { findTerritory, type Territory, territories } from '../../prices/territories.ts';
import { invalidParameter } from '../../rules/apple-error.ts';
import type { Call, Route } from '../../server/route.ts';
import { listResponse, originOf, type Resource } from '../json-api/documents.ts';
import { type ReadQuery, readQuery } from '../json-api/query.ts';
import { readRoute } from './roles.ts';

/** `GET /v1/territories`. */
export const territoryRoutes: readonly Route[] = [
  readRoute('/v1/territories', (call) => {
    const query = readQuery(call, { fields: ['territories'], maxLimit: 200 });
    return listResponse(call, query, territories, (territory) => ({
      resource: territoryResource(call, territory),
      included: [],
    }));
  }),
];

export const territoryResource = (call: Call, { id, currency }: Territory): Resource => ({
  type: 'territories',
  id,
  attributes: { currency },
  links: { self: `${originOf(call)}/v1/territories/${id}` },
});

export const territoryIdentifier = (id: string) => ({ data: { type: 'territories', id } });

/** The territories that `filter[territory]` names; all without it. */
export function filteredTerritories(query: ReadQuery): readonly Territory[] {
  const asked = query.filter('territory');
  if (asked === undefined) return territories;
  return asked.map((id) => {
    const found = findTerritory(id);
    if (found === undefined)
      throw invalidParameter(
        'filter[territory]',
        `'${id}' is not a valid id for the relationship 'territory'`,
      );
    return found;
  });
}
