import { closest, distance } from 'fastest-levenshtein';
import { type Document, isPair, isScalar, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import type { z } from 'zod';
import { FEWEST_LOOKS } from '#domain/deploy.ts';
import { checkPromql } from '#promql/parse.ts';
import { fillIn } from '#promql/signals.ts';
import { offsetOf } from './place.ts';
import { MAY_BE_NATIVE } from './presets.ts';
import { Config } from './schema.ts';
import { readSloFiles } from './slo/files.ts';
import { problemsOfSlo } from './slo/own.ts';

/** One mistake in the file: where it stands and what would be right. Lines and columns count from 1. */
export type ConfigProblem = {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly what: string;
};

export type Loaded =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads a file beside bellbuoy.yaml; `undefined` when it cannot be read. */
export type ReadBeside = (path: string) => string | undefined;

/**
 * Reads bellbuoy.yaml from its text. Every mistake is reported at once. `env` fills in `${NAME}` and `${NAME:-default}`; a key
 * `token_file` stands for `token` with the content of the file that it names, as `beside` reads it.
 */
export function readConfig(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  beside: ReadBeside = () => undefined,
): Loaded {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (path: readonly PropertyKey[], offset: number | undefined, what: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line, column: col, path: path.map(String).join('.'), what };
  };
  const problems = document.errors.map((error) =>
    at([], error.pos[0], error.message.split(' at line')[0] ?? error.message),
  );
  if (problems.length > 0) return { ok: false, problems };

  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) === undefined)
        problems.push(at([], node.range?.[0], `there is no anchor &${node.source} before this`));
    },
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const { value, missing } = fillEnv(node.value, env);
      for (const name of missing) {
        const keys = path.flatMap((step) =>
          isPair(step) && isScalar(step.key) ? [String(step.key.value)] : [],
        );
        problems.push(
          at(
            keys,
            node.range?.[0],
            `the environment variable ${name} is not set; set it or write \${${name}:-default}`,
          ),
        );
      }
      if (value !== node.value) node.value = retyped(value, node);
    },
  });
  if (problems.some(({ path }) => path === '')) return { ok: false, problems: inOrder(problems) };
  visit(document, {
    Pair(_, pair) {
      const { key, value } = pair;
      if (!isScalar(key) || !isScalar(value) || typeof key.value !== 'string') return;
      if (!key.value.endsWith('_file') || typeof value.value !== 'string') return;
      const content = beside(value.value);
      if (content === undefined)
        problems.push(at([key.value], value.range?.[0], `the file ${value.value} cannot be read`));
      key.value = key.value.slice(0, -'_file'.length);
      value.value = (content ?? 'unread').trimEnd();
    },
  });
  const plain = plainOf(document);
  if (!plain.ok) return { ok: false, problems: [at([], 0, plain.what)] };
  const parsed = Config.safeParse(plain.value);
  const located = (path: readonly PropertyKey[], what: string, wantKey = false) =>
    at(path, offsetOf(document.contents, path, wantKey), what);
  if (!parsed.success) {
    // What stands in for a missing variable is not a second mistake.
    const isMissing = ({ line, column }: ConfigProblem) =>
      problems.some((known) => known.line === line && known.column === column);
    const found = parsed.error.issues.flatMap((issue) => explainIssue(issue, located));
    problems.push(...found.filter((problem) => !isMissing(problem)));
    return { ok: false, problems: inOrder(problems) };
  }
  problems.push(...crossChecks(parsed.data).map(({ path, what }) => located(path, what)));
  const files = readSloFiles(parsed.data, beside);
  problems.push(...files.problems.map(({ path, what }) => located(path, what)));
  return problems.length > 0
    ? { ok: false, problems: inOrder(problems) }
    : { ok: true, config: { ...parsed.data, imported: files.slos, notices: files.notices } };
}

/** The file's plain values; not so where anchors refer to each other without end. */
function plainOf(document: Document): { ok: true; value: unknown } | { ok: false; what: string } {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError)
      return { ok: false, what: error.message };
    throw error;
  }
}

type Locate = (path: readonly PropertyKey[], what: string, wantKey?: boolean) => ConfigProblem;

function fillEnv(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { value: string; missing: string[] } {
  const missing: string[] = [];
  const value = text.replaceAll(
    /\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => {
      const found = env[name] ?? fallback;
      if (found === undefined) missing.push(name);
      return found ?? '';
    },
  );
  return { value, missing };
}

/** A plain `${PORT}` becomes a number again, as if it had been written there; a quoted one stays text. */
function retyped(value: string, node: Scalar): string | number {
  const isPlain = node.type === undefined || node.type === Scalar.PLAIN;
  return isPlain && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

function explainIssue(issue: z.core.$ZodIssue, located: Locate): readonly ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const known = knownKeys(issue.path);
      const near = known.length === 0 ? undefined : closest(key, known);
      const hint =
        near !== undefined && distance(key, near) <= 3
          ? `; did you mean ${near}?`
          : known.length > 0
            ? `; allowed: ${known.join(', ')}`
            : '';
      return located([...issue.path, key], `unknown key${hint}`, true);
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closestBranch =
      issue.errors.toSorted((a, b) => a.length - b.length || depth(b) - depth(a))[0] ?? [];
    return closestBranch.flatMap((inner) =>
      explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, located),
    );
  }
  if (issue.code === 'invalid_value')
    return [located(issue.path, `expected one of: ${issue.values.map(String).join(', ')}`)];
  if (
    issue.code === 'invalid_type' &&
    issue.input === undefined &&
    /received undefined/.test(issue.message)
  ) {
    return [located(issue.path, 'this key is required')];
  }
  return [located(issue.path, issue.message.replace(/^Invalid input: /, ''))];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

/** Keys that the schema allows at a path, for suggesting one. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const shapes: Readonly<Record<string, readonly string[]>> = {
    '': Object.keys(Config.shape),
    slack: Object.keys(Config.shape.slack.shape),
    'prometheus.*': Object.keys(Config.shape.prometheus.valueType.shape),
    'services.*': Object.keys(Config.shape.services.valueType.shape),
  };
  const pattern = path.map((part, i) => (i === 1 ? '*' : String(part))).join('.');
  return shapes[pattern] ?? [];
}

/** Addresses that only programs of this machine reach. */
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

function crossChecks(config: Config): readonly { path: readonly PropertyKey[]; what: string }[] {
  const found: { path: readonly PropertyKey[]; what: string }[] = [];
  const names = Object.keys(config.services);
  const sources = Object.keys(config.prometheus);
  const unknown = (path: readonly PropertyKey[], kind: string, name: string, known: readonly string[]) => {
    const near = known.length === 0 ? undefined : closest(name, [...known]);
    const hint =
      near !== undefined && distance(name, near) <= 3
        ? `; did you mean ${near}?`
        : `; known: ${known.join(', ')}`;
    found.push({ path, what: `there is no ${kind} ${name}${hint}` });
  };
  const promql = (path: readonly PropertyKey[], query: string) => {
    const checked = checkPromql(fillIn(query, { rateInterval: 60_000 }));
    if (!checked.ok)
      found.push({ path, what: `${checked.problem.what} (${checked.problem.where ?? 'PromQL'})` });
  };
  for (const [name, service] of Object.entries(config.services)) {
    const path = ['services', name];
    if (!sources.includes(service.source))
      unknown([...path, 'source'], 'Prometheus source', service.source, sources);
    const { scrapeInterval = 0 } = config.prometheus[service.source] ?? {};
    if (service.watch.after < FEWEST_LOOKS * scrapeInterval)
      found.push({
        path: [...path, 'watch', 'after'],
        what: `expected at least five scrape intervals, ${(FEWEST_LOOKS * scrapeInterval) / 1000}s: in less nothing can be told`,
      });
    service.dependsOn.forEach((other, i) => {
      if (!names.includes(other)) unknown([...path, 'dependsOn', i], 'service', other, names);
    });
    if (service.preset !== undefined && Object.keys(service.labels).length === 0) {
      found.push({
        path: [...path, 'preset'],
        what: 'a preset needs labels that select the service, such as labels: { service_name: … }',
      });
    }
    if (service.rollback !== undefined && service.links.rollback !== undefined)
      found.push({
        path: [...path, 'rollback'],
        what: 'links.rollback names another way; keep one of the two',
      });
    service.slos.forEach((slo, i) => {
      for (const [keys, what] of 'file' in slo ? [] : problemsOfSlo(slo))
        found.push({ path: [...path, 'slos', i, 'sli', ...keys], what });
    });
    if (service.histograms === 'native' && !MAY_BE_NATIVE.has(service.preset ?? '')) {
      found.push({
        path: [...path, 'histograms'],
        what: `native histograms are known for the presets ${[...MAY_BE_NATIVE].join(' and ')}`,
      });
    }
    for (const [measure, query] of Object.entries(service.signals))
      promql([...path, 'signals', measure], query);
    service.panels.forEach(({ query }, i) => {
      promql([...path, 'panels', i, 'query'], query);
    });
  }
  config.match.forEach(({ service }, i) => {
    if (!names.includes(service)) unknown(['match', i, 'service'], 'service', service, names);
  });
  const owners = [...new Set(Object.values(config.services).flatMap(({ owner }) => owner ?? []))];
  for (const owner of Object.keys(config.digest.teams))
    if (!owners.includes(owner)) unknown(['digest', 'teams', owner], 'owner of a service', owner, owners);
  if (config.pages.proxyHeader !== undefined && config.server.trustedProxies.length === 0)
    found.push({
      path: ['pages', 'proxyHeader'],
      what: 'nobody would be believed: name your proxy under server.trustedProxies, such as ["127.0.0.1"]',
    });
  const { apiTokens, host, loopbackScopes } = config.server;
  if (loopbackScopes.length > 0 && !LOOPBACK.includes(host))
    found.push({
      path: ['server', 'loopbackScopes'],
      what: `only for a server that listens on ${LOOPBACK.join(' or ')}; others need tokens`,
    });
  apiTokens.forEach(({ name, token }, i) => {
    const earlier = apiTokens.slice(0, i);
    if (earlier.some((other) => other.name === name))
      found.push({ path: ['server', 'apiTokens', i, 'name'], what: 'another token has this name' });
    if (earlier.some((other) => other.token === token))
      found.push({
        path: ['server', 'apiTokens', i, 'token'],
        what: 'this is another’s token; each needs its own',
      });
  });
  if (config.slack.mode === 'http' && config.slack.signingSecret === undefined)
    found.push({ path: ['slack', 'mode'], what: 'mode http needs signingSecret' });
  if (config.slack.mode === 'socket' && config.slack.appToken === undefined)
    found.push({ path: ['slack', 'mode'], what: 'mode socket needs appToken' });
  return found;
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
