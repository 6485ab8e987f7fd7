export const APPLE_URL = 'https://api.appstoreconnect.apple.com';

/** Where Apple is for a command that needs no deployment. */
export const appleUrlIn = (env: NodeJS.ProcessEnv): string => env['APP_STORE_CONNECT_BASE_URL'] ?? APPLE_URL;
