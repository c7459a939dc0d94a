import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { pcscService } from '../card-reader/pcsc-service.ts';
import { DirectoryInUseError } from '../files/directory-claim.ts';
import { startBrowserHost } from './start-browser-host.ts';

const environmentSchema = z.object({
  DATA_DIR: z.string().min(1).default('data/kiosk'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
});

const environment = environmentSchema.parse(process.env);
const host = await startBrowserHost({
  dataDirectory: resolve(environment.DATA_DIR),
  uiDirectory: join(dirname(fileURLToPath(import.meta.url)), '..', 'dist'),
  port: environment.PORT,
  smartCards: pcscService(),
}).catch((error: unknown) => {
  if (!(error instanceof DirectoryInUseError)) throw error;
  console.error(error.message);
  return process.exit(1);
});
console.log(`Kiosk: ${host.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    host.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
