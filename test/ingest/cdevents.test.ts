import { describe, expect, it } from 'vitest';
import { cdevents } from '#ingest/cdevents.ts';
import { corpus } from './corpora.ts';
import { binaryHeaders, CDEVENTS, cdevent, structured } from './examples.ts';

const AT = Date.UTC(2026, 10, 24, 12);
const VERSIONS = Object.keys(CDEVENTS) as (keyof typeof CDEVENTS)[];

const parse = (json: unknown, headers = {}) => cdevents.parse({ headers, json, at: AT });

function read(json: unknown, headers = {}) {
  const parsed = parse(json, headers);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.events;
}

const DEPLOYED = {
  type: 'deployReport',
  source: 'cdevents',
  hints: { service: 'checkout', application: 'checkout', environment: 'production', labels: {} },
  version: 'v1.4.2',
  artifact: 'pkg:oci/checkout@sha256%3A0b31b1c02ff4?repository_url=ghcr.io/shop&tag=v1.4.2',
  environment: 'production',
  status: 'succeeded',
  at: Date.UTC(2026, 10, 24, 11, 59, 0, 315),
  changes: [],
};

describe('a CDEvent', () => {
  it.each(VERSIONS)('in version %s of the specification says the same as in every other', (version) => {
    expect(read(cdevent('service.deployed', version))).toEqual([
      { event: DEPLOYED, dedupeKey: read(cdevent('service.deployed', '0.5.0'))[0]?.dedupeKey },
    ]);
    expect(read(cdevent('service.upgraded', version))).toMatchObject([{ event: DEPLOYED }]);
  });

  it.each(VERSIONS)('of a service that was rolled back (%s) is a deploy that is a rollback', (version) => {
    expect(read(cdevent('service.rolledback', version))).toMatchObject([
      { event: { ...DEPLOYED, rollback: true } },
    ]);
  });

  it.each(VERSIONS)('of a service that was removed (%s) is no deploy, and says why', (version) => {
    expect(parse(cdevent('service.removed', version, { content: { artifactId: undefined } }))).toMatchObject({
      ok: true,
      events: [],
      ignored: expect.stringMatching(/removed/),
    });
  });

  it.each(['service.published', 'build.finished', 'incident.reported', 'pipelinerun.started'])(
    '%s is none',
    (kind) => {
      expect(parse(cdevent(kind))).toMatchObject({
        ok: true,
        events: [],
        ignored: expect.stringContaining(kind),
      });
    },
  );

  it('of somebody’s own making is none', () => {
    const context = { type: 'dev.cdeventsx.mytool-service.deployed.0.1.0' };
    expect(parse(cdevent('service.deployed', '0.5.0', { context }))).toMatchObject({ ok: true, events: [] });
  });

  it('is known again by its source and id, whatever else it says', () => {
    const keyOf = (context: object) => read(cdevent('service.deployed', '0.5.0', { context }))[0]?.dedupeKey;
    expect(keyOf({})).toBe(keyOf({ timestamp: '2026-11-24T11:00:00Z', chainId: 'another' }));
    expect(keyOf({})).not.toBe(keyOf({ id: 'another' }));
    expect(keyOf({})).not.toBe(keyOf({ source: 'another' }));
  });

  it.each([
    ['pkg:oci/checkout@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa', '0b31b1c02ff4'],
    ['pkg:golang/git.example/shop/checkout@234fd47e07d1004f0aed9c', '234fd47e07d1'],
    ['pkg:maven/org.example/checkout@1.4.2?type=jar', '1.4.2'],
    ['pkg:oci/checkout', 'pkg:oci/checkout'],
  ])('of the artefact %s is of version %s', (artifactId, version) => {
    const event = cdevent('service.deployed', '0.5.0', { content: { artifactId } });
    expect(read(event)).toMatchObject([{ event: { version, artifact: artifactId } }]);
  });

  it('whose subject is a path is also looked for by the path’s end', () => {
    const event = cdevent('service.deployed', '0.5.0', { subject: { id: 'prod/shop/checkout' } });
    expect(read(event)).toMatchObject([
      { event: { hints: { application: 'prod/shop/checkout', labels: { service: 'checkout' } } } },
    ]);
  });

  it.each<[object, string, RegExp]>([
    [{ content: { artifactId: undefined } }, 'subject.content.artifactId', /string/],
    [{ content: { environment: 'production' } }, 'subject.content.environment', /object/],
    [{ context: { id: '' } }, 'context.id', />=1/],
    [{ context: { timestamp: 'now' } }, 'context.timestamp', /2026-11-24T10:00:00Z/],
    [{ context: { timestamp: '2099-01-01T00:00:00Z' } }, 'context.timestamp', /future/],
  ])('with %j is refused at %s', (more, where, words) => {
    expect(parse(cdevent('service.deployed', '0.5.0', more))).toMatchObject({
      ok: false,
      problems: [{ where, what: expect.stringMatching(words) }],
    });
  });
});

describe('CloudEvents’ envelopes', () => {
  const event = cdevent('service.deployed');
  const [plain] = read(event);

  it('structured mode says the same as the event alone', () => {
    expect(read(structured(event))).toEqual([plain]);
  });

  it('binary mode says the same, with the attributes in headers', () => {
    expect(read(event, binaryHeaders(event))).toEqual([plain]);
  });

  it.each([
    ['structured', structured(event, { data: { subject: event.subject } }), {}],
    ['binary', { subject: event.subject }, binaryHeaders(event)],
  ])('%s mode gives the context where the data has none', (_, body, headers) => {
    expect(read(body, headers)).toEqual([plain]);
  });

  it('data may come as base64', () => {
    const encoded = Buffer.from(JSON.stringify(event)).toString('base64');
    expect(read(structured(event, { data: undefined, data_base64: encoded }))).toEqual([plain]);
    const broken = parse(structured(event, { data: undefined, data_base64: 'bm8=' }));
    expect(broken).toMatchObject({ ok: false, problems: [{ where: 'data_base64' }] });
  });

  it('headers that are percent-encoded are read as what they mean', () => {
    const headers = { ...binaryHeaders(event), 'ce-source': 'https://ci.example/%E2%82%AC' };
    const euro = cdevent('service.deployed', '0.5.0', { context: { source: 'https://ci.example/€' } });
    expect(read({ subject: event.subject }, headers)).toEqual(read(euro));
  });

  it('a batch is all its events, and says what it leaves out', () => {
    const other = cdevent('service.deployed', '0.5.0', { context: { id: '2' }, subject: { id: 'ledger' } });
    const parsed = parse([structured(event), structured(cdevent('build.finished')), other]);
    expect(parsed).toMatchObject({
      ok: true,
      events: [{ event: { hints: { service: 'checkout' } } }, { event: { hints: { service: 'ledger' } } }],
      ignored: expect.stringMatching(/build\.finished/),
    });
    expect(parse([])).toMatchObject({ ok: true, events: [], ignored: 'The batch is empty.' });
  });

  it('a batch with one bad event is refused whole, by the place of that event', () => {
    const bad = cdevent('service.deployed', '0.5.0', { content: { artifactId: 7 } });
    expect(parse([event, structured(bad), { hello: 1 }])).toMatchObject({
      ok: false,
      problems: [{ where: '[2]', what: expect.stringMatching(/no CDEvent/) }],
    });
    expect(parse([event, structured(bad)])).toMatchObject({
      ok: false,
      problems: [{ where: '[1].data.subject.content.artifactId' }],
    });
  });

  it.each([[{ hello: 1 }], [{ specversion: '1.0', id: '1' }], ['x'], [null]])('%j is refused', (body) => {
    expect(parse(body)).toMatchObject({ ok: false, problems: [{ code: 'body-invalid' }] });
  });
});

const captured = corpus('deploy-events/cdevents');
const events = captured
  .files(/^(?!_).*\.json$/)
  .map(([name, text]): [string, object] => [name, JSON.parse(text)])
  .filter(([, json]) => 'context' in json);

describe.skipIf(!captured.here)(`CDEvents’ own examples${captured.note}`, () => {
  it('are there in several versions of the specification', () => {
    expect(new Set(events.map(([name]) => name.split('/')[0])).size).toBeGreaterThan(3);
  });

  it.each(events)('%s is a deploy if it is a deployed service, else none', (name, json) => {
    const isDeploy = /service_(deployed|upgraded|rolledback)/.test(name);
    for (const [body, headers] of [
      [json, {}],
      [structured(json as ReturnType<typeof cdevent>), {}],
      [json, binaryHeaders(json as ReturnType<typeof cdevent>)],
    ] as const) {
      expect(read(body, headers)).toHaveLength(isDeploy ? 1 : 0);
    }
  });

  it.each(['deployed', 'upgraded', 'rolledback'])('service.%s means the same in every version', (kind) => {
    const said = events
      .filter(([name]) => name.includes(`service_${kind}`))
      .map(([, json]) => JSON.stringify(read(json)));
    expect(new Set(said).size).toBeLessThanOrEqual(1);
  });
});
