/** Licences that ask for a notice and nothing else. SPDX identifiers. */
export const PERMISSIVE = new Set<string | undefined>([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
]);
