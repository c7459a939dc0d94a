/**
 * Applications and files of a My Number card that the kiosk uses. Public sources: jpki/myna, OpenSC card-jpki.c,
 * soltia48/myna-card; the official specification is not public.
 */
export const APPLICATIONS = {
  /** 公的個人認証 (JPKI): the certificates. */
  jpki: 'd392f000260100000001',
  /** 券面事項入力補助: what is printed on the card's face. */
  cardSurface: 'd3921000310001010408',
} as const;
export type Application = keyof typeof APPLICATIONS;

/**
 * The only files that may be selected, by application. The individual number (file `0001` of the card-surface
 * application) is not among them, and no command gets past the channel that would select it (MNC-1): the 番号法 forbids us
 * to read it.
 */
export const FILES = {
  jpki: { token: 0x0006, userCertificate: 0x000a },
  cardSurface: { attributes: 0x0002, pin: 0x0011, pinB: 0x0015 },
} as const;

/** Whether the channel lets a file of the application be selected. */
export function maySelect(application: Application, file: number): boolean {
  const files: readonly number[] = Object.values(FILES[application]);
  return files.includes(file);
}
