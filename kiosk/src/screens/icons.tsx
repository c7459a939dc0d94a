import type { ReactNode } from 'react';

const PATHS = {
  check: <path d="M4.5 12.5l5 5 10-11" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5.5l3.5 2" />
    </>
  ),
  home: <path d="M4 11.5L12 4.5l8 7M6.5 10v9.5h11V10M10 19.5v-5h4v5" />,
  building: (
    <path d="M5 20V5h14v15M3.500 20h17M9 9h1.500M13.500 9H15M9 12.500h1.500M13.500 12.500H15M10.500 20v-4h3v4" />
  ),
  car: (
    <>
      <path d="M4 16.500v-4l2-5.500h12l2 5.500v4zM4 12.500h16M5.500 16.500v2M18.500 16.500v2" />
      <path d="M7.500 14.500h1M15.500 14.500h1" />
    </>
  ),
  back: <path d="M9.500 6L4 11.500 9.500 17M4.500 11.500H15a5 5 0 015 5V19" />,
  stop: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M8.500 8.500l7 7M15.500 8.500l-7 7" />
    </>
  ),
  warning: <path d="M12 4L2.500 20h19zM12 10v4.500M12 17v.5" />,
  phone: <path d="M5 4.500h4l1.500 4.500-2.500 1.500a12 12 0 006 6l1.500-2.500 4.500 1.500v4c-9 1-16-6-15-15z" />,
  qr: (
    <>
      <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4z" />
      <path d="M7 7h.01M17 7h.01M7 17h.01M14 14h2v2M20 14v2h-2M14 20v-1.500M17.500 20H20v-1.500" />
    </>
  ),
  undo: <path d="M8 5L4 9l4 4M4.500 9H14a5.500 5.500 0 010 11H9" />,
  lock: <path d="M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 017 0v3M12 14.500v2" />,
  camera: (
    <>
      <path d="M3.500 8h4l1.500-2.500h6L16.500 8h4v11h-17z" />
      <circle cx="12" cy="13" r="3.500" />
    </>
  ),
  light: <path d="M8 3.500h8v4l-2 3V20h-4v-9.500l-2-3zM8 7h8M12 12.500v2" />,
  globe: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M3.500 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17" />
    </>
  ),
  card: <path d="M3 5.500h18v13H3zM6 9h5v6H6zM14 9.500h4M14 12h4M14 14.500h2.500" />,
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5" />,
  hub: (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 9V4.500M9.500 14L5.500 18M14.500 14l4 4M10.500 3.500h3M4 16.500v3h3M20 16.500v3h-3" />
    </>
  ),
  usb: <path d="M8 10.500V4h8v6.500M6.500 10.500h11V17a3 3 0 01-3 3h-5a3 3 0 01-3-3zM10.500 7h.5M13.500 7h.5" />,
  chip: (
    <>
      <path d="M3 5.500h18v13H3zM6 10h4.500v4H6zM8.250 10v4" />
      <path d="M14.500 9.500a3.500 3.500 0 010 5M17 8a6 6 0 010 8" />
    </>
  ),
  keypad: <path d="M6 6h.5M12 6h.5M18 6h.5M6 12h.5M12 12h.5M18 12h.5M12 18h.5" />,
  sent: <path d="M4.500 18.500h15M12 15V5M7.500 9L12 4.500 16.500 9" />,
  people: (
    <>
      <circle cx="9" cy="8" r="3.500" />
      <path d="M2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M15.500 5a3.500 3.500 0 010 6.500M18 14.500c2.500.8 3.800 2.800 3.800 5.500" />
    </>
  ),
  backspace: <path d="M8.500 6H20v12H8.500L3 12zM11.500 9.500l5 5M16.500 9.500l-5 5" />,
  allergy: (
    <path d="M5 19L19 5M12 4.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15zM9.500 9.500v2a2.500 2.500 0 005 0v-2" />
  ),
  medication: <path d="M5.500 13.500l8-8a3.500 3.500 0 015 5l-8 8a3.500 3.500 0 01-5-5zM9.500 9.500l5 5" />,
  mobility: (
    <>
      <circle cx="11" cy="4.500" r="1.500" />
      <path d="M11 8v6h5l2.500 5M11 10.500h4.500M8.500 12a4.500 4.500 0 106 6" />
    </>
  ),
  pregnancy: (
    <>
      <circle cx="11" cy="4.500" r="1.500" />
      <path d="M10 8.500c-2 2-2 4-2 7h2v5M10 8.500c4 .5 5.500 3 5.500 5.500 0 1.500-1 2-2 2v4.500" />
    </>
  ),
  infant: (
    <path d="M10 3.500h4v3l1.500 2V19a1.500 1.500 0 01-1.500 1.500h-4A1.500 1.500 0 018.500 19V8.500l1.500-2zM8.500 12H12M8.500 15.500H12" />
  ),
  'care-level': (
    <path d="M12 11C9 8.500 7.500 7 8.500 5.200 9.500 3.600 11.500 4 12 5.500c.5-1.500 2.500-1.900 3.500-.3C16.500 7 15 8.500 12 11zM3.500 14h4l4 2h4M7.500 20H14l6-4.500-1.500-1.500-4 2" />
  ),
  disability: (
    <path d="M12 19.500C6 15 3.500 12 4 8.800 4.600 5.200 10 4.500 12 8.500c2-4 7.400-3.300 8 .3.500 3.200-2 6.200-8 10.700zM12 10.500v5M9.500 13h5" />
  ),
  language: <path d="M4 5h16v11h-8l-4 3.500V16H4zM8 9h8M8 12h5" />,
  pet: (
    <>
      <path d="M12 12c-3 0-5 3-5 5s2 2.500 5 2.500 5-.5 5-2.500-2-5-5-5z" />
      <path d="M6 9.500v.5M10 6v1M14 6v1M18 9.500v.5" />
    </>
  ),
  other: <path d="M5 4.500h14v15H5zM8 9h8M8 12h8M8 15h5" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** A line drawing beside words; never the only carrier of a meaning, so hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {PATHS[name]}
    </svg>
  );
}
