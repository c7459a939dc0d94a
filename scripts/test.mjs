// `npm test`: installs what is missing on a bare Debian machine, checks, builds, and runs the tests. With `--with-long`
// the long ones come after them; `npm run test:long` (`--long-only`) runs those alone. The last line is the sum.
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

const SUITES = [
  { name: 'unit', config: 'vitest.config.ts' },
  { name: 'e2e', config: 'e2e/vitest.config.ts' },
];
const LONG = { name: 'long', config: 'e2e/long/vitest.config.ts' };

/** Of a failed test's message; a diff can be as long as the roster. */
const MESSAGE_LINES = 30;
const SLOWEST_FILES = 10;

const isLongOnly = process.argv.includes('--long-only');
const suites = isLongOnly ? [LONG] : process.argv.includes('--with-long') ? [...SUITES, LONG] : SUITES;
const reports = join(root, '.cache', 'test-reports');
/** What was done, and how long it took. */
const steps = [];
let isSummedUp = false;
// Whatever ends this early (a check, the build): the last line says that something failed.
process.on('exit', (code) => {
  if (code !== 0 && !isSummedUp) say('0 passed, 1 failed');
});

step('install', () => {
  requireNode();
  installDebianPackages(DEBIAN_PACKAGES);
  installPackages();
});
if (!isLongOnly) step('check', () => run('npm', ['run', '--silent', 'check']));
step('build', () => run('npm', ['run', '--silent', 'build']));

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const results = suites.map((suite) => step(suite.name, () => runSuite(suite)));
tellTimes();
// Last, as a log's end is what is read first (and sometimes all that is kept).
for (const line of results.flatMap(({ failures }) => failures)) say(line);
const [passed, failed] = [sumOf('passed'), sumOf('failed')];
say(`${passed} passed, ${failed} failed`);
isSummedUp = true;
process.exit(failed === 0 ? 0 : 1);

function step(name, work) {
  const begun = performance.now();
  const result = work();
  steps.push({ name, seconds: (performance.now() - begun) / 1_000, files: result?.files ?? [] });
  return result;
}

function sumOf(key) {
  return results.reduce((sum, result) => sum + result[key], 0);
}

/** Runs one vitest suite; a run that ends badly without a failed test counts as one failure. */
function runSuite({ name, config }) {
  const [report, times] = [join(reports, `${name}.json`), join(reports, `${name}-times.json`)];
  say(`— ${name} tests`);
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--config',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      `--reporter=${join(root, 'scripts', 'setup', 'file-times.mjs')}`,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, FILE_TIMES: times } },
  );
  const { passed, failed, failures } = readReport(report);
  const files = readJson(times) ?? [];
  if (result.status === 0 || failed > 0) return { passed, failed, failures, files };
  const end = result.signal ?? `exit code ${result.status}`;
  return {
    passed,
    failed: 1,
    failures: [...failures, `FAILED ${name}: ended with ${end}, and no test says why`],
    files,
  };
}

function tellTimes() {
  const files = steps.flatMap((done) => done.files).sort((left, right) => right.seconds - left.seconds);
  say(`The ${SLOWEST_FILES} slowest files:`);
  for (const { file, seconds } of files.slice(0, SLOWEST_FILES)) say(`${seconds.toFixed(0).padStart(6)} s  ${file}`);
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  say(
    `${steps.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(', ')}; in all ${total.toFixed(0)} s`,
  );
}

function readReport(path) {
  const report = readJson(path);
  if (report === null) return { passed: 0, failed: 1, failures: [`FAILED: no report at ${relative(root, path)}`] };
  const failures = report.testResults.flatMap(failuresOfFile);
  // A file that does not load, or whose set-up fails, is a failure without a failed test.
  return { passed: report.numPassedTests, failed: failures.length, failures };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
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
