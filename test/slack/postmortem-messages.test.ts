import { describe, expect, it } from 'vitest';
import { timeLines } from '#slack/messages/incident-times.ts';
import { answered, said, seen } from './as-read.ts';
import { ACTIONS, BEGAN, ENTRIES, minute, postmortem, RAE, written } from './given-incidents.ts';

describe('what is said of a post-mortem', () => {
  it('says how far it is, what is still empty, and what was there before anybody typed', () => {
    expect(said({ about: 'postmortem', at: BEGAN, line: written() })).toEqual([
      ':memo: *Post-mortem of INC-12*: draft · 4 of 9 sections filled · still empty: root cause, contributing factors, resolution, what went badly, where we got lucky',
      '*To do*',
      '• *Give the pool a limit per version* · prevent · @rae · due 1 Dec 2026',
      '• *Alert on a full pool* · detect · nobody owns it · due 20 Nov 2026',
      'from the record: 2 alerts, 1 deploy, 412 failed requests, 9 min of budget, 3 pictures as data · by @kim, @rae',
      '[Fill in post-mortem] [Ask for a review] [Markdown] [JSON]',
    ]);
  });

  it('says who approved it, and what of the record was not to be had', () => {
    const approved = written({ state: 'approved', approvedBy: RAE, approvedAt: minute(99) });
    const record = { ...postmortem().record, missing: ['requests of checkout: Prometheus did not answer'] };
    const shown = said({
      ...{ about: 'postmortem', at: BEGAN },
      line: { ...approved, unfilled: [], postmortem: { ...approved.postmortem, record } },
    });
    expect(shown[0]).toBe(':white_check_mark: *Post-mortem of INC-12*: approved · all sections filled');
    expect(shown.join('\n')).toContain('· approved by @rae, 15:21');
    expect(shown).toContain(':warning: not to be had: requests of checkout: Prometheus did not answer');
    expect(shown.at(-1)).toBe('[Open] [Back to draft] [Markdown] [JSON]');
  });

  it('reads from what happened to what is to be done', () => {
    expect(answered({ kind: 'postmortem', line: written(), entries: ENTRIES })).toEqual([
      ':memo: *Post-mortem of INC-12*: draft · *Checkout failed for 3 % of payments* · sev 2 · resolved after 42 min',
      '*Summary*',
      'v1.4.2 kept its database connections. After a minute the pool was empty, and payments timed out.',
      '*Impact*',
      '*412 of 19,200* requests of checkout failed · budget: availability *9 min* of 43 min',
      'Payments by card failed; wallets went on.',
      '*Times*',
      '• began 13:42',
      '• time to detect: *2 min* (13:44)',
      '• time to acknowledge: *1 min* after it was detected (13:45)',
      '• time to mitigate: *28 min* (14:10)',
      '• time to resolve: *42 min* (14:24)',
      '*Detection*: by an alert',
      'CheckoutErrors, two minutes after the deploy.',
      '*Trigger*: a deploy (checkout v1.4.2)',
      '*Root cause*: capacity',
      '*Action items*',
      '• INC-12-1 *Give the pool a limit per version* · prevent · @rae · due 1 Dec 2026',
      '• INC-12-2 *Alert on a full pool* · detect · nobody owns it · due 20 Nov 2026',
      '• INC-12-3 done: *Tell support how to see it* · document · @kim',
      '*What went well*',
      '• the alert named the deploy',
      '• the rollback took 4 min',
      '4 of 9 sections filled · still empty: root cause, contributing factors, resolution, what went badly, where we got lucky',
      'from the record: 2 alerts, 1 deploy, 412 failed requests, 9 min of budget, 3 pictures as data · 12 steps in the timeline · by @kim, @rae',
      '[Fill in post-mortem] [Ask for a review] [Markdown] [JSON]',
    ]);
  });

  it('cuts a long text, says by how much, and offers the whole', () => {
    const fields = { ...postmortem().fields, rootCause: 'word '.repeat(600) };
    const shown = answered({ kind: 'postmortem', line: written({ fields }), entries: [] });
    expect(shown.find((row) => row.includes('word word'))).toMatch(/… _… 2,499 more characters_$/);
    expect(shown.at(-1)).toContain('[Markdown]');
  });

  it('names who has to do what that is overdue, with what may be done about it', () => {
    const [first, second] = ACTIONS;
    if (first === undefined || second === undefined) throw new Error('there are actions');
    const due = [
      { incident: 'INC-12', item: second, isOverdue: true },
      { incident: 'INC-12', item: first, isOverdue: false },
    ];
    const shown = answered({ kind: 'postmortems', at: minute(99), lines: [written()], omitted: 3, due });
    expect(shown.slice(2)).toEqual([
      'and 3 more · `/obs postmortem INC-12` opens one',
      '*2 action items open*, 1 overdue',
      ':alarm_clock: *Alert on a full pool* · detect · nobody owns it · was due 20 Nov 2026 · INC-12-2',
      '[Done] [A week later] [Drop]',
      '*Give the pool a limit per version* · prevent · @rae · due 1 Dec 2026 · INC-12-1',
      '[Done] [A week later] [Drop]',
    ]);
  });

  it('reminds of an action item on its day, and says when it is done', () => {
    const [item] = ACTIONS;
    if (item === undefined) throw new Error('there are actions');
    const title = 'Checkout fails for 3 % of payments';
    const due = { incident: 'INC-12', item, isOverdue: false };
    expect(said({ about: 'actionDue', at: BEGAN, due, title })).toEqual([
      ':alarm_clock: *Give the pool a limit per version* is due on 1 Dec 2026 · @rae · from *INC-12* Checkout fails for 3 % of payments',
      '[Done] [A week later] [Drop]',
    ]);
    const done = { ...due, item: { ...item, state: 'done' as const, closedBy: RAE } };
    expect(said({ about: 'actionDue', at: BEGAN, due: done, title })).toEqual([
      ':white_check_mark: *Give the pool a limit per version* · done by @rae · from *INC-12* Checkout fails for 3 % of payments',
    ]);
  });
});

describe('the times of an incident', () => {
  it('are said to be missing or out of order, and never repaired', () => {
    expect(timeLines({ started: minute(4), detected: minute(2), resolved: minute(42) }).map(seen)).toEqual([
      'began 13:46',
      'time to detect: :warning: *out of order* (it was detected 13:44, 2 min before it began)',
      'time to acknowledge: *not known* (nobody has said when it was acknowledged)',
      'time to mitigate: *not known* (nobody has said when it was mitigated)',
      'time to resolve: *38 min* (14:24)',
    ]);
    expect(timeLines({ resolved: minute(42) }).map(seen)).toEqual([
      'when it began is *not known*',
      ...['detect', 'acknowledge', 'mitigate'].map((what) =>
        expect.stringContaining(`time to ${what}: *not known*`),
      ),
      'time to resolve: *not known* (it was resolved 14:24; when it began is missing)',
    ]);
  });
});
