import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import type { Home } from '#app/answer.ts';
import { judgeView } from '#sandbox/slack/block-kit/judge.ts';
import { homeView } from '#slack/messages/home.ts';
import { similarWords } from '#slack/messages/similar.ts';
import { answered, FILES, seen, told } from './as-read.ts';
import { ACTIONS, BEGAN, ENTRIES, incident, KIM, line, minute, resolved, SEEN } from './given-incidents.ts';

describe('answers about incidents', () => {
  it('lists what is open first, then what was resolved last, with what came of it', () => {
    const shown = answered({
      ...{ kind: 'incidents', at: minute(20), open: 1, omitted: 7 },
      lines: [line(incident()), line(resolved({ id: 'INC-11' }), { postmortem: 'approved' })],
    });
    expect(shown).toEqual([
      '*1 open incident*',
      ':rotating_light: *<INC-12>* sev 2 · *Checkout fails for 3 % of payments* · investigating, began 20 min ago · *nobody leads yet* · checkout',
      ':large_green_circle: *<INC-11>* sev 2 · *Checkout fails for 3 % of payments* · resolved 14:24 after 42 min · checkout · post-mortem: approved',
      'and 7 more · `/obs incident INC-12` shows one, `/obs catchup INC-12` what happened so far',
    ]);
  });

  it('shows where the words stand that were searched for', () => {
    const found = line(resolved(), { excerpt: '… kept its own connection pool, and …' });
    const shown = answered({
      ...{ kind: 'incidents', at: minute(20), open: 0, omitted: 0, text: 'connection pool', lines: [found] },
    });
    expect(shown[0]).toBe('*Incidents* with `connection pool`');
    expect(shown[2]).toBe('>… kept its own connection pool, and …');
  });

  it('catches people up in ten lines: how it began, what was done, what it costs, how things are now', () => {
    const shown = answered({
      ...{ kind: 'catchup', at: minute(31), entries: ENTRIES.slice(0, 11), omitted: 5 },
      line: line(
        incident({ status: 'monitoring', roles: { commander: KIM }, summary: 'The pool runs dry.' }),
      ),
      now: [{ service: 'checkout', reading: { values: { errorRatio: 0.001, p99: 0.31 }, problems: [] } }],
      firing: [
        { episode: 'a1', name: 'CheckoutErrors', severity: 'page', since: minute(2), acknowledged: true },
      ],
    });
    expect(shown).toEqual([
      ':eyes: *<INC-12>* sev 2 · *Checkout fails for 3 % of payments* · monitoring · since 13:42 (31 min)',
      'checkout · commander @kim · <thread>',
      '*Known*: The pool runs dry.',
      '• 13:41 checkout v1.4.2 is rolled out to production by noor',
      '• 13:56 *identified* (was investigating) by @kim: the pool is exhausted',
      '• 14:03 a rollback of checkout v1.4.2 is asked for by @kim',
      '• 14:10 *monitoring* (was identified) by @kim',
      '• 14:12 @rae: errors are at 0.1 % again _(11 more in the timeline)_',
      '*Cost so far*: availability *9 min* of 43 min (412 of 19,200 requests bad)',
      '*Now*: checkout errors *0.1 %* · p99 *310 ms* · *still fires*: CheckoutErrors (page) since 13:44',
      '[Timeline]',
    ]);
  });

  it('shows the end of a timeline, and how much is before it', () => {
    const shown = answered({
      ...{ kind: 'incident', at: minute(31), line: line(incident()), entries: ENTRIES, earlier: 1988 },
      similar: [SEEN],
    });
    expect(shown).toContain('*Timeline*, after 1988 earlier entries');
    expect(shown).toContain('13:56 *identified* (was investigating) by @kim: the pool is exhausted');
    expect(shown.at(-2)).toMatch(/^\*Seen before\*: <INC-7>, 3 weeks ago: /);
  });
});

describe('what is like an alert that fires', () => {
  it('is named with why, when, and what it was', () => {
    expect(seen(similarWords([SEEN], BEGAN) ?? '')).toBe(
      '*Seen before*: <INC-7>, 3 weeks ago: same alert, same service, after a deploy · cause: connection pool',
    );
    expect((similarWords([SEEN, SEEN, SEEN, SEEN], BEGAN) ?? '').split('\n')).toHaveLength(4);
    expect(similarWords([], BEGAN)).toBeUndefined();
  });
});

describe('the Home tab', () => {
  const home: Home = {
    ...{ at: minute(20), mine: ['checkout'], incidents: [line(incident())], omitted: 2 },
    due: ACTIONS.slice(1, 2).map((item) => ({ incident: 'INC-12', item, isOverdue: true })),
    fleet: {
      ...{ kind: 'fleet', window: { from: minute(15), to: minute(20) }, shown: 25 },
      rows: (['page', 'burning', 'healthy'] as const).map((health, i) => ({
        why: [],
        ...{ service: ['checkout', 'search', 'mail'][i] ?? '', health, alerts: [] },
        reading: { values: { errorRatio: 0.025 }, problems: [] },
      })),
    },
  };

  it('shows how the fleet is, what is open, what is due, and the services that are mine', () => {
    const { blocks } = homeView(home);
    judgeView(homeView(home), 'home', FILES);
    expect(seen((blocks as KnownBlock[]).map(told).join('\n')).split('\n')).toEqual([
      '*3 services*, last 5 min · :red_circle: 1 page firing · :large_orange_circle: 1 budget spent or burning · :large_green_circle: 1 healthy',
      '[Declare incident]',
      '*Open incidents*',
      ':rotating_light: *<INC-12>* sev 2 · *Checkout fails for 3 % of payments* · investigating, began 20 min ago · *nobody leads yet* · checkout',
      'and 2 more: `/obs incident`',
      '*1 action item open*, 1 overdue',
      ':alarm_clock: *Alert on a full pool* · detect · nobody owns it · was due 20 Nov 2026 · INC-12-2',
      '[Done] [A week later] [Drop]',
      '*My services*',
      ':red_circle: *checkout* page firing · errors *2.5 %*',
      '*Worst of the others*',
      ':large_orange_circle: *search* budget spent or burning · errors *2.5 %*',
      'as of 14:02 · `/obs help` says what else I answer',
    ]);
  });
});

describe('the help', () => {
  it('names incidents and post-mortems, and fits whatever the first service is called', () => {
    const shown = answered({
      kind: 'help',
      services: ['a-service-with-a-name-as-long-as-names-may-be-in-here-60-chars'],
    });
    expect(shown.join('\n')).toContain('`/obs incident` what is open');
    expect(shown.at(-1)).toBe(
      'Add `me` to get the answer by direct message. In a thread, mention me with the same words.',
    );
  });
});
