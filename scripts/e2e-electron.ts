import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';

// Runs the kiosk in Electron itself: the page opens, is isolated, and offers enrolment. Says plainly when Electron's
// program is not installed.
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = electronProgram();
if (program === null) {
  console.log('Electron’s program is not installed here (npx install-electron downloads it); nothing was run.');
} else {
  await checkElectron(program);
}

async function checkElectron(executablePath: string): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'uketsuke-electron-'));
  const app = await _electron.launch({
    executablePath,
    args: [join(root, 'kiosk')],
    env: { ...process.env, DATA_DIR: dataDirectory, UKETSUKE_WINDOWED: '1' },
  });
  try {
    const page = await app.firstWindow();
    await page.getByTestId('enrol-server').waitFor();
    const found = await page.evaluate(() => ({
      origin: location.origin,
      secure: isSecureContext,
      node: 'process' in globalThis || 'require' in globalThis,
      bridge: 'uketsukeHost' in globalThis,
    }));
    const expected = { origin: 'app://uketsuke', secure: true, node: false, bridge: true };
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`unexpected page: ${JSON.stringify(found)}`);
    await page.evaluate(() => window.open('https://example.jp/'));
    if (app.windows().length !== 1) throw new Error('a second window opened');
    console.log('Electron: the kiosk’s page opens, isolated, and offers enrolment.');
  } finally {
    await app.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

/** Path of Electron's program, if it was downloaded; never downloads. */
function electronProgram(): string | null {
  try {
    const directory = dirname(createRequire(join(root, 'kiosk', 'package.json')).resolve('electron/package.json'));
    const path = join(directory, 'dist', readFileSync(join(directory, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
