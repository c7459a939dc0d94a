// Makes shared/src/names/variant-characters.ts from the map of the MJ character table (MJ縮退マップ). It needs Node 22.5
// or later, and the database of the npm package @mandel59/mojidata, which holds the map:
//   npm pack @mandel59/mojidata@1.8.1 && tar xzf mandel59-mojidata-1.8.1.tgz
//   npx -p node@24 node scripts/write-variant-characters.mjs package/dist/moji.db
import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** The map's parts that say "another form of the same character"; what only looks or reads alike is left out. */
const PARTS = [
  'JIS包摂規準UCS統合規則',
  '戸籍統一文字情報_親字正字',
  '民二5202号通知別表_正字俗字等対照表',
  '民一2842号通達別表_誤字俗字正字一覧表_俗字',
  '民一2842号通達別表_誤字俗字正字一覧表_無印',
  '法務省告示582号別表第四_一',
];
const PER_LINE = 24;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('the path of moji.db is missing');
const database = new DatabaseSync(path, { readOnly: true });
const rows = database
  .prepare(`SELECT m.対応するUCS AS variant, s.縮退UCS AS known, s.表 AS part FROM mjsm s
            JOIN mji m ON m.MJ文字図形名 = s.MJ文字図形名`)
  .all();
const policy = new Map(
  database
    .prepare('SELECT 対応するUCS AS character, 漢字施策 AS policy FROM mji WHERE 漢字施策 IS NOT NULL')
    .all()
    .map(({ character, policy: of }) => [character, of]),
);
const rank = (character) => ['常用漢字', '人名用漢字'].indexOf(policy.get(character) ?? '');

const candidates = new Map();
for (const { variant, known, part } of rows) {
  if (variant === null || known === null || variant === known || !PARTS.includes(part)) continue;
  if (rank(variant) === 0 || rank(known) === -1) continue;
  candidates.set(variant, [...(candidates.get(variant) ?? []), { known, part: PARTS.indexOf(part) }]);
}
const groups = new Map();
for (const [variant, all] of candidates) {
  const [best] = all.sort(
    (left, right) =>
      rank(left.known) - rank(right.known) || left.part - right.part || (left.known < right.known ? -1 : 1),
  );
  // NFKC already makes this one the other.
  if (best === undefined || variant.normalize('NFKC') === best.known) continue;
  groups.set(best.known, [...(groups.get(best.known) ?? []), variant]);
}
const written = [...groups].map(([known, variants]) => known + variants.sort().join('')).sort();
const lines = [];
for (let at = 0; at < written.length; at += PER_LINE) lines.push(written.slice(at, at + PER_LINE).join(' '));
writeFileSync(
  new URL('../shared/src/names/variant-characters.ts', import.meta.url),
  `/**
 * Groups of characters: first the one of everyday use (常用漢字, else 人名用漢字), then other forms of it as people's
 * names have them. Made by scripts/write-variant-characters.mjs; for comparing names only.
 *
 * Adapted from the MJ縮退マップ (MJ shrink map) 1.2.0 and the MJ文字情報一覧表 of the Character Information Technology
 * Promotion Council (文字情報技術促進協議会, https://moji.or.jp/mojikiban/), licensed under CC BY-SA 2.1 JP; this file
 * is under the same licence.
 */
export const VARIANT_CHARACTERS = \`
${lines.join('\n')}
\`;
`,
);
console.log(`${written.length} groups`);
