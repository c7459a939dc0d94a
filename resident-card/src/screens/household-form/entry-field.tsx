import type { ComponentProps, ReactNode } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardEntryName } from '../../card/card-draft.ts';
import type { DraftForm } from './use-draft.ts';

interface EntryFieldProps {
  readonly form: DraftForm;
  readonly entry: CardEntryName;
  readonly testId: string;
  readonly label: string;
  readonly required?: boolean;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onLeave?: () => void;
  /** What the program made of the entry. */
  readonly understood?: ReactNode;
  /** More than one line is shown, for text that is long on a phone. */
  readonly lines?: number;
  readonly input?: Pick<ComponentProps<'input'>, 'autoComplete' | 'inputMode' | 'lang' | 'autoCapitalize'>;
}

/** One line of text with label, hint, the problem in words, and what was understood. */
export function EntryField(props: EntryFieldProps) {
  const {
    form,
    entry,
    testId,
    label,
    required = false,
    hint,
    value,
    onChange,
    onLeave,
    understood,
    lines,
    input,
  } = props;
  const { t } = useTranslation();
  const problem = form.problemOf(entry);
  return (
    <div id={`entry-${entry}`} className="entry">
      <TextField
        className="field"
        validationBehavior="aria"
        value={value}
        isInvalid={problem !== undefined}
        isRequired={required}
        onChange={onChange}
        onBlur={() => {
          onLeave?.();
          if (value !== '') form.leave(entry);
        }}
      >
        <Label>
          <span>{label}</span> <MustOrMay required={required} />
        </Label>
        <Text slot="description">{hint}</Text>
        <FieldError>{problem !== undefined && t(`problems.${problem}`)}</FieldError>
        {lines === undefined ? (
          <Input data-testid={testId} spellCheck={false} autoCorrect="off" {...input} />
        ) : (
          <TextArea data-testid={testId} rows={lines} spellCheck={false} autoCorrect="off" {...input} />
        )}
      </TextField>
      {problem === undefined && understood !== undefined && (
        <p className="understood" aria-live="polite">
          {understood}
        </p>
      )}
    </div>
  );
}

/** Says whether an entry must be filled in. */
export function MustOrMay({ required }: { readonly required: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={required ? 'mark mark-must' : 'mark'}>{t(required ? 'form.required' : 'form.optional')}</span>
  );
}
