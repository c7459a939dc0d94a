import {
  type Access,
  type Answer,
  type ApiArea,
  bundleImportResponseSchema,
  factSchema,
  issuerKeySchema,
  problemSchema,
  problemsOf,
  type RouteContract,
  relayStateSchema,
  rosterPersonSchema,
  shelterFactsSchema,
  storeMarkSchema,
} from '@uketsuke/shared/contracts';
import { addressSchema, householdSchema, personSchema } from '@uketsuke/shared/person';
import { receptionEventSchema } from '@uketsuke/shared/reception';
import * as z from 'zod';

type JsonObject = Record<string, unknown>;

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

const SECURITY: Readonly<Record<Access, readonly JsonObject[]>> = {
  everyone: [],
  'management-token': [{ managementToken: [] }],
  device: [{ deviceCredential: [] }],
  'signed-in': [{ staffSession: [] }],
  staff: [{ staffSession: [] }],
  hq: [{ staffSession: [] }],
  operator: [{ operatorToken: [] }],
};

/** The OpenAPI 3.1 description of areas, made from the contracts that servers mount and clients are made from. */
export function describeApi(areas: readonly ApiArea[], version: string): JsonObject {
  const schemas = new Schemas();
  const paths: Record<string, JsonObject> = {};
  for (const { name, contracts } of areas) {
    for (const [call, contract] of Object.entries(contracts)) {
      const path = openApiPath(contract);
      paths[path] = { ...paths[path], [contract.method]: operationOf(schemas, `${name}.${call}`, name, contract) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Uketsuke', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    tags: areas.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: { Problem: schemas.of(problemSchema, 'output'), ...schemas.components },
      securitySchemes: {
        managementToken: { type: 'http', scheme: 'bearer', description: "The card's management token" },
        deviceCredential: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        staffSession: {
          type: 'apiKey',
          in: 'cookie',
          name: 'uketsuke-session',
          description: 'Changes also need the header X-Uketsuke: 1 and a same-origin Origin',
        },
        operatorToken: { type: 'http', scheme: 'bearer', description: "The token in the server's operator file" },
      },
    },
  };
}

/** A contract's path as OpenAPI writes it, with `{name}` for a parameter. */
export function openApiPath({ path }: RouteContract): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function operationOf(schemas: Schemas, operationId: string, tag: string, contract: RouteContract): JsonObject {
  const { summary, access, answer, otherAnswer } = contract;
  const others = otherAnswer === undefined ? {} : { [otherAnswer.status]: answerOf(schemas, otherAnswer, 'Not now') };
  return {
    operationId,
    tags: [tag],
    summary: access === 'hq' ? `${summary} (role hq)` : summary,
    security: SECURITY[access],
    parameters: [...parametersOf(schemas, contract.params, 'path'), ...parametersOf(schemas, contract.query, 'query')],
    ...requestBodyOf(schemas, contract),
    responses: { [answer.status]: answerOf(schemas, answer, 'Done'), ...others, default: refusalOf(contract) },
  };
}

function requestBodyOf(schemas: Schemas, { body, upload }: RouteContract): JsonObject {
  if (upload !== undefined) {
    return { requestBody: { required: true, content: { [upload]: { schema: { type: 'string', format: 'binary' } } } } };
  }
  if (body === undefined) return {};
  const required = !body.safeParse(undefined).success;
  return { requestBody: { required, content: { 'application/json': { schema: schemas.of(body, 'input') } } } };
}

function answerOf(schemas: Schemas, answer: Answer, description: string): JsonObject {
  if ('body' in answer) {
    return { description, content: { 'application/json': { schema: schemas.of(answer.body, 'output') } } };
  }
  if (!('mediaType' in answer)) return { description };
  const { mediaType, events } = answer;
  const eventData = events === undefined ? {} : { 'x-event-data': schemas.of(events, 'output') };
  return { description, content: { [mediaType]: { schema: { type: 'string' }, ...eventData } } };
}

function refusalOf(contract: RouteContract): JsonObject {
  const ours = { properties: { code: { enum: problemsOf(contract) } } };
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, ours] };
  return { description: 'Refused (RFC 9457)', content: { 'application/problem+json': { schema } } };
}

function parametersOf(schemas: Schemas, schema: z.ZodType | undefined, place: 'path' | 'query'): JsonObject[] {
  if (schema === undefined) return [];
  const { properties, required } = objectSchema.parse(schemas.of(schema, 'input'));
  return Object.entries(properties).map(([name, described]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: described,
  }));
}

/** Schemas that many routes share, by the name they have in the description. */
const NAMED = z
  .registry<{ id: string }>()
  .add(personSchema, { id: 'Person' })
  .add(addressSchema, { id: 'Address' })
  .add(householdSchema, { id: 'Household' })
  .add(receptionEventSchema, { id: 'ReceptionEvent' })
  .add(factSchema, { id: 'Fact' })
  .add(storeMarkSchema, { id: 'StoreMark' })
  .add(relayStateSchema, { id: 'RelayState' })
  .add(shelterFactsSchema, { id: 'Shelter' })
  .add(issuerKeySchema, { id: 'IssuerKey' })
  .add(rosterPersonSchema, { id: 'RosterPerson' })
  .add(bundleImportResponseSchema, { id: 'BundleImport' });

const definitionsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** JSON schemas of zod's, with those of `NAMED` as components. */
class Schemas {
  /** What the schemas referred to, by name. */
  readonly components: Record<string, JsonObject> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const suffix = io === 'input' ? 'Input' : '';
    const whole = z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata: NAMED });
    const { $schema: _dialect, $defs = {}, ...described } = withReferences(whole, suffix);
    for (const [name, definition] of Object.entries(definitionsSchema.parse($defs))) {
      const { id: _id, ...rest } = definition;
      this.components[name + suffix] = rest;
    }
    return described;
  }
}

/** References to definitions as references to components. */
function withReferences(schema: unknown, suffix: string): JsonObject {
  const text = JSON.stringify(schema).replaceAll(/"#\/\$defs\/(\w+)"/g, `"#/components/schemas/$1${suffix}"`);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
