import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Incident, incidentOf } from '#api/contract/incidents.ts';
import { Postmortem } from '#api/contract/postmortem.ts';
import { postmortemJson, postmortemOf } from '#api/contract/postmortem-of.ts';
import { PUBLISHED } from '#api/contract/schemas.ts';
import type { PostmortemFields } from '#domain/incident/postmortem.ts';
import { at } from '../domain/given.ts';
import { corpus } from '../ingest/corpora.ts';
import { anyExport, anyIncident, EMPTY } from './any-postmortem.ts';
import { type Home, PROPERTIES, SECTIONS, words } from './homes.ts';
import { compiled, type Json, propertiesOf, schemaAt } from './json-schema.ts';

const schemaOf = (path: string) => PUBLISHED.find((one) => one.path === path)?.schema as Json;
const POSTMORTEM = schemaOf('/schemas/postmortem/1.json');
const INCIDENT = schemaOf('/schemas/incident/1.json');

describe.each([
  ['/schemas/postmortem/1.json', POSTMORTEM],
  ['/schemas/incident/1.json', INCIDENT],
])('the published schema %s', (path, schema) => {
  it('says of which draft it is and where it stands', () => {
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: path });
    compiled(schema);
  });

  it('describes every field', () => {
    const properties = propertiesOf(schema);
    expect(properties.length).toBeGreaterThan(40);
    expect(properties.filter(([, { description }]) => typeof description !== 'string')).toEqual([]);
  });

  it('lets fields pass that a later version adds', () => {
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  });
});

describe('what is written out', () => {
  const isPostmortem = compiled(POSTMORTEM);
  const isIncident = compiled(INCIDENT);

  it('of whatever post-mortem has the published shape and nothing beside', () => {
    fc.assert(
      fc.property(anyExport, (value) => {
        const written = JSON.parse(postmortemJson(value));
        expect(isPostmortem(written), JSON.stringify(isPostmortem.errors)).toBe(true);
        expect(Postmortem.parse(written)).toEqual(written);
        expect(Postmortem.parse(postmortemOf(value))).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });

  it('of whatever incident too', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        const written = JSON.parse(JSON.stringify(incidentOf(incident, at('12:30'))));
        expect(isIncident(written), JSON.stringify(isIncident.errors)).toBe(true);
        expect(Incident.parse(written)).toEqual(written);
      }),
    );
  });

  it('of one of which nothing is known says so, and has no nulls and no guesses', () => {
    const written = JSON.parse(postmortemJson(EMPTY));
    expect(isPostmortem(written), JSON.stringify(isPostmortem.errors)).toBe(true);
    expect(JSON.stringify(written)).not.toContain('null');
    expect(written).toMatchObject({ times: {}, durations: {}, rootCause: {}, timeline: [], missing: [] });
    expect(written.doubts.map(({ kind }: { kind: string }) => kind)).toEqual(Array(5).fill('missing'));
  });

  it('has the times that people wrote, and else those of the incident as they are by now', () => {
    const [start, end] = [at('12:00'), at('12:30')];
    const drafted = { times: { started: start, mitigated: end } };
    const incident = { ...EMPTY.incident, times: { started: start, mitigated: at('12:20') } };
    const times = (fields: PostmortemFields) =>
      postmortemOf({ ...EMPTY, incident, postmortem: { ...EMPTY.postmortem, drafted, fields } }).times;
    expect(times(drafted)).toEqual({
      started: '2026-11-24T12:00:00.000Z',
      mitigated: '2026-11-24T12:20:00.000Z',
    });
    expect(times({ times: { started: at('11:50'), mitigated: end } }).started).toBe(
      '2026-11-24T11:50:00.000Z',
    );
    expect(times({ times: { mitigated: end } })).not.toHaveProperty('started');
    expect(times({})).toEqual(times(drafted));
  });

  it('is refused where something is of another kind', () => {
    const written = JSON.parse(postmortemJson(EMPTY));
    for (const wrong of [
      ...[{ schema: 'postmortem/2' }, { state: 'done' }, { createdAt: 5 }, { createdAt: '2026-11-24 12:00' }],
      ...[{ timeline: undefined }, { impact: null }, { missing: [5] }, { times: { started: 'noon' } }],
    ])
      expect(isPostmortem({ ...written, ...wrong }), JSON.stringify(wrong)).toBe(false);
  });
});

const exists = (home: Home) => {
  if (!('at' in home)) return home.elsewhere.length > 20;
  return home.at.every((path) =>
    path.startsWith('incident:')
      ? schemaAt(INCIDENT, path.slice('incident:'.length)) !== undefined
      : schemaAt(POSTMORTEM, path) !== undefined,
  );
};

describe('the homes of what others ask for', () => {
  const adr = readFileSync(
    new URL('../../docs/adr/0014-postmortems-are-typed.md', import.meta.url),
    'utf8',
  ).split('\n');
  const rows = (name: string, home: Home) => adr.includes(`| \`${name}\` | ${words(home)} |`);

  it('are there', () => {
    const homes = [SECTIONS, ...Object.values(PROPERTIES)].flatMap((table) => Object.entries(table));
    expect(homes.filter(([, home]) => !exists(home))).toEqual([]);
    expect(exists({ at: ['impact.nothing'] })).toBe(false);
  });

  it('stand in the decision record', () => {
    const missing = [
      ...Object.entries(SECTIONS).filter(([name, home]) => !rows(name, home)),
      ...Object.entries(PROPERTIES.IncidentDto ?? {}).filter(([name, home]) => !rows(name, home)),
    ];
    expect(missing.map(([name]) => name)).toEqual([]);
  });
});

const templates = corpus('postmortems/templates');
it.skipIf(!templates.here)(`every section of the published templates has a home${templates.note}`, () => {
  const [[, text = '{}'] = []] = templates.files(/^section-matrix\.json$/);
  const { sections } = JSON.parse(text) as { sections: Record<string, unknown> };
  expect(Object.keys(SECTIONS).toSorted()).toEqual(Object.keys(sections).toSorted());
});

const objects = corpus('postmortems/incident-objects');
it.skipIf(!objects.here)(`every property of another product’s incidents has a home${objects.note}`, () => {
  const [[, text = '{}'] = []] = objects.files(/incident-schemas\.json$/);
  const schemas = JSON.parse(text) as Record<string, { properties?: object; enum?: string[] }>;
  const asked = Object.entries(schemas).map(([name, of]) => [
    name,
    (of.enum ?? Object.keys(of.properties ?? {})).toSorted(),
  ]);
  const given = Object.entries(PROPERTIES).map(([name, homes]) => [name, Object.keys(homes).toSorted()]);
  expect(Object.fromEntries(given)).toEqual(Object.fromEntries(asked));
});
