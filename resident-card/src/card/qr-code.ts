// Not the package's front door: that brings the drawing on a canvas, which nobody needs here.
import { create } from 'qrcode/lib/core/qrcode.js';

/** Light modules that must surround a QR code on every side (ISO/IEC 18004 §5.3.8). */
export const QUIET_ZONE_MODULES = 4;

/** Error correction: M on screens, Q on paper, which gets scratched and folded. */
export type CorrectionLevel = 'M' | 'Q';

/** A drawn QR code. */
export interface QrDrawing {
  /** 1 to 40. */
  readonly version: number;
  /** Modules on one side, quiet zone included. */
  readonly sideModules: number;
  /** Modes of its segments; one segment in alphanumeric mode for a card. */
  readonly modes: readonly string[];
  /** SVG path of the dark modules in a square of `sideModules` units. */
  readonly path: string;
}

/**
 * Draws a card's text. A card's text has only A–Z and 0–9, so it is put in alphanumeric mode (5.5 bits a character).
 * @throws Error of the `qrcode` package when the text has other characters or is too long
 */
export function drawQrCode(text: string, level: CorrectionLevel): QrDrawing {
  const code = create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: level });
  const { size, data } = code.modules;
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const start = column;
      while (column < size && data[row * size + column]) column += 1;
      if (column > start)
        path += `M${start + QUIET_ZONE_MODULES} ${row + QUIET_ZONE_MODULES}h${column - start}v1h${start - column}z`;
    }
  }
  return {
    version: code.version,
    sideModules: size + 2 * QUIET_ZONE_MODULES,
    modes: code.segments.map((segment) => String(segment.mode.id ?? '')),
    path,
  };
}

/**
 * The largest side, in CSS pixels and at most `availablePx`, at which every module is a whole number of the
 * screen's own pixels, so that no edge is blurred. At least one screen pixel per module.
 */
export function sharpSidePx(availablePx: number, sideModules: number, pixelRatio: number): number {
  const pixelsPerModule = Math.max(1, Math.floor((availablePx * pixelRatio) / sideModules));
  return (pixelsPerModule * sideModules) / pixelRatio;
}
