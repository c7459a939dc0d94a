import { type CardId, cardIdSchema } from '@uketsuke/shared/identifiers';
import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../controls/dialogs.tsx';
import { Notice } from '../controls/notice.tsx';
import { TextInput } from '../controls/text-input.tsx';
import { useAction } from '../controls/use-action.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';

/** Revokes one card by the number printed on it (CRD-5). */
export function RevokeCardPage() {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const [asking, setAsking] = useState<CardId>();
  const [revoked, setRevoked] = useState<CardId>();
  const action = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const cardId = cardIdSchema.safeParse(typed.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, ''));
    setWrong(!cardId.success);
    setRevoked(undefined);
    if (cardId.success) setAsking(cardId.data);
  };
  const revoke = (cardId: CardId) =>
    action.run(async () => {
      await client.revokeCard({ params: { cardId } });
      setAsking(undefined);
      setRevoked(cardId);
      setTyped('');
    });

  return (
    <>
      <h1>{t('cards.heading')}</h1>
      <p>{t('cards.explanation')}</p>
      {revoked && <Notice kind="good">{t('cards.revoked', { cardId: revoked })}</Notice>}
      <form className="form" onSubmit={submit} noValidate>
        <TextInput
          label={t('cards.cardId')}
          hint={t('cards.cardIdHint')}
          value={typed}
          onChange={setTyped}
          error={wrong ? t('cards.cardIdWrong') : undefined}
          autoComplete="off"
          maxLength={20}
          testId="card-id"
        />
        <Button type="submit" className="button button-danger" isDisabled={typed.trim() === ''}>
          {t('cards.submit')}
        </Button>
      </form>
      {asking && (
        <ConfirmDialog
          heading={t('cards.confirmHeading', { cardId: asking })}
          explanation={t('cards.confirmExplanation')}
          action={t('cards.submit')}
          danger
          busy={action.busy}
          failure={action.failure}
          onConfirm={() => revoke(asking)}
          onCancel={() => {
            action.forget();
            setAsking(undefined);
          }}
        />
      )}
    </>
  );
}
