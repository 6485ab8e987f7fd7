import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import type * as z from 'zod';
import type { Settings } from '../../functions/platform/config/settings.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';

/** The options that every command takes. */
export type GlobalOptions = {
  /** The stack that `npm run local` serves. */
  local?: boolean;
  /** Where AWS is, if not in AWS. */
  endpoint?: string;
  settings?: string;
  stage: string;
  json?: boolean;
};

/** What a command works on: the settings of a deployment, its AWS endpoint if it is a local one, Apple's address. */
export type DeploymentTarget = {
  settings: Settings;
  endpoint: string | undefined;
  /** Where in AWS the project is deployed to; absent: the SDK's own region. */
  region?: string;
  appleUrl: string;
  /** How far the clock of a local stack is ahead of the machine's; 0 in AWS. */
  clockOffsetMillis: number;
  /** What the status calls it; absent: AWS, or the endpoint. */
  place?: string;
  /** Where copies of table files are kept; absent: below the directory of the project. */
  copies?: string;
};

/** The operator's access to a deployment. */
export type Aws = {
  secrets: SecretsManagerClient;
  documents: DynamoDBDocumentClient;
  s3: S3Client;
  /** An output of the stacks, such as `KeysTableName`. */
  output(name: string): Promise<string>;
  /** Invokes a function and waits for its response. */
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  /** How many functions may run at once in this account and region. */
  concurrency(): Promise<{ limit: number; unreserved: number }>;
};

/** What a command's action gets besides its own options. */
export type Context = DeploymentTarget & { io: Io; json: boolean; aws: Aws };

/** What an action gets that needs no deployment. `program`: the whole command. */
export type LocalContext = { io: Io; json: boolean; program: Command };

/**
 * Adds a command, or a group of them, to the program. `run` turns an action into one of commander's; `runAlone` does
 * so for a command that needs no deployment.
 */
export type Register = (program: Command, run: Run, runAlone: RunAlone) => void;

/** Makes an action of commander's from one that takes validated options. */
type RunWith<C> = <Options extends z.ZodType>(
  /** The form of the command's own options. */
  options: Options,
  /** Gives the exit code. `args`: what stands beside the options. */
  action: (context: C, options: z.output<Options>, args: readonly string[]) => Promise<ExitCode>,
) => (...args: unknown[]) => Promise<void>;

export type Run = RunWith<Context>;
export type RunAlone = RunWith<LocalContext>;
