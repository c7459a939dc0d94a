// `npm start`: installs what is missing, then hands over to start.ts. Plain JavaScript, as it runs before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, requireNode, root } from './setup/requirements.mjs';

// More room for what is short-lived, and a heap that need not grow first: a burst is taken in some 20 % faster.
const serverFlags = JSON.parse(readFileSync(join(root, 'sync-server', 'node-flags.json'), 'utf8'));

requireNode();
installPackages();
const child = spawn(
  process.execPath,
  [...serverFlags, '--import', 'tsx', join(root, 'scripts', 'start', 'start.ts'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
// A terminal sends Ctrl-C to both; when only this process is told, it tells the other.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
