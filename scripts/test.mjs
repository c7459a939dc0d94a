// `npm test`: installs what is missing on a bare Debian machine, checks, builds, and runs every test.
// Plain JavaScript, as it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installDebianPackages, installPackages, requireNode, root, run, say } from './setup/requirements.mjs';

const DEBIAN_PACKAGES = [
  { package: 'chromium', paths: ['/usr/bin/chromium'] },
  { package: 'fonts-noto-cjk', paths: ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'] },
  { package: 'e2fsprogs', paths: ['/sbin/mkfs.ext4', '/usr/sbin/mkfs.ext4'] },
  { package: 'mount', paths: ['/bin/mount', '/usr/bin/mount'] },
  { package: 'poppler-utils', paths: ['/usr/bin/pdftoppm'] },
  { package: 'pcscd', paths: ['/usr/sbin/pcscd'] },
  { package: 'vsmartcard-vpcd', paths: ['/etc/reader.conf.d/vpcd'] },
];

/** Of a failed test's message; a diff can be as long as the roster. */
const MESSAGE_LINES = 30;

requireNode();
installDebianPackages(DEBIAN_PACKAGES);
installPackages();
run('npm', ['run', '--silent', 'check']);
run('npm', ['run', '--silent', 'build']);

const reports = join(root, '.cache', 'test-reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const totals = [suite('unit', []), suite('e2e', ['--config', 'e2e/vitest.config.ts'])].reduce((sum, one) => ({
  passed: sum.passed + one.passed,
  failed: sum.failed + one.failed,
  failures: [...sum.failures, ...one.failures],
}));
// Last, as a log's end is what is read first (and sometimes all that is kept).
for (const line of totals.failures) say(line);
say(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

/** Runs one vitest suite; a run that ends badly without a failed test counts as one failure. */
function suite(name, args) {
  const report = join(reports, `${name}.json`);
  say(`— ${name} tests`);
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...args,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const { passed, failed, failures } = readReport(report);
  if (result.status === 0 || failed > 0) return { passed, failed, failures };
  const end = result.signal ?? `exit code ${result.status}`;
  return { passed, failed: 1, failures: [...failures, `FAILED ${name}: ended with ${end}, and no test says why`] };
}

function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      failures: report.testResults.flatMap(failuresOfFile),
    };
  } catch {
    return { passed: 0, failed: 1, failures: [`FAILED: no report at ${relative(root, path)}`] };
  }
}

function failuresOfFile(file) {
  const where = relative(root, file.name);
  const tests = file.assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0 && file.status === 'failed') return [`FAILED ${where}\n${file.message}`];
  return tests.map((test) => {
    const message = test.failureMessages.join('\n').split('\n').slice(0, MESSAGE_LINES).join('\n');
    return `FAILED ${where} > ${test.fullName}\n${message}`;
  });
}
