import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAppRequest } from './app-protocol.ts';

let directory: string;
const answer = (address: string) =>
  answerAppRequest(address, { uiDirectory: join(directory, 'dist'), serverUrl: 'https://uketsuke.example.jp' });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'uketsuke-app-'));
  mkdirSync(join(directory, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(directory, 'dist', 'index.html'), '<html><head></head><body>受付</body></html>');
  writeFileSync(join(directory, 'dist', 'assets', 'main.js'), 'export {};');
  writeFileSync(join(directory, 'secrets.json'), '{}');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('app:// addresses', () => {
  it('serve the page with a strict policy that lets it reach the enrolled server only', async () => {
    const response = await answer('app://uketsuke/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(await response.text()).toContain('受付');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self' https://uketsuke.example.jp;");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    expect(response.headers.get('permissions-policy')).toContain('microphone=()');
  });

  it('serve its files with their type', async () => {
    const response = await answer('app://uketsuke/assets/main.js?v=1');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    'app://uketsuke/../secrets.json',
    'app://uketsuke/%2e%2e/secrets.json',
    'app://uketsuke/..%2fsecrets.json',
    'app://uketsuke/assets/..%5c..%5csecrets.json',
    'app://uketsuke/assets/main.js%00.png',
    'app://uketsuke/%E0%A4%A.js',
    'app://elsewhere/index.html',
    'https://uketsuke/index.html',
    'file:///etc/passwd',
  ])('%s is nothing', async (address) => {
    expect((await answer(address)).status).toBe(404);
  });
});
