import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';

/** Shown until the host answers, or says why it cannot be used. */
export function StartScreen({
  trouble,
  onRetry,
}: {
  readonly trouble: 'another-window' | 'host-gone' | null;
  readonly onRetry: () => void;
}) {
  const { t } = useTranslation();
  if (trouble === null) {
    return (
      <Page>
        <div className="start" role="status">
          <span className="spinner" aria-hidden="true" />
          <h1>{t('start.connecting')}</h1>
        </div>
      </Page>
    );
  }
  const words = trouble === 'another-window' ? 'start.anotherWindow' : 'start.hostGone';
  return (
    <Page>
      <div className="start" data-testid="start-trouble" data-trouble={trouble}>
        <span className="start-icon">
          <Icon name="warning" />
        </span>
        <div role="alert">
          <h1>{t(`${words}.title`)}</h1>
          <p>{t(`${words}.next`)}</p>
        </div>
        <Button className="button button-main" onPress={onRetry}>
          {t('common.retry')}
        </Button>
      </div>
    </Page>
  );
}
