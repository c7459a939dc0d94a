// `npm run hub`: installs what is missing, then starts the shelter's hub. Plain JavaScript, as it runs before anything is installed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, requireNode, root } from './setup/requirements.mjs';

requireNode();
installPackages();
const program = join(root, 'sync-server', 'src', 'hub', 'main.ts');
const child = spawn(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to both; when only this process is told, it tells the other.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
