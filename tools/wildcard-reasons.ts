/**
 * Why a permission may end in a wildcard. The first that matches a resource, as `npm run permissions` shows it, is
 * its reason; a wildcard without one fails the tests.
 */
export const WILDCARD_REASONS: readonly { resource: RegExp; reason: string }[] = [
  {
    resource: /:secret:[^*?]+-\?{6}$/,
    reason:
      'Secrets Manager draws six characters behind a name when the secret is made; no longer name fits.',
  },
  {
    resource:
      /^Lake\/(raw(\/exchange-rates)?|(inbox|outbox)\/rates|tables(\/[a-z_]+(\/source=[a-z]+)?)?|audit\/(keys|price-effects|apple-moves)|(inbox|outbox|desired|audit)\/prices|cache\/price-points)\/\*$/,
    reason: 'The objects under this prefix have no names before they are written.',
  },
  {
    resource: /:table\/app_store_connect[a-z0-9_]*\/\*$/,
    reason:
      'The tables of the one Glue database, all of which this app makes; their names depend on the settings.',
  },
];

/** The reason for a wildcard; `undefined` for a resource that has none of either. */
export const wildcardReason = (resource: string): string | undefined =>
  WILDCARD_REASONS.find((each) => each.resource.test(resource))?.reason;

export const hasWildcard = (resource: string): boolean => /[*?]/.test(resource);
