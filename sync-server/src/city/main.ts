import * as z from 'zod';
import { openServerLog } from '../http/server-log.ts';
import { keepFilesPrivate } from '../private-folder.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import { startServer } from './start-server.ts';

const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === '' ? undefined : text));

const environmentSchema = z.object({
  PORT: z.coerce.number().pipe(z.int().min(0).max(65_535)).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  COUCHDB_URL: optionalText,
  DATABASE_PREFIX: optionalText,
  UKETSUKE_MASTER_KEY: optionalText,
  CITY_NAME: z.string().min(1).max(60).default('熊本市'),
  PUBLIC_ORIGIN: optionalText.pipe(z.url({ protocol: /^https?$/ }).optional()),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

await main();

async function main(): Promise<void> {
  keepFilesPrivate();
  const environment = environmentSchema.safeParse(process.env);
  if (!environment.success) {
    const names = environment.error.issues.map((issue) => issue.path.join('.')).join(', ');
    console.error(`Cannot start: check the environment variables ${names}.`);
    process.exitCode = 1;
    return;
  }
  const { COUCHDB_URL, DATABASE_PREFIX, UKETSUKE_MASTER_KEY, PUBLIC_ORIGIN, ...env } = environment.data;
  try {
    const server = await startServer({
      dataDirectory: env.DATA_DIR,
      host: env.HOST,
      port: env.PORT,
      cityName: env.CITY_NAME,
      log: openServerLog(env.LOG_LEVEL),
      ...(COUCHDB_URL !== undefined && { couchdbUrl: COUCHDB_URL }),
      ...(DATABASE_PREFIX !== undefined && { databasePrefix: DATABASE_PREFIX }),
      ...(UKETSUKE_MASTER_KEY !== undefined && { masterKey: UKETSUKE_MASTER_KEY }),
      ...(PUBLIC_ORIGIN !== undefined && { publicOrigin: new URL(PUBLIC_ORIGIN).origin }),
    });
    stopOnSignals(() => server.stop());
    if (server.firstAdmin !== null) {
      const { username, oneTimePassword } = server.firstAdmin;
      console.log(`Headquarters' first account (shown once): user ${username}, one-time password ${oneTimePassword}`);
    }
    console.log(`Uketsuke listens on ${server.url}`);
  } catch (error) {
    console.error(`Cannot start: ${error instanceof Error ? error.message : 'unknown error'}`);
    process.exitCode = 1;
  }
}
