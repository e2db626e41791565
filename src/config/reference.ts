type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

/** The reference of bellbuoy.yaml in Markdown, a row a key, made from its JSON Schema. */
export function configurationReference(schema: Schema): string {
  const rows = rowsOf(schema, '', true);
  return `# \`bellbuoy.yaml\`

Generated from the schema that checks the file. \`NAME\` stands for a name that you choose, \`[]\` for each entry of a list. Unknown keys are
errors; \`bellbuoy check\` tells all mistakes at once, each with line and column, and \`bellbuoy check --online\` tries what the file names.

- \`\${ENV}\` and \`\${ENV:-default}\` are filled in from the environment, in values only. A missing variable is an error. A number wants no
  quotes (\`port: \${PORT:-8080}\`); inside \`{ }\` YAML wants them, so write such a key on a line of its own.
- A key with \`_file\` behind its name takes its value from a file, for secrets: \`botToken_file: /run/secrets/bot-token\`. The path is
  relative to bellbuoy.yaml.
- Lengths of time are written as in Prometheus: \`30s\`, \`15m\`, \`2h\`, \`7d\`, \`1h30m\`.
- A changed file, or SIGHUP, reloads services and rules; a file with mistakes is refused, and the old one stays in force. Addresses, tokens
  and ports are read at the start only.

| key | type | default | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

function rowsOf(schema: Schema, path: string, required: boolean): string[] {
  const here = path === '' || isPlainContainer(schema) ? [] : [row(schema, path, required)];
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    rowsOf(property, path === '' ? name : `${path}.${name}`, schema.required?.includes(name) ?? false),
  );
  const more = schema.additionalProperties;
  const named =
    typeof more === 'object' && more.properties !== undefined ? rowsOf(more, `${path}.NAME`, false) : [];
  const listed = schema.items?.properties === undefined ? [] : rowsOf(schema.items, `${path}[]`, false);
  const either = (schema.items?.anyOf ?? schema.anyOf ?? [])
    .filter(({ properties }) => properties !== undefined)
    .flatMap((branch) => rowsOf(branch, schema.items === undefined ? path : `${path}[]`, false));
  return [...new Set([...here, ...inner, ...named, ...listed, ...either])];
}

/** A container without words of its own says nothing that its keys do not say. */
function isPlainContainer({ properties, description, items }: Schema): boolean {
  return description === undefined && (properties !== undefined || items?.properties !== undefined);
}

function row(schema: Schema, path: string, required: boolean): string {
  const fallback =
    schema.default === undefined ? (required ? '**required**' : '') : code(JSON.stringify(schema.default));
  return `| \`${path}\` | ${typeOf(schema)} | ${fallback} | ${schema.description ?? ''} |`;
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object'
      ? `map of ${typeOf(schema.additionalProperties)}`
      : 'keys below';
  if (schema.type === 'integer' || schema.type === 'number') {
    const bounds = [schema.minimum, schema.maximum].filter(
      (bound) => bound !== undefined && Math.abs(bound) < 1e15,
    );
    return bounds.length === 2 ? `number, ${bounds.join(' to ')}` : 'number';
  }
  return schema.format === 'uri' ? 'URL' : (schema.type ?? 'text').replace('string', 'text');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
