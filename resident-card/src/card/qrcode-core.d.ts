/** The part of the `qrcode` package that makes the modules of a code; its own types bring Node's with them. */
declare module 'qrcode/lib/core/qrcode.js' {
  export function create(
    segments: readonly { readonly data: string; readonly mode: 'alphanumeric' }[],
    options: { readonly errorCorrectionLevel: 'M' | 'Q' },
  ): {
    readonly version: number;
    readonly modules: { readonly size: number; readonly data: Uint8Array };
    readonly segments: readonly { readonly mode: { readonly id?: string } }[];
  };
}
