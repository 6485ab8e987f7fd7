/** The account number that the emulators use. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/${ACCOUNT}/${name}`;

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
