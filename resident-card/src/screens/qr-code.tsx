import { useSyncExternalStore } from 'react';
import type { QrDrawing } from '../card/qr-code.ts';

interface QrCodeProps {
  readonly drawing: QrDrawing;
  /** Side with the quiet zone, CSS pixels; left to the style sheet when absent. */
  readonly sidePx?: number;
  readonly label: string;
  readonly code: string;
  readonly testId: string;
}

/** A QR code, black on white with its quiet zone. */
export function QrCode({ drawing, sidePx, label, code, testId }: QrCodeProps) {
  const side = drawing.sideModules;
  return (
    <svg
      className="qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      data-testid={testId}
      data-code={code}
      {...(sidePx === undefined ? {} : { width: sidePx, height: sidePx })}
    >
      <rect width={side} height={side} fill="#ffffff" />
      <path d={drawing.path} fill="#000000" />
    </svg>
  );
}

/** Width and height of the window in CSS pixels and screen pixels per CSS pixel, kept up to date. */
export function useWindowSize(): { readonly width: number; readonly height: number; readonly pixelRatio: number } {
  const size = useSyncExternalStore(
    subscribe,
    () => `${document.documentElement.clientWidth} ${window.innerHeight} ${window.devicePixelRatio}`,
  );
  const [width = 0, height = 0, pixelRatio = 1] = size.split(' ').map(Number);
  return { width, height, pixelRatio };
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}
