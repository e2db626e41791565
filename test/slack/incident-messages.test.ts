import { describe, expect, it } from 'vitest';
import type { IncidentMessage } from '#app/message.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { MINUTE } from '#domain/time.ts';
import { render } from '#slack/messages/render.ts';
import { lines, said } from './as-read.ts';
import { BEGAN, entry, incident, KIM, line, minute, RAE, resolved, THREAD } from './given-incidents.ts';

function root(of: Incident, more: Partial<IncidentMessage> = {}): readonly string[] {
  const message = { about: 'incident' as const, at: BEGAN, incident: of, owners: ['@payments'] };
  return lines(render({ ...message, ...more }, undefined));
}

describe('the first line of an incident’s thread', () => {
  it.each<[string, Incident]>([
    [
      ':rotating_light: *INC-12* sev 2 · *Checkout fails for 3 % of payments* · investigating · since 13:42',
      incident(),
    ],
    [
      ':hammer_and_wrench: *INC-12* sev 1 · *Checkout fails for 3 % of payments* · mitigating · since 13:42',
      incident({ status: 'mitigating', severity: 'sev1' }),
    ],
    [
      ':eyes: *INC-12* sev 2 · *Checkout fails for 3 % of payments* · monitoring · since 13:47',
      incident({ status: 'monitoring', times: {} }),
    ],
    [
      ':large_green_circle: *INC-12* resolved after 42 min · *Checkout fails for 3 % of payments* · sev 2',
      resolved(),
    ],
    [
      ':large_green_circle: *INC-12* resolved · *Checkout fails for 3 % of payments* · sev 2',
      resolved({ times: { started: minute(9), resolved: BEGAN } }),
    ],
    [
      ':twisted_rightwards_arrows: *INC-14* is the same as *INC-12* · *Payments time out* · the work goes on there',
      resolved({
        ...{ id: 'INC-14', title: 'Payments time out' },
        duplicateOf: { incident: 'INC-12', by: KIM, at: minute(9) },
      }),
    ],
  ])('is “%s”', (first, of) => {
    expect(root(of)[0]).toBe(first);
  });

  it('says on a locked phone what broke, how bad it is and how it stands', () => {
    const { text } = render({ about: 'incident', at: BEGAN, incident: incident(), owners: [] }, undefined);
    expect(text).toBe('INC-12 sev 2 · Checkout fails for 3 % of payments · investigating');
  });
});

describe('the root of an incident’s thread', () => {
  it('says whose it is, what is known, what it costs and where it comes from', () => {
    const of = incident({
      ...{ status: 'identified', roles: { commander: KIM, scribe: RAE } },
      ...{ summary: 'v1.4.2 keeps its connections.', own: { state: 'open', id: 'C0OWN00000' } },
    });
    const from = { title: 'CheckoutErrors', permalink: THREAD };
    const latest = entry('the pool is at 50 of 50', 11, { by: RAE });
    expect(root(of, { from, latest }).slice(1)).toEqual([
      'checkout (owner @payments) · commander @kim · scribe @rae',
      '*Known*: v1.4.2 keeps its connections.',
      '*Last word*, 13:53: @rae: the pool is at 50 of 50',
      '*Cost so far*: availability *9 min* of 43 min (412 of 19,200 requests bad)',
      'declared 13:47 by @kim from <CheckoutErrors> · work goes on in <#C0OWN00000>',
      '[Mark mitigating] [Resolve] [Update] [Catch me up] [Timeline]',
    ]);
  });

  it('says that nobody leads and that nothing is known, and has a button for both', () => {
    expect(root(incident({ costs: [] })).slice(1)).toEqual([
      'checkout (owner @payments) · *nobody leads yet*',
      'Nothing is known yet. Write down what you know with *Update*.',
      'declared 13:47 by @kim',
      '[Take command] [Mark identified] [Resolve] [Update] [Catch me up] [Timeline]',
    ]);
  });

  it('says why it has no channel of its own', () => {
    const own = { state: 'failed' as const, why: 'Slack lets nobody make channels.' };
    expect(root(incident({ own }))).toContain(
      'declared 13:47 by @kim · no channel of its own (Slack lets nobody make channels): this thread is the place',
    );
  });

  it('asks for the post-mortem once there is one', () => {
    const shown = root(resolved(), {
      postmortem: 'draft',
      latest: entry('resolved', 42, { kind: 'status' }),
    });
    expect(shown.slice(2)).toEqual([
      '*Known*: v1.4.2 keeps its connections, so the pool runs dry.',
      '*Cost*: availability *9 min* of 43 min (412 of 19,200 requests bad)',
      'declared 13:47 by @kim · resolved 14:24 · post-mortem: draft',
      '[Fill in post-mortem] [Update] [Catch me up] [Timeline]',
    ]);
  });
});

describe('what is said in an incident’s thread', () => {
  it.each<[string, TimelineEntry]>([
    [
      ':arrow_right: *identified* (was investigating) by @kim: the pool is exhausted',
      entry('investigating → identified: the pool is exhausted', 14, { kind: 'status', by: KIM }),
    ],
    [':arrow_right: *resolved* by @kim', entry('resolved', 42, { kind: 'status', by: KIM })],
    [
      ':arrow_right: *reopened, investigating* by @kim: errors again',
      entry('reopened, investigating: errors again', 50, { kind: 'status', by: KIM }),
    ],
    [':thermometer: *sev 1* (was sev 2) by @kim', entry('sev 2 → sev 1', 15, { kind: 'severity', by: KIM })],
    [':bust_in_silhouette: @kim is commander', entry('is commander', 6, { kind: 'role', by: KIM })],
    [
      ':bust_in_silhouette: nobody is scribe any more by @rae',
      entry('nobody is scribe any more', 6, { kind: 'role', by: RAE }),
    ],
    [':memo: @rae: the pool is full', entry('the pool is full', 11, { by: RAE })],
  ])('is “%s”', (words, one) => {
    expect(said({ about: 'incidentEntry', at: BEGAN, incident: 'INC-12', entry: one })).toEqual([words]);
  });

  it('says in the alert’s thread that there is an incident, and how it stands now', () => {
    const link = (of: Incident) => said({ about: 'incidentLink', at: BEGAN, line: line(of) });
    expect(link(incident())).toEqual([
      ':rotating_light: *INC-12* was declared by @kim · *Checkout fails for 3 % of payments* · sev 2 · investigating · <to its thread>',
    ]);
    expect(link(resolved())[0]).toContain(' · resolved after 42 min · ');
  });

  it('asks whoever leads how it is going, and where nobody does, who leads', () => {
    const nudge = (of: Incident) =>
      said({ about: 'nudge', at: BEGAN, incident: of, quiet: 30 * MINUTE, mention: 'U0KIM00000' });
    expect(nudge(incident({ roles: { commander: KIM } }))).toEqual([
      ':wave: @kim *INC-12* (Checkout fails for 3 % of payments) has been quiet for 30 min. How is it going?',
      '[Update] [Resolve]',
    ]);
    expect(nudge(incident())[0]).toMatch(/quiet for 30 min\. How is it going, and who leads\?$/);
    expect(nudge(resolved())).toEqual([
      expect.stringMatching(/^:large_green_circle: \*INC-12\* resolved after/),
    ]);
  });

  it('tells whoever marked a message what became of it', () => {
    const [of, one] = [line(incident()), entry('the pool is full', 11, { by: RAE })];
    expect(said({ about: 'noted', at: BEGAN, line: of, entry: one })).toEqual([
      ':memo: Added to the timeline of *<INC-12>*: 13:53 @rae: the pool is full',
    ]);
    expect(said({ about: 'noted', at: BEGAN, line: of, problem: 'I am not in that channel.' })).toEqual([
      ':warning: Not added to the timeline of *<INC-12>*. I am not in that channel. You can type it instead: `/obs incident note INC-12 what happened`.',
    ]);
    expect(said({ about: 'noted', at: BEGAN, problem: 'No incident is open.' })).toEqual([
      ':warning: Not added. No incident is open. `/obs incident` lists what is open.',
    ]);
  });
});
