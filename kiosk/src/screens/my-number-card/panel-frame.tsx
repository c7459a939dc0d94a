import type { ReactNode } from 'react';
import { Icon, type IconName } from '../icons.tsx';

/** A panel about the card on the reader; `show` and `detail` name it for tests. */
export function Frame(props: {
  readonly show: string;
  readonly look: 'note' | 'attention' | 'bad';
  readonly icon: IconName;
  readonly title: string;
  readonly detail?: string;
  readonly children: ReactNode;
}) {
  return (
    <div
      className={`result result-${props.look === 'note' ? 'returned' : props.look}`}
      data-testid="my-number-panel"
      data-show={props.show}
      data-detail={props.detail}
    >
      <h2 className="result-title my-number-title" role="status" aria-live="assertive">
        <span className="result-icon">
          <Icon name={props.icon} />
        </span>
        {props.title}
      </h2>
      <div className="my-number-body">{props.children}</div>
    </div>
  );
}
