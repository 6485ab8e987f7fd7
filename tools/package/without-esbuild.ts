/** Stands in for esbuild inside the package, which has every bundle built already. */
export function buildSync(): never {
  throw new Error(
    'The package app-store-connect-jobs lacks a bundle of one of its functions; install it again.',
  );
}
