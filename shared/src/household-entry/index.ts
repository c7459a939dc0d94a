export * from './birth-date-entry.ts';
export * from './check-household.ts';
export * from './household-draft.ts';
export * from './needs-choice.ts';
export * from './written-forms.ts';
