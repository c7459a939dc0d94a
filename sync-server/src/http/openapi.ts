import { problemSchema } from '@uketsuke/shared/contracts';
import { z } from 'zod';
import type { Access, Route } from './routes.ts';

type Contract = Route['contract'];
type JsonObject = Record<string, unknown>;

/** The routes of one area. */
export interface Area {
  readonly basePath: string;
  readonly contracts: readonly Contract[];
}

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

const SECURITY: Readonly<Record<Access, readonly JsonObject[]>> = {
  everyone: [],
  'management-token': [{ managementToken: [] }],
  device: [{ deviceCredential: [] }],
  staff: [{ staffSession: [] }],
  hq: [{ staffSession: [] }],
  // Not in the description: the operator's channel is a port of its own.
  operator: [],
};

/** The OpenAPI 3.1 description of all areas, made from the schemas that the routes parse with. */
export function describeApi(areas: readonly Area[], version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const { basePath, contracts } of areas) {
    for (const contract of contracts) {
      const path = (basePath + contract.path).replaceAll(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [contract.method]: operationOf(contract) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Uketsuke', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: {
        managementToken: { type: 'http', scheme: 'bearer', description: "The card's management token" },
        deviceCredential: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        staffSession: {
          type: 'apiKey',
          in: 'cookie',
          name: 'uketsuke-session',
          description: 'Changes also need the header X-Uketsuke: 1 and a same-origin Origin',
        },
      },
    },
  };
}

function operationOf(contract: Contract): JsonObject {
  const { summary, access, body, answer } = contract;
  const content = answer.body && {
    [answer.mediaType ?? 'application/json']: { schema: jsonSchema(answer.body, 'output') },
  };
  return {
    summary: access === 'hq' ? `${summary} (role hq)` : summary,
    security: SECURITY[access],
    parameters: [...parametersOf(contract.params, 'path'), ...parametersOf(contract.query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } },
    }),
    responses: {
      [answer.status]: { description: 'Done', ...(content && { content }) },
      default: {
        description: 'Refused (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonObject[] {
  if (schema === undefined) return [];
  const { properties, required } = objectSchema.parse(jsonSchema(schema, 'input'));
  return Object.entries(properties).map(([name, described]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: described,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
}
