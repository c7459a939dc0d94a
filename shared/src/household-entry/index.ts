export * from './birth-date-entry.ts';
export * from './check-draft.ts';
export * from './draft.ts';
export * from './needs-choice.ts';
export * from './written-forms.ts';
