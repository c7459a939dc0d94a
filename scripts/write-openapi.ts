/** `npm run openapi`: writes docs/openapi.json from the contracts. A test fails while the file says something else. */
import { writeFile } from 'node:fs/promises';
import { ALL_AREAS } from '@uketsuke/shared/contracts';
import { VERSION } from '../sync-server/src/http/health.ts';
import { describeApi } from '../sync-server/src/http/openapi.ts';

const file = new URL('../docs/openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(describeApi(ALL_AREAS, VERSION), null, 2)}\n`);
