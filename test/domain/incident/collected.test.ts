import { describe, expect, it } from 'vitest';
import { at, CATALOG, notification, report, service, turned } from '../given.ts';
import { changed, declared, incidentStory } from './given.ts';

const FLAG = { name: 'new-checkout', label: 'new_checkout', on: 'true', off: 'false', strata: [] };
const SHOP = {
  ...CATALOG,
  services: [
    service('checkout', { dependsOn: ['ledger'], flags: [FLAG] }),
    service('ledger'),
    service('search'),
  ],
};

describe('the timeline of an open incident', () => {
  it('collects what alerts do by themselves, each thing once however often it is told', () => {
    const { when, timeline } = incidentStory(SHOP);
    when(at('11:50'), declared());
    for (const clock of ['12:00', '12:05']) when(at(clock), notification('firing'));
    when(at('12:06'), { type: 'alertAcknowledged', episode: 'a2', by: { kind: 'person', user: 'U9' } });
    for (const clock of ['12:10', '12:11']) when(at(clock), notification('resolved'));
    expect(timeline()).toEqual([
      'declared sev 3: Payments fail',
      'Errors fires (page): too many',
      'Errors is acknowledged',
      'Errors resolves',
    ]);
  });

  it('tells an alert that fires again as another thing that happened', () => {
    const { when, keys } = incidentStory(SHOP);
    when(at('11:50'), declared());
    when(at('12:00'), notification('firing'));
    when(at('12:10'), notification('resolved'));
    when(at('12:20'), notification('firing'));
    when(at('12:30'), notification('resolved'));
    expect(keys().filter((key) => key.startsWith('alert'))).toEqual([
      ...['alert:a2:fired', 'alert:a2:resolved', 'alert:a2:fired:1', 'alert:a2:resolved:1'],
    ]);
  });

  it('collects deploys and flag changes of its services and of what they depend on, and of nothing else', () => {
    const { when, timeline, the } = incidentStory(SHOP);
    when(at('11:59'), declared());
    when(at('12:00'), report('started', { hints: { service: 'ledger' }, version: 'v7' }));
    when(at('12:01'), report('started', { hints: { service: 'search' }, version: 'v9' }));
    when(at('12:02'), turned(0.1, { at: at('12:02'), actor: 'noor' }));
    expect(timeline().slice(1)).toEqual([
      'ledger v7 is rolled out to production',
      expect.stringMatching(/^new-checkout went to 10\s% on checkout, by noor$/),
    ]);
    expect(the()).toMatchObject({ deploys: ['d2'], rollouts: ['f4'] });
  });

  it('goes on for an hour after the resolution, when the alert often resolves, and then ends', () => {
    const { when, keys } = incidentStory(SHOP);
    when(at('11:50'), declared());
    when(at('12:00'), notification('firing'));
    when(at('12:10'), changed({ status: 'resolved' }));
    when(at('12:30'), notification('resolved'));
    expect(keys()).toContain('alert:a2:resolved');
    when(at('13:30'), notification('firing'));
    expect(keys()).not.toContain('alert:a2:fired:1');
  });

  it('collects pictures that were shown of its services, with who asked for them', () => {
    const { when, timeline } = incidentStory(SHOP);
    when(at('12:00'), declared());
    const question = {
      ...{
        request: { ask: 'service' as const, service: 'checkout', length: 3_600_000 },
        by: 'U1',
        place: 'C1',
      },
      ...{ words: '/obs status checkout', direct: false },
    };
    when(at('12:01'), {
      ...{
        type: 'pictureShown',
        snapshot: 's_1',
        title: 'checkout, last 1 h',
        services: ['checkout'],
        question,
      },
    });
    when(at('12:02'), { type: 'pictureShown', snapshot: 's_2', title: 'search', services: ['search'] });
    when(at('12:03'), {
      ...{
        type: 'pictureShown',
        snapshot: 's_1',
        title: 'checkout, last 1 h',
        services: ['checkout'],
        question,
      },
    });
    expect(timeline().slice(1)).toEqual(['asked /obs status checkout']);
  });
});
