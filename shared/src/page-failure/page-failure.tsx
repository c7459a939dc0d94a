import { Component, type ReactNode } from 'react';
import { type FailingPage, failureWords } from './words.ts';

interface PageFailureProps {
  readonly page: FailingPage;
  /** The page's present language, BCP 47. */
  readonly language: () => string;
  readonly reload: () => void;
  readonly children: ReactNode;
}

/** Stands around a whole page: when something in it cannot be drawn, it says so and offers to open it again. */
export class PageFailure extends Component<PageFailureProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    const { page, language, reload, children } = this.props;
    if (!this.state.failed) return children;
    const words = failureWords(language());
    return (
      <main className="page-failure" data-testid="page-failure">
        <div role="alert">
          <h1>{words.title}</h1>
          <p>{words.kept[page]}</p>
          <p>{words.next[page]}</p>
        </div>
        <button type="button" className="button button-main" data-testid="reload-page" onClick={reload}>
          {words.reload}
        </button>
      </main>
    );
  }
}
