import type { RxCollection, RxCollectionCreator, RxJsonSchema } from 'rxdb';
import type * as z from 'zod';
import {
  type EventDocument,
  eventDocumentSchema,
  type Mark,
  markSchema,
  type Receipt,
  receiptSchema,
  type StoredFact,
  storedFactSchema,
} from './documents.ts';

const EVENT_ID_MAX_CHARACTERS = 60;

const events: RxJsonSchema<EventDocument> = {
  title: 'events',
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: EVENT_ID_MAX_CHARACTERS },
    deviceId: { type: 'string' },
    sealed: { type: 'string' },
    heldBy: { type: 'integer' },
  },
  required: ['id', 'deviceId', 'sealed', 'heldBy'],
};

const receipts: RxJsonSchema<Receipt> = {
  title: 'receipts',
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: EVENT_ID_MAX_CHARACTERS },
    generation: { type: 'integer' },
    outcome: { type: 'string' },
    reason: { type: 'string' },
  },
  required: ['id', 'generation', 'outcome'],
};

const facts: RxJsonSchema<StoredFact> = {
  title: 'facts',
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 200 }, fact: { type: 'object', additionalProperties: true } },
  required: ['id', 'fact'],
};

const marks: RxJsonSchema<Mark> = {
  title: 'marks',
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 60 }, value: { type: 'string' } },
  required: ['id', 'value'],
};

/** Never to be changed without a new version of the collection: stores on disks are known by them. */
export const COLLECTIONS: Readonly<Record<keyof KioskCollections, RxCollectionCreator>> = {
  events: { schema: events },
  receipts: { schema: receipts },
  facts: { schema: facts },
  marks: { schema: marks },
};

/** RxDB checks nothing by itself; these are what every write must hold to. */
export const DOCUMENT_SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['events', eventDocumentSchema],
  ['receipts', receiptSchema],
  ['facts', storedFactSchema],
  ['marks', markSchema],
]);

export interface KioskCollections {
  readonly [name: string]: RxCollection;
  readonly events: RxCollection<EventDocument>;
  readonly receipts: RxCollection<Receipt>;
  readonly facts: RxCollection<StoredFact>;
  readonly marks: RxCollection<Mark>;
}
