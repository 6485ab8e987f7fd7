import type { SettingsRule } from '../../platform/config/settings.ts';

/**
 * Refuses comparisons that cannot work. Whether buyers may choose one product instead of the other is not in the settings:
 * subscriptions of one group, or of groups that the reports do not name, are refused when a look is made.
 */
export const usableEffectComparisons: SettingsRule = ({ teams }) =>
  teams.flatMap(({ prices }, t) => {
    const comparisons = prices?.effectComparisons ?? [];
    const products = comparisons.map(({ product }) => product);
    return comparisons.flatMap((comparison, index) => {
      const path = `teams[${t}].prices.effectComparisons[${index}]`;
      const isTwice = products.indexOf(comparison.product) < index;
      return [
        ...(comparison.with.id === comparison.product
          ? [
              {
                path: `${path}.with.id`,
                message: `"${comparison.product}" is the product itself; name another one, which buyers would not choose instead`,
              },
            ]
          : []),
        ...(isTwice
          ? [
              {
                path: `${path}.product`,
                message: `"${comparison.product}" has a comparison already; keep one, as a choice afterwards would pick by result`,
              },
            ]
          : []),
      ];
    });
  });
