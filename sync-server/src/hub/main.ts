import { parseArgs } from 'node:util';
import { hubCode } from '@uketsuke/shared/hub';
import { toString as drawQr } from 'qrcode';
import * as z from 'zod';
import { openServerLog } from '../http/server-log.ts';
import { keepFilesPrivate } from '../private-folder.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import { HubEnrolmentError } from './enrol-hub.ts';
import { startHub } from './start-hub.ts';

const USAGE = `Usage: npm run hub -- --data DIR [--city URL --code CODE --name NAME] [--host ADDRESS] [--port PORT] [--page-port PORT]
The first start needs --city, --code (made by headquarters for a hub) and --name. Later starts need only --data.`;
const FIRST_PAGE_PORT = 8444;

const port = z.coerce.number().pipe(z.int().min(0).max(65_535));
const argumentsSchema = z.strictObject({
  data: z.string().min(1).default('data/hub'),
  city: z.string().optional(),
  code: z.string().optional(),
  name: z.string().optional(),
  host: z.string().min(1).optional(),
  port: port.optional(),
  'page-port': port.default(FIRST_PAGE_PORT),
});
const environmentSchema = z.object({
  COUCHDB_URL: z.string().optional(),
  DATABASE_PREFIX: z.string().optional(),
  UKETSUKE_MASTER_KEY: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});

await main();

async function main(): Promise<void> {
  keepFilesPrivate();
  const given = readArguments(process.argv.slice(2));
  const environment = environmentSchema.safeParse(process.env);
  if (given === undefined || !environment.success) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  try {
    const hub = await startHub({
      dataDirectory: given.data,
      cityUrl: given.city,
      code: given.code,
      deviceName: given.name,
      host: given.host,
      port: given.port,
      pagePort: given['page-port'],
      couchdbUrl: environment.data.COUCHDB_URL,
      databasePrefix: environment.data.DATABASE_PREFIX,
      masterKey: environment.data.UKETSUKE_MASTER_KEY,
      log: openServerLog(environment.data.LOG_LEVEL),
    });
    stopOnSignals(() => hub.stop());
    const code = await drawQr(hubCode(hub.addresses), { type: 'terminal', small: true });
    console.log(
      [
        '',
        `${hub.shelter.name} のハブが動いています。  The hub of ${hub.shelter.name} is running.`,
        '',
        code,
        `  受付端末から  From kiosks      ${hub.addresses.join('  ')}`,
        `  この画面      This machine     ${hub.pageUrl ?? ''}`,
        `  Listening on ${hub.url}`,
        '',
        '  Ctrl-C で終了します。記録は残ります。  Ctrl-C stops the hub; its records stay.',
        '',
      ].join('\n'),
    );
  } catch (error) {
    console.error(`Cannot start the hub: ${error instanceof Error ? error.message : 'unknown error'}`);
    if (error instanceof HubEnrolmentError && error.code === 'not-enrolled') console.error(USAGE);
    process.exitCode = 1;
  }
}

function readArguments(args: string[]): z.infer<typeof argumentsSchema> | undefined {
  const text = { type: 'string' } as const;
  const options = { data: text, city: text, code: text, name: text, host: text, port: text, 'page-port': text };
  try {
    return argumentsSchema.parse(parseArgs({ args, options }).values);
  } catch (error) {
    console.error(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    return undefined;
  }
}
