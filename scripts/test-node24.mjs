// `npm run test:node24`: the unit suite and the start of everything under Node 24, which npm fetches when it is not here.
// `npm run test:node24 -- shared sync-server/src/couch` runs the unit tests of these paths only.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { requireNode, root, run, say } from './setup/requirements.mjs';

requireNode();
const node = nodeProgram('node@24');
// Tests that start a program by the name `node` get the same one.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const chosen = process.argv.slice(2);
run('npm', ['run', '--silent', 'build'], { env });
run(node, [vitest, 'run', ...chosen], { env });
if (chosen.length === 0) run(node, [vitest, 'run', '--config', 'e2e/vitest.config.ts', 'e2e/start.test.ts'], { env });
say('Node 24: passed');

/** Path of the program that an npm package of Node holds. */
function nodeProgram(name) {
  const asked = spawnSync('npx', ['--yes', '--package', name, '--call', 'node --print process.execPath'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (asked.status !== 0) {
    process.stderr.write(`${name} could not be fetched: ${asked.stderr}\n`);
    process.exit(1);
  }
  const path = asked.stdout.trim().split('\n').at(-1);
  say(`Under ${path}`);
  return path;
}
