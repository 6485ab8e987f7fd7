/**
 * Folders under `test/` whose files need no embedded services. They share one process in `npm test`: most of what each
 * of these files takes alone is the start of a process and the loading of the same modules.
 */
export const CORE_FOLDERS = [
  'app-store-connect',
  'engine',
  'models',
  'notify',
  'numbers',
  'platform',
  'price-effect',
  'prices',
  'reports',
  'security',
  'simulator',
  'status',
  'tables',
] as const;
