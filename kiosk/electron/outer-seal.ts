import type { SafeStorage } from 'electron';
import type { OuterSeal } from '../host/vault/file-vault.ts';

/**
 * The operating system's key store around the vault file (DPAPI, Keychain, libsecret). `undefined` where there is none
 * worth the name: on Linux without a key store Electron falls back to a fixed password, which protects nothing.
 */
export function outerSealOf(storage: SafeStorage, platform: NodeJS.Platform): OuterSeal | undefined {
  if (!storage.isEncryptionAvailable()) return undefined;
  if (platform === 'linux' && storage.getSelectedStorageBackend() === 'basic_text') return undefined;
  return {
    seal: (text) => storage.encryptString(text).toString('base64'),
    unseal: (sealed) => storage.decryptString(Buffer.from(sealed, 'base64')),
  };
}
