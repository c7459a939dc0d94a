import 'i18next';
import type { AllWords } from '@uketsuke/shared/i18n';
import type { ja } from './ja.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: AllWords<typeof ja>;
  }
}
