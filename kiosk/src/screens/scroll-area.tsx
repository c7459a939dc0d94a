import type { ReactNode } from 'react';

/** Content that scrolls must be reachable without a mouse (WCAG 2.1.1). */
const REACHABLE = { tabIndex: 0 } as const;

/** A named part of the screen that scrolls when its content does not fit. */
export function ScrollArea(props: {
  readonly className: string;
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={props.className} aria-label={props.label} {...REACHABLE}>
      {props.children}
    </section>
  );
}
