// The table “Allowed imports” of docs/architecture.md as rules. A room may import itself, what is listed, and its own vendors.
const ROOMS = {
  domain: [],
  promql: ['domain'],
  runtime: ['domain'],
  app: ['domain', 'promql'],
  ingest: ['domain', 'runtime'],
  store: ['domain', 'runtime'],
  render: ['domain', 'runtime'],
  telemetry: ['domain', 'promql', 'runtime'],
  slack: ['domain', 'app', 'runtime'],
  api: ['domain', 'app', 'runtime'],
  pages: ['domain', 'app', 'runtime'],
  config: ['domain', 'promql', 'runtime'],
  generate: ['domain', 'promql'],
};
const ALSO_PORTS = ['ingest', 'store', 'render', 'telemetry', 'config', 'runtime'];

const VENDORS = {
  '@prometheus-io|@codemirror|@lezer': ['promql'],
  'undici|fastify|@fastify|pino|node-cron|@opentelemetry': ['runtime', 'telemetry'],
  'better-sqlite3|kysely': ['store'],
  'vega|vega-lite|canvas': ['render'],
  '@slack': ['slack'],
  micromark: ['pages'],
  '@modelcontextprotocol': ['api'],
  luxon: ['domain'],
  '@stdlib': ['domain'],
  'csv-parse': ['cli'],
  yaml: ['config', 'generate'],
  zod: ['ingest', 'telemetry', 'slack', 'api', 'config'],
  'fastest-levenshtein': ['slack', 'app', 'config'],
  commander: ['cli'],
};

const rooms = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room}-imports-only-${['itself', ...allowed].join('-')}`,
  severity: 'error',
  comment: `${room} may import ${['itself', ...allowed].join(', ')}${ALSO_PORTS.includes(room) ? ' and types of app/ports.ts' : ''}. Move the code, or pass what it needs as an argument.`,
  from: { path: `^src/${room}/` },
  to: {
    path: '^(src|sandbox|test)/',
    pathNot: [
      `^src/(${[room, ...allowed].join('|')})/`,
      ...(ALSO_PORTS.includes(room)
        ? ['^src/app/(ports|incident-ports|telemetry|answer|message|failpoints)\\.ts$']
        : []),
    ],
  },
}));

const vendors = Object.entries(VENDORS).map(([names, homes]) => ({
  name: `${names.split('|')[0].replace('@', '')}-only-in-${homes.join('-')}`,
  severity: 'error',
  comment: `Only ${homes.join(' and ')} may know this vendor (one vendor, one room). Ask that room through a port.`,
  from: { path: '^src/', pathNot: `^src/(${homes.join('|')})/` },
  to: { path: `(^|node_modules/)(${names})(/|$)` },
}));

export default {
  forbidden: [
    ...rooms,
    ...vendors,
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment:
        'The domain imports nothing but itself, luxon and stdlib’s distributions, which are pure: no I/O, no other vendor.',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/|node_modules/(luxon|@stdlib)/' },
    },
    {
      name: 'sandbox-shares-nothing',
      severity: 'error',
      comment: 'A stand-in that shares code with the product shares its bugs; speak to it over HTTP.',
      from: { path: '^sandbox/' },
      to: { path: '^(src|test)/' },
    },
    {
      name: 'main-only-cli',
      severity: 'error',
      comment: 'main.ts turns argv and signals into a call of cli; nothing else.',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: '^src/cli/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Modules that need each other are one module, or need a third that both may know.',
      from: { path: '^(src|sandbox)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'This import cannot be found.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    detectJSDocImports: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
