/** The account number that the emulators use. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/${ACCOUNT}/${name}`;

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

/** What an SDK client needs to speak to the local cloud. */
export type LocalClientConfig = {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

/** Any credentials do: nothing of the local cloud checks them. */
export const localClientConfig = (endpoint: string): LocalClientConfig => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
