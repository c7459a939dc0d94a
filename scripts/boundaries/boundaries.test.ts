import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkBoundaries } from './check-boundaries.ts';
import { readImportGraph } from './import-graph.ts';
import { boundaryRules } from './rules.ts';

/** For each ban an import that breaks it: the file, what it imports, and by way of which other files. */
const PLANTED: Record<string, readonly (readonly [file: string, ...way: string[]])[]> = {
  'shared imports no other package': [
    ['shared/src/person/planted.ts', 'kiosk/host/other.ts'],
    ['shared/src/sync/planted.ts', 'sync-server/src/couch/other.ts'],
  ],
  'kiosk, card and console import only shared': [
    ['kiosk/src/desk/planted.ts', 'sync-server/src/couch/other.ts'],
    ['kiosk/gallery/planted.ts', 'testbed/stage/other.ts'],
    ['resident-card/src/card/planted.ts', 'sync-server/src/cards/other.ts'],
    ['sync-server/console/src/words/planted.ts', 'sync-server/src/cards/other.ts'],
  ],
  'kiosk, card and console do not know each other': [
    ['kiosk/src/desk/planted.ts', 'resident-card/src/card/other.ts'],
    ['resident-card/src/card/planted.ts', 'sync-server/console/src/words/other.ts'],
    ['sync-server/console/src/words/planted.ts', 'kiosk/src/store/other.ts'],
  ],
  'the server imports only shared': [
    ['sync-server/src/city/planted.ts', 'sync-server/console/src/words/other.ts'],
    ['sync-server/src/hub/planted.ts', 'kiosk/host/other.ts'],
  ],
  'what is delivered imports no test equipment': [
    ['sync-server/src/city/planted.ts', 'testbed/stage/other.ts'],
    ['kiosk/host/planted.ts', 'scripts/other.ts'],
    ['kiosk/src/desk/planted.tsx', 'e2e/other.ts'],
  ],
  'what is delivered imports no test': [
    ['kiosk/src/desk/planted.ts', 'kiosk/src/testing/other.ts'],
    ['sync-server/src/city/planted.ts', 'sync-server/src/city/other.test.ts'],
  ],
  'the gallery is not delivered': [['kiosk/src/screens/planted.tsx', 'kiosk/gallery/other.ts']],
  'scripts and the testbed do not import e2e': [
    ['scripts/planted.ts', 'e2e/other.ts'],
    ['testbed/stage/planted.ts', 'e2e/other.ts'],
  ],
  'the testbed does not import scripts': [['testbed/stage/planted.ts', 'scripts/other.ts']],
  'the host does not know the page': [['kiosk/host/planted.ts', 'kiosk/src/store/other.ts']],
  'Electron is thin, over the host': [['kiosk/electron/planted.ts', 'kiosk/src/store/other.ts']],
  'code of a page uses nothing of Node': [
    ['kiosk/src/store/planted.ts', 'node:fs'],
    ['resident-card/src/card/planted.ts', 'node:crypto'],
    ['sync-server/console/src/words/planted.ts', 'node:buffer'],
    ['shared/src/person/planted.ts', 'node:crypto'],
    ['kiosk/src/devices/planted.ts', 'kiosk/host/other.ts', 'node:fs'],
  ],
};

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

describe('boundaries', () => {
  it('hold in this project', () => {
    expect(checkBoundaries(readImportGraph(join(import.meta.dirname, '..', '..')), boundaryRules)).toEqual([]);
  });

  it('have a planted break for each ban', () => {
    expect(Object.keys(PLANTED).toSorted()).toEqual(
      [...new Set(boundaryRules.bans.map(({ rule }) => rule))].toSorted(),
    );
  });

  for (const [rule, plants] of Object.entries(PLANTED))
    for (const way of plants)
      it(`${rule}: fail for ${way.join(' → ')}`, () => {
        const broken = checkBoundaries(readImportGraph(projectOf(chain(way))), boundaryRules);
        expect(broken.filter((sentence) => sentence.startsWith(`${rule}: ${way[0]}`))).toHaveLength(1);
      });

  for (const { within, floors } of boundaryRules.layers)
    it(`layers of ${within}: fail for each floor that imports the next, and for one it does not know`, () => {
      for (const [at, parts] of floors.slice(1).entries()) {
        const [below = '', above = ''] = [floors[at]?.[0], parts[0]];
        const climb = [`${within}/${below}/planted.ts`, `${within}/${above}/other.ts`] as const;
        const start = `layers of ${within}: ${below} may not import ${above}`;
        const broken = checkBoundaries(readImportGraph(projectOf(chain(climb))), boundaryRules);
        expect(broken.filter((sentence) => sentence.startsWith(start))).toHaveLength(1);
        const down = checkBoundaries(readImportGraph(projectOf(chain([climb[1], climb[0]]))), boundaryRules);
        expect(down.filter((sentence) => sentence.startsWith('layers of'))).toEqual([]);
      }
      const unknown = readImportGraph(projectOf({ [`${within}/somewhere/planted.ts`]: '' }));
      expect(checkBoundaries(unknown, boundaryRules)).toEqual([
        `layers of ${within}: somewhere has no floor; give it one`,
      ]);
    });

  it('fail for a circle, also one of types, and say its way', () => {
    const root = projectOf({
      'scripts/a.ts': "import { b } from './b.ts';",
      'scripts/b.ts': "export type { C } from './c.ts';",
      'scripts/c.ts': "import type { A } from './a.ts';",
    });
    expect(checkBoundaries(readImportGraph(root), boundaryRules)).toEqual([
      'no circles: scripts/a.ts → scripts/b.ts → scripts/c.ts → scripts/a.ts',
    ]);
  });
});

describe('the import graph', () => {
  it('knows every way to import', () => {
    const root = projectOf({
      'scripts/all.tsx': `
        import a from './a.ts';
        import type { B } from './b.ts';
        import { type C } from './c.ts';
        import './d.ts';
        export * from './e.ts';
        export { f } from './f.ts';
        const g = await import('./g.ts');
        type H = import('./h.ts').H;
        new Worker(new URL('./i.ts', import.meta.url), { type: 'module' });
        importer.import('./no-file.ts');
        import { part } from '@uketsuke/shared/part';
        import { createElement } from 'react';
        import { readFileSync } from 'node:fs';`,
      ...Object.fromEntries([...'abcdefghi'].map((name) => [`scripts/${name}.ts`, ''])),
      'shared/src/part/index.ts': '',
    });
    const imports = readImportGraph(root).get('scripts/all.tsx') ?? [];
    expect(imports.map(({ to }) => to).toSorted()).toEqual([
      'node:fs',
      'react',
      ...[...'abcdefghi'].map((name) => `scripts/${name}.ts`),
      'shared/src/part/index.ts',
    ]);
    expect(imports.filter((one) => one.typesOnly).map(({ to }) => to)).toEqual(['scripts/b.ts', 'scripts/c.ts']);
  });

  it('says an import of a file that is not there', () => {
    const root = projectOf({ 'scripts/a.ts': "import './gone.ts';" });
    expect(() => readImportGraph(root)).toThrow('scripts/a.ts imports ./gone.ts, and there is no such file');
  });
});

/** Files each of which imports the next; what is named `node:…` is no file. */
function chain(way: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    way
      .filter((file) => !file.startsWith('node:'))
      .map((file, at) => [file, way[at + 1] === undefined ? '' : `import '${specifier(file, way[at + 1] ?? '')}';`]),
  );
}

function specifier(from: string, to: string): string {
  if (to.startsWith('node:')) return to;
  const relative = posix.relative(posix.dirname(from), to);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** A project on disk of these files, with a package `shared` that gives `part` to others. */
function projectOf(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  roots.push(root);
  const all = {
    'package.json': JSON.stringify({ name: 'planted', workspaces: ['shared'] }),
    'shared/package.json': JSON.stringify({ name: '@uketsuke/shared', exports: { './part': './src/part/index.ts' } }),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}
