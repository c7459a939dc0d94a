import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CodedError } from '@uketsuke/shared/coded-error';
import * as z from 'zod';
import { openServerLog } from '../../sync-server/src/http/server-log.ts';
import type { ServerPlace } from '../../sync-server/src/operator-commands/operator-client.ts';
import { keepFilesPrivate } from '../../sync-server/src/private-folder.ts';

/** The command line makes no sense; the message says how to call the command. */
export class UsageError extends CodedError<'usage'> {
  override readonly name = 'UsageError';
  constructor(usage: string) {
    super('usage', `Usage: ${usage}`);
  }
}

const text = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));
const environmentSchema = z.object({
  DATA_DIR: text,
  COUCHDB_URL: text,
  DATABASE_PREFIX: text,
  UKETSUKE_MASTER_KEY: text,
});

export interface CommandLine {
  readonly place: ServerPlace;
  /** Values of the options that the command has beside `--data`. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads the command line. The data directory is `--data`, else DATA_DIR, else ./data; the database and the master key
 * come from the same variables as the server's.
 * @throws UsageError
 */
export function readCommandLine(
  usage: string,
  options: Readonly<Record<string, { type: 'string' | 'boolean' }>>,
  positionals: number,
): CommandLine {
  keepFilesPrivate();
  const env = environmentSchema.parse(process.env);
  const parsed = parseOrExplain(usage, options);
  if (parsed.positionals.length !== positionals) throw new UsageError(usage);
  const { data, ...values } = parsed.values;
  return {
    place: {
      dataDirectory: typeof data === 'string' && data !== '' ? typedPath(data) : (env.DATA_DIR ?? './data'),
      log: openServerLog('error', process.stderr),
      ...(env.COUCHDB_URL !== undefined && { couchdbUrl: env.COUCHDB_URL }),
      ...(env.DATABASE_PREFIX !== undefined && { databasePrefix: env.DATABASE_PREFIX }),
      ...(env.UKETSUKE_MASTER_KEY !== undefined && { masterKey: env.UKETSUKE_MASTER_KEY }),
    },
    values,
    positionals: parsed.positionals,
  };
}

/** A path as it was typed: `npm run` changes to the project's folder, and tells from where it was called. */
export function typedPath(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', path);
}

function parseOrExplain(usage: string, options: Readonly<Record<string, { type: 'string' | 'boolean' }>>) {
  try {
    const all = { data: { type: 'string' as const }, ...options };
    return parseArgs({ options: all, allowPositionals: true, strict: true });
  } catch {
    throw new UsageError(usage);
  }
}

/** Runs a command; what goes wrong is said in one sentence on standard error, and the exit code is 1. */
export async function runCommand(
  command: () => Promise<void>,
  words: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    await command();
  } catch (error) {
    const code = z.object({ code: z.string() }).safeParse(error).data?.code ?? '';
    const own = words[code] ?? WORDS[code];
    console.error(own ?? (error instanceof Error ? error.message : 'unknown error'));
    process.exitCode = 1;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  'no-city':
    'No server runs over this data directory, and there is no city in it. Check --data (or DATA_DIR), and COUCHDB_URL if the city is in CouchDB.',
  'data-directory-in-use':
    'Another process works on this data directory but does not answer. Wait until it has stopped, then try again.',
  EACCES: 'This user may not read the data directory. Run the command as the user who runs the server.',
};
