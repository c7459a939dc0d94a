import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './boundaries/check-boundaries.ts';
import { readImportGraph } from './boundaries/import-graph.ts';
import { boundaryRules } from './boundaries/rules.ts';

// `npm run boundaries`: says every import that breaks a rule of boundaries/rules.ts, and fails when there is one.
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const broken = checkBoundaries(readImportGraph(root), boundaryRules);
for (const sentence of broken) console.error(sentence);
if (broken.length > 0) process.exit(1);
