import { afterEach, describe, expect, it } from 'vitest';
import { evidenceOf } from '#app/evidence.ts';
import { failure, success } from '#domain/problem.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#domain/time.ts';
import { at, notification, report } from '../domain/given.ts';
import { ANA, BEN, type IncidentWorld, incidentWorld } from './incident-world.ts';
import { NO_METRICS } from './ports.ts';

let world: IncidentWorld;
afterEach(() => world?.close());

const READING = { values: { rate: 10, errorRatio: 0.25 }, requests: 6000, problems: [] };

/** An alert fires, is acknowledged after two minutes, an incident is declared from it and resolved half an hour later. */
async function lived() {
  await world.happens(notification('firing'));
  const [episode] = await world.ports.store.alerts.open();
  const id = episode?.id ?? '';
  await world.until(at('12:02'));
  await world.happens({ type: 'alertAcknowledged', episode: id, by: BEN });
  await world.declare({ title: 'Card form fails', subject: { kind: 'alert', id } });
  await world.until(at('12:30'));
  await world.happens({
    ...{ type: 'incidentChanged', incident: 'INC-1', by: ANA, note: 'Rolled back to v1' },
    change: { status: 'resolved' },
  });
  await world.until(at('12:50'));
  const postmortem = await world.ports.store.postmortems.get('INC-1');
  if (postmortem === undefined) throw new Error('nothing was drafted');
  return { id, postmortem };
}

describe('the draft of a post-mortem', () => {
  it('says how it was noticed, what failed, how it was solved, and what was seen', async () => {
    const readings = async () => new Map([['checkout', READING]]);
    world = await incidentWorld({ begin: at('12:00'), metrics: { ...NO_METRICS, readings } });
    const { id, postmortem } = await lived();
    expect(postmortem.fields).toMatchObject({
      ...{ title: 'Card form fails', detectionSource: 'alert', resolution: 'Rolled back to v1' },
      detection: 'Errors fired 2 min after it began; acknowledged by Ben after 2 min.',
      impact: '1,500 of 6,000 requests to checkout failed (25 %).',
    });
    expect(postmortem.record).toMatchObject({
      ...{ alerts: [id], requests: [{ service: 'checkout', failed: 1500, all: 6000 }], missing: [] },
      evidence: [{ title: 'checkout' }],
    });
    expect(await world.said('incident:INC-1:postmortem', 'postmortem')).toMatchObject({
      line: { unfilled: expect.arrayContaining(['rootCause']) },
    });
  });

  it('names the deploy that its own watch found degraded as what set it off, where no onset was found', async () => {
    world = await incidentWorld({ begin: at('11:55') });
    await world.happens(report('succeeded', { at: at('11:54'), actor: 'tomas' }));
    const [deploy] = await world.ports.store.deploys.recent({ limit: 1 });
    if (deploy?.watch === undefined) throw new Error('it is not watched');
    const verdict = { verdict: 'degraded' as const, signals: [], reasons: [], decidedAt: at('11:59') };
    await world.ports.store.deploys.save({ ...deploy, watch: { ...deploy.watch, state: 'done', verdict } });
    await world.until(at('12:00'));
    const { postmortem } = await lived();
    expect(postmortem.fields).toMatchObject({
      ...{ triggerKind: 'deploy', triggerReference: deploy.id },
      trigger: 'checkout v1 was deployed by tomas, 4 min before it began.',
    });
  });

  it('has reminders of its action items that say it once one is done', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await lived();
    await world.happens({
      ...{ type: 'actionWritten', incident: 'INC-1', by: ANA },
      action: { title: 'Watch the pool', kind: 'detect', state: 'open', owner: BEN.user, due: '2026-11-24' },
    });
    await world.until(at('12:55'));
    const told = () => world.ports.store.outbox.find('action:INC-1-1:2026-11-24:0');
    expect((await told())?.message).toMatchObject({ about: 'actionDue', due: { item: { state: 'open' } } });
    await world.happens({
      ...{ type: 'actionMoved', incident: 'INC-1', action: 'INC-1-1', state: 'done', by: BEN },
    });
    await world.until(at('12:56'));
    expect((await told())?.message).toMatchObject({ due: { item: { state: 'done', closedBy: BEN } } });
  });

  it('is there although Prometheus is not, and says what could not be read', async () => {
    const readings = () => Promise.reject(new Error('it hangs'));
    world = await incidentWorld({ begin: at('12:00'), metrics: { ...NO_METRICS, readings } });
    await world.declare();
    await world.until(at('12:10'));
    await world.happens({
      ...{ type: 'incidentChanged', incident: 'INC-1', by: ANA, change: { status: 'resolved' } },
    });
    await world.until(at('12:40'));
    const { record } = (await world.ports.store.postmortems.get('INC-1')) ?? {};
    expect(record?.missing).toContain('The requests that failed could not be read.');
  });

  it('is exported where it was asked for; a refusal is told to whoever asked, alone', async () => {
    let isRefused = false;
    const share = async () =>
      isRefused ? failure('slack-refused', 'Slack says not_in_channel.') : success(undefined);
    world = await incidentWorld({ begin: at('12:00'), conversations: { share } });
    await lived();
    const asked = { type: 'exportAsked', incident: 'INC-1', place: 'CX', by: ANA } as const;
    await world.happens({ ...asked, format: 'markdown' });
    expect(world.asked.findLast(({ what }) => what === 'share')?.by).toMatchObject([
      { name: 'INC-1.md' },
      { channel: 'CX' },
    ]);
    isRefused = true;
    await world.happens({ ...asked, format: 'json' });
    const told = await world.ports.store.outbox.find(`incident:INC-1:export:${ANA.user}:${world.now()}`);
    expect(told?.to).toEqual({ channel: 'CX', onlyTo: ANA.user });
  });

  it('reminds whoever owns an action item on its day at nine, a day and a week later, and never once it is done', async () => {
    world = await incidentWorld({ begin: at('12:00') });
    await lived();
    await world.happens({
      ...{ type: 'actionWritten', incident: 'INC-1', by: ANA },
      action: {
        title: 'Enlarge the pool',
        kind: 'prevent',
        state: 'open',
        owner: BEN.user,
        due: '2026-11-26',
      },
    });
    const key = (n: number) => `action:INC-1-1:2026-11-26:${n}`;
    await world.until(at('09:00') + DAY + 23 * HOUR, HOUR);
    expect(await world.said(key(0), 'actionDue')).toBeUndefined();
    await world.until(at('09:10') + 3 * DAY, HOUR);
    expect(await world.ports.store.outbox.find(key(0))).toMatchObject({ to: { channel: BEN.user } });
    expect(await world.said(key(1), 'actionDue')).toMatchObject({ due: { isOverdue: true } });
    await world.happens({
      type: 'actionMoved',
      incident: 'INC-1',
      action: 'INC-1-1',
      state: 'done',
      by: BEN,
    });
    await world.until(at('12:00') + 10 * DAY, 6 * HOUR);
    expect(await world.said(key(2), 'actionDue')).toBeUndefined();
  });
});

describe('a picture as data', () => {
  it('tells each line by what was measured in its range: a gap is no zero, and what is infinite no figure', () => {
    const samples = [
      { at: at('11:00'), value: 99 },
      { at: at('12:00'), value: 1 },
      { at: at('12:02'), value: Number.POSITIVE_INFINITY },
      { at: at('12:04'), value: 3 },
    ];
    const query = { source: 'default', promql: 'x', line: 'all' };
    const panel = { unit: 'ratio' as const, fromZero: true, thresholds: [] };
    const evidence = evidenceOf({
      ...{ id: 's_1', at: at('12:05') },
      drawing: {
        ...{ chart: 'timeseries', id: 's_1', title: 'Errors', facts: [], zone: 'UTC', marks: [] },
        ...{ range: { from: at('12:00'), to: at('12:05') }, step: 15 * SECOND },
        panels: [
          { ...panel, title: 'A', queries: [query, query], lines: [{ name: 'now', role: 'now', samples }] },
          { ...panel, title: 'B', queries: [], lines: [{ name: 'none', role: 'now', samples: [] }] },
        ],
      },
    });
    expect(evidence.queries).toEqual([query]);
    expect(evidence.values).toEqual([
      { panel: 'A', line: 'now', unit: 'ratio', last: 3, min: 1, mean: 2, max: 3 },
      { panel: 'B', line: 'none', unit: 'ratio' },
    ]);
    expect(evidence.step).toBe(MINUTE / 4);
  });
});
