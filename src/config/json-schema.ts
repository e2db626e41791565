import { z } from 'zod';
import { Config } from './schema.ts';

/** The JSON Schema (draft 2020-12) of what people write: defaults may be left out, durations are texts. */
export function jsonSchema(): object {
  return z.toJSONSchema(Config, { io: 'input', unrepresentable: 'any' });
}
