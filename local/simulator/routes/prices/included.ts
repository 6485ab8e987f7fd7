import type { Refusal } from '../../rules/apple-error.ts';
import { conflict, relationshipRefused } from './bodies.ts';

type Reference = { id: string };

/** An item of `included` that the request's relationship names, and its place: `/included/3`. */
export type NamedItem<Item> = { item: Item; at: string };

/**
 * Joins a relationship's references with the items of `included`, by local ids such as `${1}`. Returns what is wrong
 * along with what fits, so that one answer can tell everything.
 *
 * @param included items of another type are `undefined`, so that places stay what they are
 * @param references `data` of the relationship, such as `/data/relationships/manualPrices`
 */
export function namedItems<Item extends { id?: string | undefined }>(
  relationship: string,
  references: readonly Reference[],
  included: readonly (Item | undefined)[],
): { items: NamedItem<Item>[]; refusals: Refusal[] } {
  const named = new Set(references.map(({ id }) => id));
  const refusals = references.flatMap(({ id }, index) =>
    included.some((item) => item?.id === id)
      ? []
      : [
          relationshipRefused(
            `${relationship}/data/${index}`,
            `The provided entity refers to '${id}', which is not included.`,
          ),
        ],
  );
  const items = included.flatMap((item, index) => {
    if (item === undefined) return [];
    const at = `/included/${index}`;
    const problem = problemOf(
      item.id ?? '',
      named,
      included.findIndex((other) => other?.id === item.id) < index,
      at,
    );
    if (problem === undefined) return [{ item, at }];
    refusals.push(problem);
    return [];
  });
  return { items, refusals };
}

function problemOf(
  id: string,
  named: ReadonlySet<string>,
  repeated: boolean,
  at: string,
): Refusal | undefined {
  const refuse = (detail: string): Refusal =>
    conflict(
      'ENTITY_ERROR.INCLUDED.INVALID_ID',
      'The provided included entity id has invalid format',
      detail,
      `${at}/id`,
    );
  if (!isLocalId(id))
    return refuse(`The provided included entity id '${id}' is not of the form '\${local-id}'.`);
  if (repeated) return refuse(`The included entity id '${id}' is used more than once.`);
  if (!named.has(id)) return refuse(`The included entity '${id}' is not named by any relationship.`);
  return undefined;
}

export const isLocalId = (id: string): boolean => /^\$\{[^{}]+\}$/.test(id);
