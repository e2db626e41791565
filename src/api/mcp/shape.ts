/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is known of one place in an answer: every part of its schema that may hold there. */
export type Shape = readonly JsonSchema[];

/** Places of an answer by its JSON Schema, also through references and choices. */
export type Places = {
  readonly root: Shape;
  /** Of a member of an object at a place. */
  member(shape: Shape, name: string): Shape;
  /** Of an item of a list at a place. */
  item(shape: Shape, index: number): Shape;
};

export function placesOf(schema: JsonSchema): Places {
  const known = PLACES.get(schema);
  if (known !== undefined) return known;
  const places = findPlaces(schema);
  PLACES.set(schema, places);
  return places;
}

/** Places that were asked for before: an answer is walked through many times, and a tool gives many answers. */
const PLACES = new WeakMap<JsonSchema, Places>();

function findPlaces(schema: JsonSchema): Places {
  const found = new WeakMap<Shape, Map<string, Shape>>();
  const within = (shape: Shape, name: string, parts: () => readonly unknown[]): Shape => {
    const inner = found.get(shape) ?? new Map<string, Shape>();
    found.set(shape, inner);
    const known = inner.get(name) ?? expanded(parts(), schema);
    inner.set(name, known);
    return known;
  };
  return {
    root: expanded([schema], schema),
    member: (shape, name) =>
      within(shape, hasFreeName(shape, name) ? '*' : `.${name}`, () =>
        shape.map(({ properties, additionalProperties }) => own(properties, name) ?? additionalProperties),
      ),
    item: (shape, index) =>
      within(shape, isTuple(shape) ? `[${index}]` : '[]', () =>
        shape.map(
          ({ prefixItems, items }) => (Array.isArray(prefixItems) ? prefixItems[index] : undefined) ?? items,
        ),
      ),
  };
}

/** Whether the items of a list have places of their own. */
export function isTuple(shape: Shape): boolean {
  return shape.some(({ prefixItems }) => prefixItems !== undefined);
}

/** Whether what stands at a place came from outside. Where that depends on a choice it is taken to be so. */
export function isUntrusted(shape: Shape): boolean {
  return shape.some((part) => part['x-untrusted'] === true);
}

/** Whether the members of an object at a place have names that the schema does not know. */
export function hasFreeName(shape: Shape, name: string): boolean {
  return !shape.some(
    ({ properties, required }) =>
      Object.hasOwn(objectOf(properties), name) || (Array.isArray(required) && required.includes(name)),
  );
}

function expanded(parts: readonly unknown[], root: JsonSchema): Shape {
  const found = new Set<JsonSchema>();
  const open = [...parts];
  for (let next = open.pop(); next !== undefined || open.length > 0; next = open.pop()) {
    if (!isObject(next) || found.has(next)) continue;
    found.add(next);
    for (const choices of [next.anyOf, next.oneOf, next.allOf])
      if (Array.isArray(choices)) open.push(...choices);
    if (typeof next.$ref === 'string') open.push(referred(next.$ref, root));
  }
  return [...found];
}

/** What a reference within the schema leads to. */
function referred(reference: string, root: JsonSchema): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, part) => own(at, part.replaceAll('~1', '/').replaceAll('~0', '~')), root);
}

/** A member of an object, and nothing that every object has. */
function own(value: unknown, name: string): unknown {
  return Object.hasOwn(objectOf(value), name) ? objectOf(value)[name] : undefined;
}

function objectOf(value: unknown): JsonSchema {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
