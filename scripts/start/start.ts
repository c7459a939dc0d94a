import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningServer, startServer } from '../../sync-server/src/city/start-server.ts';
import { PcscdUnavailable } from '../../testbed/virtual-card/pcscd.ts';
import { DemoCards } from '../demo/demo-cards.ts';
import { serveDemoPage } from '../demo/demo-page.ts';
import { prepareDemo } from '../demo/prepare-demo.ts';
import { buildChangedParts } from '../setup/build.ts';
import { type KioskRun, startKiosk } from './kiosk.ts';
import { readStartOptions, type StartOptions } from './options.ts';

/** Everything that is running, to be stopped in turn. */
interface Running {
  readonly name: string;
  stop(): Promise<void>;
}

const options = readStartOptions(process.argv.slice(2));
const running: Running[] = [];
stopOnSignals();
await start(options);

async function start(chosen: StartOptions): Promise<void> {
  buildChangedParts((sentence) => console.log(sentence));
  mkdirSync(chosen.data, { recursive: true });
  const server = await startServer({
    dataDirectory: join(chosen.data, 'server'),
    port: chosen['server-port'],
    ...(process.env['COUCHDB_URL'] === undefined ? {} : { couchdbUrl: process.env['COUCHDB_URL'] }),
  });
  running.push({ name: 'server', stop: () => server.stop() });

  try {
    await startKioskAndDemo(chosen, server);
  } catch (error) {
    // The next start makes no other: whoever mends what failed needs this one.
    if (!chosen.demo && server.firstAdmin !== null) console.log(signInLine(server.firstAdmin));
    throw error;
  }
}

async function startKioskAndDemo(chosen: StartOptions, server: RunningServer): Promise<void> {
  const kioskData = join(chosen.data, 'kiosk');
  const demo = chosen.demo ? await prepareDemo({ server, dataDirectory: chosen.data, kioskData }) : null;
  const virtualCards =
    demo !== null && chosen['with-virtual-card'] ? await openDemoCards(chosen.data, kioskData) : null;
  const kiosk = await startKiosk({ dataDirectory: kioskData, port: chosen['kiosk-port'] });
  running.push({ name: 'kiosk', stop: () => kiosk.stop() });
  const demoPage =
    demo === null
      ? null
      : await serveDemoPage(demo, {
          port: chosen['demo-port'],
          kioskUrl: kiosk.url,
          serverUrl: server.url,
          virtualCards,
        });
  if (demoPage !== null) running.push({ name: 'demo page', stop: () => demoPage.stop() });

  const addresses = {
    card: `${server.url}/card/`,
    kiosk: kiosk.url,
    hq: `${server.url}/hq/`,
    ...(demoPage === null ? {} : { demo: demoPage.url }),
  };
  writeFileSync(join(chosen.data, 'addresses.json'), JSON.stringify(addresses, null, 2), { mode: 0o600 });
  tell(addresses, kiosk, server.firstAdmin, demo);
  if (!chosen['no-open']) openInBrowser(demoPage?.url ?? addresses.hq);
}

/** The demonstration's cards; null, and said why, where there is no virtual reader to lay them on. */
async function openDemoCards(dataDirectory: string, kioskData: string): Promise<DemoCards | null> {
  try {
    const cards = await DemoCards.open({ dataDirectory, kioskData });
    running.push({ name: 'virtual cards', stop: () => cards.stop() });
    return cards;
  } catch (cause) {
    if (!(cause instanceof PcscdUnavailable)) throw cause;
    console.log(`No virtual My Number cards: ${cause.message}`);
    return null;
  }
}

function tell(
  addresses: { card: string; kiosk: string; hq: string; demo?: string },
  kiosk: KioskRun,
  firstAdmin: { username: string; oneTimePassword: string } | null,
  demo: { hqPassword: string; kioskPin: string } | null,
): void {
  const lines = [
    '',
    'Uketsuke is running.  受付システムが動いています。',
    '',
    `  Resident card  住民カード   ${addresses.card}`,
    `  Kiosk          受付端末     ${addresses.kiosk}  (${kiosk.kind})`,
    `  HQ             災害対策本部 ${addresses.hq}`,
    ...(addresses.demo === undefined ? [] : [`  Demo codes     デモ用QR     ${addresses.demo}`]),
    '',
    ...(demo === null && firstAdmin !== null ? [signInLine(firstAdmin), ''] : []),
    ...(demo === null ? [] : [`  Demo: HQ user admin, password ${demo.hqPassword}; kiosk PIN ${demo.kioskPin}`, '']),
    '  Ctrl-C stops everything.  Ctrl-C で終了します。',
    '',
  ];
  console.log(lines.join('\n'));
}

function signInLine({ username, oneTimePassword }: { username: string; oneTimePassword: string }): string {
  return `  HQ sign-in (shown once): user ${username}, one-time password ${oneTimePassword}`;
}

function stopOnSignals(): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping …');
    for (const part of running.toReversed()) await part.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
}

/** Opens the address where there is a desktop; the address is printed in any case. */
function openInBrowser(url: string): void {
  const isDesktop =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (!isDesktop) return;
  const [command, ...args] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', url]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', url];
  const child = spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
