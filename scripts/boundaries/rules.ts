import type { BoundaryRules } from './check-boundaries.ts';

/** Tests and what only they use. */
const tests =
  /\.(test|page)\.tsx?$|\/testing\/|\/testing\.ts$|-testing\.ts$|\/browser-tests\/|\/icons\/|vite(st)?\.config\.ts$/;

const not = (pattern: RegExp, starts: string) => new RegExp(`^(?!.*(?:${pattern.source}))(?:${starts})`);

/** Code that runs in a page and code that pages share; no test. */
const page = not(
  tests,
  'kiosk/src/|kiosk/host/browser/client/|resident-card/src/|sync-server/console/src/|shared/src/',
);
const product = not(tests, 'shared/|sync-server/|resident-card/|kiosk/(?!gallery/)');

/**
 * Who may import whom, held by `npm run boundaries`.
 *
 * The check is our own, over paths that are resolved. dependency-cruiser reads TypeScript by way of the compiler's
 * API, which TypeScript 7 no longer has, and its current version does not run on Node 20. The rules of Biome and oxlint
 * compare what is written in the import, not the file it leads to, and do not know layers.
 */
export const boundaryRules: BoundaryRules = {
  tests,
  bans: [
    {
      rule: 'shared imports no other package',
      from: not(tests, 'shared/'),
      to: /^(?!shared\/)[\w-]+\/.*\.(tsx?|mjs|css)$/,
    },
    {
      rule: 'kiosk, card and console import only shared',
      from: not(tests, 'kiosk/|resident-card/|sync-server/console/'),
      to: /^(?:sync-server\/src\/|scripts\/|testbed\/|e2e\/)/,
    },
    {
      rule: 'kiosk, card and console do not know each other',
      from: /^kiosk\//,
      to: /^(resident-card|sync-server\/console)\//,
    },
    {
      rule: 'kiosk, card and console do not know each other',
      from: /^resident-card\//,
      to: /^(kiosk|sync-server\/console)\//,
    },
    {
      rule: 'kiosk, card and console do not know each other',
      from: /^sync-server\/console\//,
      to: /^(kiosk|resident-card)\//,
    },
    {
      rule: 'the server imports only shared',
      from: not(tests, 'sync-server/src/'),
      to: /^(kiosk|resident-card|sync-server\/console|scripts|testbed|e2e)\//,
    },
    { rule: 'what is delivered imports no test equipment', from: product, to: /^(testbed|scripts|e2e)\// },
    { rule: 'what is delivered imports no test', from: product, to: tests },
    { rule: 'the gallery is not delivered', from: product, to: /^kiosk\/gallery\// },
    { rule: 'scripts and the testbed do not import e2e', from: /^(scripts|testbed)\//, to: /^e2e\// },
    { rule: 'the testbed does not import scripts', from: /^testbed\//, to: /^scripts\// },
    {
      rule: 'the host does not know the page',
      from: not(tests, 'kiosk/host/'),
      to: /^kiosk\/(src|electron|gallery)\//,
    },
    { rule: 'Electron is thin, over the host', from: not(tests, 'kiosk/electron/'), to: /^kiosk\/(src|gallery)\// },
    { rule: 'code of a page uses nothing of Node', from: page, to: /^node:/, reached: true },
  ],
  layers: [
    {
      within: 'shared/src',
      floors: [
        ['coded-error'],
        ['identifiers', 'timers', 'turn', 'json', 'listeners', 'errors'],
        ['sealing', 'person', 'clock'],
        ['names'],
        ['my-number-card', 'card', 'sample-households'],
        ['reception'],
        ['roster', 'journal'],
        ['bundle', 'i18n'],
        ['contracts'],
        ['hub', 'household-entry', 'facts', 'sync', 'page-failure'],
      ],
    },
    {
      within: 'kiosk/src',
      floors: [
        ['failure-trace', 'without-eval', 'devices', 'i18n', 'styles'],
        ['store', 'facts'],
        ['reception'],
        ['sync', 'my-number-card'],
        ['desk'],
        ['hub', 'usb'],
        ['screens'],
        ['main'],
      ],
    },
    {
      within: 'sync-server/src',
      floors: [
        ['couch', 'private-folder', 'stop-on-signals'],
        ['facts', 'http'],
        ['event-log'],
        ['area', 'open-databases', 'running-parts'],
        ['identity'],
        ['shelters'],
        ['access', 'card-directory', 'cards', 'quarantine'],
        ['roster', 'sync'],
        ['bundles'],
        ['backup', 'operator'],
        ['city', 'hub'],
        ['operator-commands'],
      ],
    },
    {
      within: 'sync-server/console/src',
      floors: [
        ['without-eval', 'appearance', 'controls', 'server', 'words'],
        ['navigation', 'time'],
        ['live'],
        ['roster', 'shelters'],
        ['bundles', 'cards', 'devices', 'keys', 'overview', 'people', 'quarantine', 'search', 'sign-in', 'staff'],
        ['signed-in'],
        ['app'],
        ['main'],
      ],
    },
    {
      within: 'resident-card/src',
      floors: [['without-eval', 'i18n', 'appearance', 'card'], ['device', 'server'], ['screens'], ['main']],
    },
  ],
};
