import type { Deployment } from '../config/deployment.ts';

/** How every function that asks Apple is told to do so. */
export const appleEnvironment = ({
  scopedTokens,
  appStoreConnectBaseUrl,
}: Deployment): Record<string, string> => ({
  SCOPED_TOKENS: scopedTokens,
  ...(appStoreConnectBaseUrl && { APP_STORE_CONNECT_BASE_URL: appStoreConnectBaseUrl }),
});
