import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';

export type Json = { readonly [key: string]: unknown };

/** Compiles a JSON Schema with everything checked; times and days are checked as calendars have them. */
export function compiled(schema: object) {
  const ajv = new Ajv2020({
    ...{ strict: true, allErrors: true, keywords: ['x-untrusted'] },
    formats: {
      'date-time': (text: string) => isoOf(text) === text,
      date: (text: string) => isoOf(text)?.slice(0, 10) === text,
    },
  });
  return ajv.compile(schema);
}

function isoOf(text: string): string | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** A validator of the JSON Schema that is published of a shape. */
export function validator(shape: z.ZodType) {
  return compiled(z.toJSONSchema(shape));
}

/** What stands at a path of properties; those of a list's items follow its name. */
export function schemaAt(schema: Json, path: string): Json | undefined {
  let found: Json | undefined = schema;
  for (const name of path.split('.')) {
    const object: Json | undefined = found?.type === 'array' ? (found.items as Json) : found;
    found = (object?.properties as Json | undefined)?.[name] as Json | undefined;
  }
  return found;
}

/** Every property anywhere in a schema, by its path. */
export function propertiesOf(schema: Json, path = ''): readonly (readonly [string, Json])[] {
  const object = schema.type === 'array' ? (schema.items as Json) : schema;
  return Object.entries((object.properties ?? {}) as Json).flatMap(([name, of]) => {
    const own = path === '' ? name : `${path}.${name}`;
    return [[own, of as Json] as const, ...propertiesOf(of as Json, own)];
  });
}
