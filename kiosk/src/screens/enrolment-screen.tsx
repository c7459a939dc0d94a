import { enrolmentCodeSchema, serverOrigin } from '@uketsuke/shared/contracts';
import type { PinRefusal } from '@uketsuke/shared/errors';
import { type FormEvent, useState } from 'react';
import { Button, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { PIN_MAX_DIGITS, pinFault } from '../desk/pin-rules.ts';
import { type Failure, failureOf } from './failures.ts';
import { Icon } from './icons.tsx';
import { Page } from './page.tsx';
import type { EnrolmentForm } from './services.ts';
import { useFailureWords } from './use-failure-words.ts';

type FieldName = 'server' | 'code' | 'name' | 'pin' | 'pinRepeat';
/** What is wrong with a field, by the words for it. */
type Fault = Exclude<FieldName, 'pin'> | PinRefusal;
type Entered = Readonly<Record<FieldName, string>>;
type Faults = Partial<Record<FieldName, Fault>>;

const EMPTY: Entered = { server: '', code: '', name: '', pin: '', pinRepeat: '' };

/** Makes this laptop a reception desk: once, with a code from headquarters. */
export function EnrolmentScreen({
  enrol,
  onEnrolled,
}: {
  readonly enrol: (form: EnrolmentForm) => Promise<void>;
  readonly onEnrolled: () => void;
}) {
  const { t } = useTranslation();
  const failureWords = useFailureWords('enrolment.failed');
  const [entered, setEntered] = useState(EMPTY);
  const [faults, setFaults] = useState<Faults>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (working) return;
    const found = faultsOf(entered);
    const serverUrl = serverOrigin(entered.server);
    setFaults(found);
    setFailure(null);
    if (Object.keys(found).length > 0 || serverUrl === null) return;
    setWorking(true);
    try {
      await enrol({
        serverUrl,
        code: entered.code,
        deviceName: entered.name.trim(),
        pin: entered.pin,
      });
      onEnrolled();
    } catch (error) {
      setFailure(failureOf(error));
      setWorking(false);
    }
  };
  const field = (name: FieldName) => ({
    value: entered[name],
    fault: faults[name],
    onChange: (value: string) => setEntered((before) => ({ ...before, [name]: value })),
  });

  return (
    <Page>
      <form className="form-card" onSubmit={submit} noValidate>
        <h1>{t('enrolment.title')}</h1>
        <p className="lead">{t('enrolment.lead')}</p>
        <Field {...field('server')} testId="enrol-server" label="server" hint="serverHint" type="url" focus />
        <div className="form-row">
          <Field {...field('code')} testId="enrol-code" label="code" hint="codeHint" />
          <Field {...field('name')} testId="enrol-name" label="name" hint="nameHint" />
        </div>
        <div className="form-row">
          <Field {...field('pin')} testId="enrol-pin" label="pin" hint="pinHint" type="password" />
          <Field {...field('pinRepeat')} testId="enrol-pin-repeat" label="pinRepeat" type="password" />
        </div>
        <div aria-live="assertive" className="form-message">
          {failure !== null && (
            <p className="message message-bad" data-testid="enrol-error" data-code={failure.code}>
              <Icon name="warning" />
              {failureWords(failure)}
            </p>
          )}
          {working && <p className="message">{t('enrolment.working')}</p>}
        </div>
        <Button
          type="submit"
          className="button button-main button-wide"
          data-testid="enrol-submit"
          isDisabled={working}
        >
          {t('enrolment.submit')}
        </Button>
      </form>
    </Page>
  );
}

interface FieldProps {
  readonly value: string;
  readonly fault: Fault | undefined;
  readonly onChange: (value: string) => void;
  readonly testId: string;
  readonly label: FieldName;
  readonly hint?: `${Exclude<FieldName, 'pinRepeat'>}Hint`;
  readonly type?: 'text' | 'url' | 'password';
  readonly focus?: boolean;
}

function Field({ value, fault, onChange, testId, label, hint, type = 'text', focus = false }: FieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={fault !== undefined}
      type={type}
      autoComplete={type === 'password' ? 'new-password' : 'off'}
      autoFocus={focus}
      isRequired
      validationBehavior="aria"
      {...(type === 'password' ? { inputMode: 'numeric', maxLength: PIN_MAX_DIGITS } : {})}
    >
      <Label>{t(`enrolment.${label}`)}</Label>
      {hint !== undefined && <Text slot="description">{t(`enrolment.${hint}`)}</Text>}
      <Input data-testid={testId} />
      <FieldError>{fault !== undefined && t(`enrolment.invalid.${fault}`)}</FieldError>
    </TextField>
  );
}

function faultsOf(entered: Entered): Faults {
  const pin = pinFault(entered.pin);
  return {
    ...(serverOrigin(entered.server) === null ? { server: 'server' } : {}),
    ...(enrolmentCodeSchema.safeParse(entered.code).success ? {} : { code: 'code' }),
    ...(/^.{1,40}$/u.test(entered.name.trim()) ? {} : { name: 'name' }),
    ...(pin === undefined ? {} : { pin }),
    ...(entered.pin === entered.pinRepeat ? {} : { pinRepeat: 'pinRepeat' }),
  };
}
