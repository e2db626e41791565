import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerAt } from '#app/answer-at.ts';
import { answer } from '#app/answers/answer.ts';
import { whatMatters } from '#app/answers/incidents.ts';
import { home } from '#app/home.ts';
import { marksOf } from '#app/panels.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { ANA, type IncidentWorld, incidentWorld } from './incident-world.ts';

let world: IncidentWorld;
beforeEach(async () => {
  world = await incidentWorld({ begin: at('12:00') });
});
afterEach(() => world.close());

describe('asked about incidents', () => {
  it('“the incident” is the one in whose thread it is asked, else the only one that is open', async () => {
    await world.declare();
    expect((await answerAt({ ask: 'catchup' }, { channel: 'CX' }, 's', world.ports)).answer).toMatchObject({
      kind: 'catchup',
      line: { incident: { id: 'INC-1' } },
    });
    await world.declare({ title: 'Another one', services: ['ledger'] });
    const unclear = (await answerAt({ ask: 'catchup' }, { channel: 'CX' }, 's', world.ports)).answer;
    expect(unclear).toMatchObject({ kind: 'problem', suggestions: ['catchup INC-2', 'catchup INC-1'] });
    const root = (await world.ports.store.outbox.find('incident:INC-1'))?.posted;
    const place = { channel: root?.channel ?? '', thread: root?.ts ?? '' };
    expect((await answerAt({ ask: 'incident' }, place, 's', world.ports)).answer).toMatchObject({
      line: { incident: { id: 'INC-1' } },
    });
  });

  it('one that is not there is answered with the nearest that are', async () => {
    await world.declare();
    const { answer: said } = await answer({ ask: 'incident', incident: 'INC-7' }, 's', world.ports);
    expect(said).toMatchObject({ kind: 'problem', suggestions: ['incident show INC-1'] });
    expect((await answer({ ask: 'incident', incident: '1' }, 's', world.ports)).answer.kind).toBe('incident');
  });

  it('lists find them by service and by words', async () => {
    await world.declare({ title: 'The card form fails' });
    const of = async (request: { service?: string; text?: string }) => {
      const { answer: said } = await answer({ ask: 'incidents', ...request }, 's', world.ports);
      return said.kind === 'incidents' ? said.lines.map(({ incident }) => incident.id) : [];
    };
    expect(await of({})).toEqual(['INC-1']);
    expect(await of({ service: 'ledger' })).toEqual([]);
    expect(await of({ text: 'card' })).toEqual(['INC-1']);
  });

  it('a deploy has to stop for a grave incident of the service, and to be careful for one of what it needs', async () => {
    await world.declare({ title: 'Ledger slow', services: ['ledger'], severity: 'sev1' });
    const ready = async () => (await answer({ ask: 'ready', service: 'checkout' }, 's', world.ports)).answer;
    expect(await ready()).toMatchObject({
      word: 'careful',
      reasons: expect.arrayContaining([
        'INC-1 is open on ledger, which it depends on (sev 1, investigating): Ledger slow.',
      ]),
    });
    await world.declare({ severity: 'sev2' });
    expect(await ready()).toMatchObject({ word: 'stop' });
  });

  it('charts have a band, the fleet a line, and the Home tab both with what calls the person', async () => {
    await world.declare();
    world.configure({ ...CATALOG, services: [service('checkout', { mention: 'S1' })] });
    const marks = await marksOf(
      service('checkout'),
      { from: at('11:50'), to: at('12:10') },
      world.ports.store,
    );
    expect(marks).toEqual([{ kind: 'incident', at: at('12:00'), label: 'INC-1' }]);
    expect(await home(ANA.user, new Set(['S1']), world.ports)).toMatchObject({
      ...{ mine: ['checkout'], incidents: [{ incident: { id: 'INC-1' } }], due: [] },
      fleet: { incidents: [{ incident: { id: 'INC-1' } }] },
    });
  });

  it('whoever joins late reads how it began, what fired, what may be why and the latest words, in order', () => {
    const entry = (i: number, kind: TimelineEntry['kind']): TimelineEntry => ({
      ...{ key: `${i}`, kind, at: at('12:00') + i * 1000, text: `${kind} ${i}` },
    });
    const kinds = ['deploy', 'deploy', 'alert', 'declared', 'status'] as const;
    const begin = kinds.map((kind, i) => entry(i, kind));
    const notes = Array.from({ length: 20 }, (_, i) => entry(5 + i, i % 2 === 0 ? 'note' : 'snapshot'));
    const kept = whatMatters([...begin, ...notes], 10).map(({ key }) => Number(key));
    expect(kept).toEqual([1, 2, 3, 4, 13, 15, 17, 19, 21, 23]);
  });
});
