import type { ShelterFacts } from '@uketsuke/shared/contracts';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { FailureNotice, LoadingNotice, Notice } from '../controls/notice.tsx';
import { TextInput } from '../controls/text-input.tsx';
import { useAction } from '../controls/use-action.ts';
import { hrefOf } from '../navigation/page-address.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { type DraftField, EMPTY_DRAFT, readDraft } from './shelter-draft.ts';
import { useShelters } from './use-shelters.ts';

/** Registers shelters and lists those there are. */
export function ShelterAdministrationPage() {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { shelters, failure, refresh } = useShelters();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [wrong, setWrong] = useState<readonly DraftField[]>([]);
  const [made, setMade] = useState<ShelterFacts>();
  const action = useAction();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readDraft(draft);
    setWrong(read.wrong);
    const { shelter } = read;
    if (shelter === undefined) return;
    action.run(async () => {
      setMade(await client.createShelter({ body: shelter }));
      setDraft(EMPTY_DRAFT);
      refresh();
    });
  };

  const field = (name: DraftField) => ({
    label: `${t(`shelters.${name}`)}${name === 'name' ? '' : t('optional')}`,
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    error: wrong.includes(name) ? t(name === 'name' ? 'shelters.nameNeeded' : 'shelters.numberWrong') : undefined,
  });

  return (
    <>
      <h1>{t('shelters.heading')}</h1>
      <p>{t('shelters.explanation')}</p>
      {action.failure && <FailureNotice failure={action.failure} />}
      {made && (
        <Notice kind="good">
          <p>{t('shelters.made', { name: made.name })}</p>
          <a className="button" href={hrefOf({ page: 'administration', part: 'devices', shelterId: made.shelterId })}>
            {t('shelters.next')}
          </a>
        </Notice>
      )}
      <form className="form" onSubmit={submit} noValidate>
        <TextInput {...field('name')} required maxLength={80} testId="shelter-name" />
        <TextInput {...field('kana')} maxLength={120} />
        <TextInput {...field('address')} maxLength={160} />
        <div className="fields-beside">
          <TextInput {...field('capacity')} inputMode="numeric" maxLength={6} />
          <TextInput
            {...field('latitude')}
            hint={t('shelters.positionHint', { example: '32.8031' })}
            inputMode="decimal"
            maxLength={12}
          />
          <TextInput
            {...field('longitude')}
            hint={t('shelters.positionHint', { example: '130.7079' })}
            inputMode="decimal"
            maxLength={12}
          />
        </div>
        <ActionButton type="submit" className="button button-main" busy={action.busy} data-testid="shelter-submit">
          {t('shelters.submit')}
        </ActionButton>
      </form>
      <h2>{t('shelters.registered')}</h2>
      {failure && <FailureNotice failure={failure} onRetry={refresh} />}
      {shelters === undefined && !failure && <LoadingNotice />}
      <ul className="plain-list">
        {shelters?.map((shelter) => (
          <li key={shelter.shelterId}>
            <a href={hrefOf({ page: 'shelter', shelterId: shelter.shelterId })}>{shelter.name}</a>
            <span className="hint">{shelter.address ?? t('shelters.noAddress')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
