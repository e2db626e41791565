import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, roots, soon, startHouse, theRoot, threadOf, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const deploy = (version: string, more: object = {}) => ({
  service: 'checkout',
  version,
  status: 'succeeded',
  at: new Date().toISOString(),
  id: `deploy-${version}`,
  actor: 'noor',
  changes: [{ title: 'Ask the ledger <!channel> once', author: 'noor' }],
  ...more,
});

describe('a deploy opens a thread', () => {
  it('with who, what and where, once, however often it is told', async () => {
    for (let i = 0; i < 3; i += 1) expect((await house.post('deploy', deploy('v2.0.0'))).status).toBe(202);
    const root = await theRoot(house, /checkout v2\.0\.0/);
    expect(wordsOf(root)).toMatch(/\*checkout v2\.0\.0\* to production by noor/);
    expect(wordsOf(root)).toContain('Ask the ledger &lt;!channel&gt; once');
    await soon(house, 'the baseline', () =>
      threadOf(house.slack.workspace, root).find(({ text }) => /^Baseline/.test(text)),
    );
  });

  it('is superseded by a newer deploy of the same service, and says so', async () => {
    const old = await theRoot(house, /checkout v2\.0\.0/);
    await house.post('deploy', deploy('v2.0.1'));
    await soon(house, 'the word', () => (/superseded by v2\.0\.1/.test(old.text) ? true : undefined));
  });

  it('goes on being watched after a restart, and waits for a Prometheus that is away, then says that nothing could be judged', async () => {
    const root = await theRoot(house, /checkout v2\.0\.1/);
    await house.restart();
    await soon(
      house,
      'the end of the watch',
      () => (/inconclusive/.test(root.text) ? true : undefined),
      45_000,
    );
    const report = await soon(house, 'the report', () =>
      threadOf(house.slack.workspace, root).find(
        ({ ts, text }) => ts !== root.ts && /v2\.0\.1: inconclusive/.test(text),
      ),
    );
    expect(wordsOf(report)).toMatch(/Prometheus.* could not be reached|Nothing was counted/);
    expect(roots(house.slack.workspace, /checkout v2\.0\.1/)).toHaveLength(1);
  }, 60_000);

  it('is only recorded where its environment is not watched', async () => {
    await house.post('deploy', deploy('v9.9.9', { environment: 'staging' }));
    await house.slack.command('rae', '#general', '/obs deploys checkout');
    const note = await soon(house, 'the list', () =>
      house.slack.workspace.ephemerals.find((one) => wordsOf(one).includes('v9.9.9')),
    );
    expect(wordsOf(note)).toContain('staging');
    expect(roots(house.slack.workspace, /v9\.9\.9/)).toHaveLength(0);
  });

  it('is told of a rollout that failed', async () => {
    await house.post('deploy', deploy('v2.1.0', { status: 'started', id: 'x1' }));
    const root = await theRoot(house, /checkout v2\.1\.0/);
    expect(root.text).toContain('rolling out');
    await house.post('deploy', deploy('v2.1.0', { status: 'failed', id: 'x1' }));
    await soon(house, 'the failure', () => (/the rollout failed/.test(root.text) ? true : undefined));
  });
});

describe('webhooks', () => {
  it('refuse a wrong token, a body that is not JSON and a body of another shape, naming the field', async () => {
    const wrong = await house.post('deploy', deploy('v3'), { authorization: 'Bearer nope' });
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).not.toContain('token-d');
    const shape = await house.post('deploy', { service: 'checkout', version: 3 });
    expect(shape.status).toBe(400);
    expect(await shape.text()).toContain('version');
    const body = await fetch(`${house.url()}/webhooks/deploy`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-d', 'content-type': 'application/json' },
      body: '{"service":',
    });
    expect(body.status).toBe(400);
    const unsigned = await house.post('github', {}, { 'x-hub-signature-256': 'sha256=00' });
    expect(unsigned.status).toBe(401);
  });

  it('refuse a body of ten megabytes', async () => {
    const response = await house.post('deploy', deploy('v3', { actor: 'x'.repeat(10_000_000) }));
    expect(response.status).toBe(413);
  });

  it('answer where nobody is told a secret: health, readiness and metrics', async () => {
    expect(await (await fetch(`${house.url()}/healthz`)).text()).toBe('ok\n');
    expect((await fetch(`${house.url()}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${house.url()}/metrics`)).text();
    expect(metrics).toMatch(/bellbuoy_ingest_total\{[^}]*source="deploy"[^}]*\} \d+/);
    expect(metrics).not.toMatch(/token-d|xoxb-test|signing-test/);
  });
});
