/**
 * What the kiosk's page may load and reach, for both hosts. No inline script and no eval: WebAssembly (the code
 * reader) is the one thing compiled at run time. react-aria puts one style sheet into the page; it is let in by the
 * nonce of `withStyleNonce`.
 */
export function contentSecurityPolicy(options: {
  /** Origins the page may talk to besides its own: the sync server, and the browser host's WebSocket. */
  readonly connect: readonly string[];
  readonly styleNonce: string;
}): string {
  const directives = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${options.styleNonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...options.connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ];
  return directives.join('; ');
}

/** Response headers that go with every file of the page. */
export const PAGE_SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Puts the nonce where react-aria looks for it. */
export function withStyleNonce(html: string, nonce: string): string {
  return html.replace('</head>', `<meta property="csp-nonce" content="${nonce}"></head>`);
}
