import { newStaffSchema, type StaffRole } from '@uketsuke/shared/contracts';
import { type FormEvent, useState } from 'react';
import { Button, Checkbox, CheckboxGroup, Label, Radio, RadioGroup, Text } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../controls/action-button.tsx';
import { CopyButton } from '../controls/copy-button.tsx';
import { Popup } from '../controls/dialogs.tsx';
import { FailureNotice, Notice } from '../controls/notice.tsx';
import { TextInput } from '../controls/text-input.tsx';
import { useAction } from '../controls/use-action.ts';
import { useHeadquarters } from '../server/headquarters-context.tsx';
import { useShelters } from '../shelters/use-shelters.ts';

const ROLES: readonly StaffRole[] = ['shelter', 'hq'];

/** Registers someone to use this page; their one-time password is shown once. */
export function NewStaffPage() {
  const { t } = useTranslation();
  const { client } = useHeadquarters();
  const { shelters, failure } = useShelters();
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<StaffRole>('shelter');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<{ readonly username: string; readonly oneTimePassword: string }>();
  const action = useAction();

  const draft = newStaffSchema.safeParse({
    username: username.trim(),
    role,
    shelterIds: role === 'hq' ? [] : (shelters ?? []).map((one) => one.shelterId).filter((id) => chosen.includes(id)),
  });
  const shelterMissing = role === 'shelter' && chosen.length === 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!draft.success || shelterMissing) return;
    action.run(async () => {
      setMade(await client.createStaff({ body: draft.data }));
      setUsername('');
      setChosen([]);
      setTried(false);
    });
  };

  return (
    <>
      <h1>{t('staff.heading')}</h1>
      <p>{t('staff.explanation')}</p>
      {action.failure &&
        (action.failure.code === 'conflict' ? (
          <Notice kind="bad">{t('staff.taken')}</Notice>
        ) : (
          <FailureNotice failure={action.failure} />
        ))}
      <form className="form" onSubmit={submit} noValidate>
        <TextInput
          label={t('staff.username')}
          hint={t('staff.usernameHint')}
          value={username}
          onChange={setUsername}
          error={tried && !draft.success ? t('staff.usernameWrong') : undefined}
          autoComplete="off"
          maxLength={60}
          required
          testId="staff-username"
        />
        <RadioGroup
          className="field"
          value={role}
          onChange={(value) => setRole(ROLES.find((known) => known === value) ?? 'shelter')}
        >
          <Label>{t('staff.role')}</Label>
          {ROLES.map((known) => (
            <Radio key={known} value={known} className="option">
              <span className="option-mark" aria-hidden="true" />
              <span>
                {t(`role.${known}`)} <span className="hint">{t(`staff.roleHint.${known}`)}</span>
              </span>
            </Radio>
          ))}
        </RadioGroup>
        {role === 'shelter' && (
          <CheckboxGroup
            className="field"
            value={[...chosen]}
            onChange={setChosen}
            isInvalid={tried && shelterMissing}
            validationBehavior="aria"
          >
            <Label>{t('staff.shelters')}</Label>
            {failure && <FailureNotice failure={failure} />}
            <div className="options-scroll">
              {shelters?.map((shelter) => (
                <Checkbox key={shelter.shelterId} value={shelter.shelterId} className="option">
                  <span className="option-mark option-box" aria-hidden="true" />
                  {shelter.name}
                </Checkbox>
              ))}
            </div>
            {tried && shelterMissing && <Text slot="errorMessage">{t('staff.sheltersNeeded')}</Text>}
          </CheckboxGroup>
        )}
        <ActionButton type="submit" className="button button-main" busy={action.busy} data-testid="staff-submit">
          {t('staff.submit')}
        </ActionButton>
      </form>
      {made && (
        <Popup heading={t('staff.madeHeading')} onClose={() => setMade(undefined)} mustAnswer>
          <p>{t('staff.madeExplanation')}</p>
          <dl className="facts">
            <div>
              <dt>{t('staff.username')}</dt>
              <dd>{made.username}</dd>
            </div>
          </dl>
          <p className="big-code-label">{t('staff.oneTimePassword')}</p>
          <p className="big-code big-code-long" data-testid="one-time-password">
            {made.oneTimePassword}
          </p>
          <div className="actions">
            <CopyButton text={made.oneTimePassword} words={t('staff.copy')} />
            <Button className="button button-main" onPress={() => setMade(undefined)}>
              {t('staff.done')}
            </Button>
          </div>
        </Popup>
      )}
    </>
  );
}
