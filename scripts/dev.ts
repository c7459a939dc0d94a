import { join } from 'node:path';
import * as z from 'zod';
import { readDevOptions } from './dev/options.ts';
import { servePages } from './dev/pages.ts';
import { type WatchedProgram, watchProgram } from './dev/watched-program.ts';

// `npm run dev`: server, headquarters' page, card and kiosk over demo data, from the sources. Pages reload when a file
// of theirs changes; the server and the kiosk's host start anew. Ctrl-C ends all.
const args = process.argv.slice(2);
const options = readDevOptions(args);
const pages = await servePages(options);
const programs: WatchedProgram[] = [
  watchProgram({
    file: join(import.meta.dirname, 'dev', 'server.ts'),
    args,
    facts: z.object({ url: z.string(), hqPassword: z.string(), kioskPin: z.string() }),
    onReady: (server) => {
      if (programs.length === 1) startKioskHost();
      tell(`Server ${server.url}; HQ user admin, password ${server.hqPassword}; kiosk PIN ${server.kioskPin}`);
      tell(`Card   http://127.0.0.1:${options['card-port']}/card/`);
      tell(`HQ     http://127.0.0.1:${options['console-port']}/hq/`);
    },
  }),
];
stopOnSignals();

/** After the server's first start, as that enrols the demo's kiosk. */
function startKioskHost(): void {
  programs.push(
    watchProgram({
      file: join(import.meta.dirname, 'dev', 'kiosk-host.ts'),
      args,
      facts: z.object({ url: z.url() }),
      onReady: ({ url }) => tell(`Kiosk  http://127.0.0.1:${options['kiosk-port']}/${new URL(url).hash}`),
    }),
  );
}

function tell(sentence: string): void {
  console.log(`[dev] ${sentence}`);
}

function stopOnSignals(): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await Promise.all([...programs.map((program) => program.stop()), ...pages.map((page) => page.close())]);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
}
