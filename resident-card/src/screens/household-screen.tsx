import { hasContent } from '@uketsuke/shared/household-entry';
import { type KeyboardEvent, useState } from 'react';
import { Button, I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { StoredCard } from '../card/stored-card.ts';
import { goTo } from '../device/place-in-app.ts';
import type { CardRequests } from '../server/card-requests.ts';
import type { CardKeeper } from './card-keeper.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { FailureWords } from './failure-words.tsx';
import { AddressSection } from './household-form/address-section.tsx';
import { ConsentSection } from './household-form/consent-section.tsx';
import { PeopleSection } from './household-form/people-section.tsx';
import { ProblemSummary } from './household-form/problem-summary.tsx';
import { useDraft } from './household-form/use-draft.ts';
import { useSubmission } from './household-form/use-submission.ts';
import { PageFrame } from './page-frame.tsx';

export interface HouseholdScreenProps {
  /** The present card, when it is to be replaced. */
  readonly card: StoredCard | undefined;
  readonly keeper: CardKeeper;
  readonly requests: CardRequests;
  /** The card came, and is kept. */
  readonly onReceived: () => void;
}

/** Entering or changing the household, with the consent, up to receiving the card. */
export function HouseholdScreen({ card, keeper, requests, onReceived }: HouseholdScreenProps) {
  const { t, i18n } = useTranslation();
  const form = useDraft(card);
  const submission = useSubmission({ form, card, keeper, requests, onReceived });
  const changing = form.draft.replaces !== undefined;
  return (
    <I18nProvider locale={i18n.language}>
      <PageFrame back>
        <h1>{t(changing ? 'form.titleChange' : 'form.title')}</h1>
        {changing && <p className="notice notice-caution">{t('form.leadChange')}</p>}
        <p className={form.kept ? 'hint' : 'notice notice-caution'}>{t(form.kept ? 'form.saved' : 'form.notSaved')}</p>
        <form
          className="household-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submission.submit();
          }}
          onKeyDown={keepEnterFromSubmitting}
        >
          <PeopleSection form={form} />
          <AddressSection form={form} />
          <ConsentSection form={form} />
          {form.attempted && form.problems.length > 0 && <ProblemSummary form={form} />}
          {submission.failure !== undefined && (
            <div className="notice notice-bad" role="alert" data-testid="failure">
              <strong>{t('failure.title')}</strong>
              <FailureWords failure={submission.failure} />
              <p>{t('failure.kept')}</p>
            </div>
          )}
          <SubmitButton changing={changing} submission={submission} />
          {changing ? (
            <Button
              className="button button-wide"
              onPress={() => {
                form.discard();
                requests.abandon();
                goTo('home', { replace: true });
              }}
            >
              {t('form.cancel')}
            </Button>
          ) : (
            hasContent(form.draft) && (
              <DiscardButton
                onDiscard={() => {
                  form.discard();
                  requests.abandon();
                }}
              />
            )
          )}
        </form>
      </PageFrame>
    </I18nProvider>
  );
}

interface SubmitButtonProps {
  readonly changing: boolean;
  readonly submission: ReturnType<typeof useSubmission>;
}

function SubmitButton({ changing, submission: { working, failure } }: SubmitButtonProps) {
  const { t } = useTranslation();
  const idle = failure !== undefined ? 'failure.retry' : changing ? 'form.submitChange' : 'form.submit';
  return (
    <>
      <Button type="submit" className="button button-main button-wide button-large" data-testid="submit-card">
        {working && <span className="spinner" aria-hidden="true" />}
        <span>{t(working ? 'form.submitting' : idle)}</span>
      </Button>
      <p className="visually-hidden" role="status">
        {working ? t('form.submitting') : ''}
      </p>
    </>
  );
}

function DiscardButton({ onDiscard }: { readonly onDiscard: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button className="button button-wide button-quiet" data-testid="discard" onPress={() => setAsking(true)}>
        {t('form.discard')}
      </Button>
      <ConfirmDialog
        title={t('discard.title')}
        confirm={t('discard.confirm')}
        cancel={t('discard.cancel')}
        isOpen={asking}
        onConfirm={() => {
          onDiscard();
          goTo('home', { replace: true });
        }}
        onClose={() => setAsking(false)}
      >
        <p>{t('discard.text')}</p>
      </ConfirmDialog>
    </>
  );
}

/** Enter also ends an IME conversion; in a long form it must not send everything off by mistake. */
function keepEnterFromSubmitting(event: KeyboardEvent<HTMLFormElement>) {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') {
    event.preventDefault();
  }
}
