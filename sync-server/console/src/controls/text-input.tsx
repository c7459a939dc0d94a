import type { HTMLInputTypeAttribute } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';

export interface TextInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: HTMLInputTypeAttribute;
  readonly hint?: string | undefined;
  /** Why the value cannot be taken; shown instead of nothing. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly testId?: string;
}

/** A text field with label, hint and error, all tied to the input for screen readers. */
export function TextInput(props: TextInputProps) {
  const { t } = useTranslation();
  return (
    <TextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      isInvalid={props.error !== undefined}
      validationBehavior="aria"
      {...(props.required ? { isRequired: true } : {})}
      {...(props.type === undefined ? {} : { type: props.type })}
      {...(props.autoComplete === undefined ? {} : { autoComplete: props.autoComplete })}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
      {...(props.inputMode === undefined ? {} : { inputMode: props.inputMode })}
      {...(props.autoFocus ? { autoFocus: true } : {})}
    >
      <Label>
        {props.label}
        {props.required && <span className="required">{t('required')}</span>}
      </Label>
      {props.hint !== undefined && <Text slot="description">{props.hint}</Text>}
      <Input data-testid={props.testId} />
      <FieldError>{props.error}</FieldError>
    </TextField>
  );
}
