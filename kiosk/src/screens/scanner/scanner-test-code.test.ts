import { readFile } from 'node:fs/promises';
import QRCode from 'qrcode';
import { expect, it } from 'vitest';
import { SCANNER_TEST_CODE } from '../../devices/scanner-text.ts';

it('the picture of the test code is that of the test code (DSK-3)', async () => {
  const svg = await QRCode.toString([{ data: SCANNER_TEST_CODE, mode: 'alphanumeric' }], {
    type: 'svg',
    errorCorrectionLevel: 'M',
    margin: 4,
  });
  const picture = await readFile(new URL('scanner-test-code.svg', import.meta.url), 'utf8');
  expect(picture.replace('<title>UKETEST1</title>', '').trim()).toBe(svg.trim());
});
