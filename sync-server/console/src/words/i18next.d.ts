import 'i18next';
import type { RESOURCES } from './catalogue.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: (typeof RESOURCES)['ja'];
  }
}
