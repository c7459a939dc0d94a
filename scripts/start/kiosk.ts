import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowserHost } from '../../kiosk/host/browser/start-browser-host.ts';
import { pcscService } from '../../kiosk/host/card-reader/pcsc-service.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A running kiosk and how it runs. */
export interface KioskRun {
  readonly kind: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the kiosk: in Electron where its program is installed, else served to a browser on this machine. */
export async function startKiosk(options: { dataDirectory: string; port: number }): Promise<KioskRun> {
  const electron = electronProgram();
  if (electron !== null) return startElectron(electron, options.dataDirectory);
  const host = await startBrowserHost({
    dataDirectory: options.dataDirectory,
    uiDirectory: join(root, 'kiosk', 'dist'),
    port: options.port,
    smartCards: pcscService(),
  });
  return { kind: 'in the browser, as Electron is not installed here', url: host.url, stop: () => host.stop() };
}

function startElectron(program: string, dataDirectory: string): KioskRun {
  const child = spawn(program, [join(root, 'kiosk')], {
    stdio: 'inherit',
    env: { ...process.env, DATA_DIR: dataDirectory, UKETSUKE_WINDOWED: '1' },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  return { kind: 'Electron', url: 'app://uketsuke/', stop };
}

/** Path of Electron's program, if it was downloaded; never downloads. */
function electronProgram(): string | null {
  try {
    const directory = dirname(createRequire(join(root, 'kiosk', 'package.json')).resolve('electron/package.json'));
    const program = join(directory, 'dist', readFileSync(join(directory, 'path.txt'), 'utf8').trim());
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}
