export type Json = Readonly<Record<string, unknown>>;

/** The members of an object; none of anything else. */
export function fieldsOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The objects of a list; none where there is no list. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A time in ISO 8601 as epoch ms. */
export function momentOf(value: unknown): number | undefined {
  const at = Date.parse(textOf(value) ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** A stretch of time, epoch ms. */
export type Stretch = { readonly from: number; readonly to: number };

/** A stretch as answers write it: `{ from, to }`. */
export function stretchOf(value: unknown): Stretch | undefined {
  const { from, to } = fieldsOf(value);
  const [begin, end] = [momentOf(from), momentOf(to)];
  return begin === undefined || end === undefined ? undefined : { from: begin, to: end };
}
