import { describe, expect, it } from 'vitest';
import { at, CATALOG, HOUR, kinds, MINUTE, notification, report } from '../given.ts';
import { changed, declared, incidentStory, RAE, TOM } from './given.ts';

const fromAlert = declared({ title: '', services: [], subject: { kind: 'alert', id: 'a1' } });

/** The alert fires at 12:00, and Rae declares an incident from it at 12:05. */
function fromTheAlert() {
  const story = incidentStory();
  story.when(at('11:59'), report('succeeded', { at: at('11:57'), actor: 'tomas' }));
  story.when(at('12:00'), notification('firing'));
  // The alert is the second event.
  const decision = story.when(
    at('12:05'),
    declared({ title: '', services: [], subject: { kind: 'alert', id: 'a2' } }),
  );
  return { ...story, decision };
}

describe('an incident that is declared from an alert', () => {
  it('takes over what is known: name, service, severity, when it began, when it was noticed and taken', () => {
    const { the } = fromTheAlert();
    expect(the()).toMatchObject({
      ...{ id: 'INC-1', title: 'Errors on checkout', severity: 'sev2', status: 'investigating' },
      ...{ services: ['checkout'], channel: '#incidents', declaredBy: RAE, alerts: ['a2'], deploys: ['d1'] },
      times: { started: at('11:58'), detected: at('12:00'), acknowledged: at('12:05') },
    });
  });

  it('begins its timeline with the alert and with what was deployed before, in the order in which it happened', () => {
    expect(fromTheAlert().timeline()).toEqual([
      'checkout v1 is rolled out to production by tomas',
      'Errors fires (page): too many',
      'declared sev 2: Errors on checkout',
    ]);
  });

  it('is told in its channel and in the alert’s thread, the alert counts as taken, and its cost is counted', () => {
    const { decision, episodes } = fromTheAlert();
    expect(kinds(decision)).toEqual([
      ...['announceIncident', 'linkIncident', 'costIncident', 'nudgeIncident', 'announceAlert'],
    ]);
    expect(decision.cancel).toEqual(['remind:a2:']);
    expect(episodes()[0]).toMatchObject({ incident: 'INC-1', acknowledged: { by: RAE, at: at('12:05') } });
  });

  it('is one incident however often it is declared from there, and another one once it is resolved', () => {
    const { when, incidents } = incidentStory();
    when(at('12:00'), notification('firing'));
    when(at('12:01'), fromAlert);
    const again = when(at('12:02'), { ...fromAlert, by: TOM });
    expect(kinds(again)).toEqual(['linkIncident']);
    expect(incidents()).toHaveLength(1);
    when(at('12:10'), changed({ status: 'resolved' }));
    when(at('12:20'), fromAlert);
    expect(incidents().map(({ id }) => id)).toEqual(['INC-1', 'INC-2']);
  });
});

describe('an incident that somebody declares in words', () => {
  it('has no start that anybody knows, and goes to the service’s channel where none is configured for incidents', () => {
    const { when, the } = incidentStory({ ...CATALOG, channels: {} });
    when(at('12:00'), declared({ severity: 'sev1' }));
    expect(the()).toMatchObject({ title: 'Payments fail', severity: 'sev1', channel: '#payments' });
    expect(the().times).toEqual({ detected: at('12:00'), acknowledged: at('12:00') });
  });

  it('keeps all of a title that is too long for one line', () => {
    const { when, the } = incidentStory();
    when(
      at('12:00'),
      declared({ title: `Payments ${'really '.repeat(40)}fail`, summary: 'Since the release.' }),
    );
    expect(the().title).toHaveLength(150);
    expect(the().summary).toMatch(/^Payments (really )+fail\n\nSince the release\.$/);
  });

  it('by a machine is taken by the first person who does something in it', () => {
    const { when, the } = incidentStory();
    when(at('12:00'), declared({ by: { kind: 'machine', name: 'pager' } }));
    expect(the().times.acknowledged).toBeUndefined();
    when(at('12:04'), changed({ role: { role: 'commander', holder: TOM } }, undefined, TOM));
    expect(the().times.acknowledged).toBe(at('12:04'));
    expect(the().roles).toEqual({ commander: TOM });
  });

  it('asks for a channel of its own where that is configured, and works in its thread when Slack makes none', () => {
    const { when, the } = incidentStory({
      ...CATALOG,
      incidents: { ...CATALOG.incidents, channelPrefix: 'inc-' },
    });
    expect(kinds(when(at('12:00'), declared()))).toContain('openIncidentChannel');
    when(at('12:01'), { type: 'incidentOwnChannel', incident: 'INC-1', why: 'missing_scope' });
    expect(the().own).toEqual({ state: 'failed', why: 'missing_scope' });
    when(at('12:02'), { type: 'incidentOwnChannel', incident: 'INC-1', channel: 'C1' });
    expect(the().own?.state).toBe('failed');
  });
});

describe('the status of an incident', () => {
  it('says when it was mitigated and resolved, and each change stands in the timeline with what was said', () => {
    const { when, the, timeline } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:10'), changed({ status: 'identified' }, 'the pool is exhausted'));
    when(at('12:20'), changed({ status: 'monitoring' }));
    when(at('12:40'), changed({ status: 'resolved' }, 'quiet for 20 min'));
    expect(the().times).toMatchObject({ mitigated: at('12:20'), resolved: at('12:40') });
    expect(timeline().slice(1)).toEqual([
      'investigating → identified: the pool is exhausted',
      'identified → monitoring',
      'resolved: quiet for 20 min',
    ]);
  });

  it('that goes back takes those times back, for the harm had not ended', () => {
    const { when, the } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:20'), changed({ status: 'monitoring' }));
    when(at('12:30'), changed({ status: 'identified' }));
    expect(the().times.mitigated).toBeUndefined();
    when(at('12:40'), changed({ status: 'resolved' }));
    expect(the().times).toMatchObject({ resolved: at('12:40') });
    expect(the().times.mitigated).toBeUndefined();
    const reopened = when(at('12:50'), changed({ status: 'investigating' }));
    expect(the().times.resolved).toBeUndefined();
    expect(kinds(reopened)).toEqual(
      expect.arrayContaining(['announceIncident', 'tellEntry', 'nudgeIncident', 'costIncident']),
    );
  });

  it('that is what it was changes nothing and says nothing', () => {
    const { when } = incidentStory();
    when(at('12:00'), declared());
    const { jobs, entries = [] } = when(at('12:01'), changed({ status: 'investigating' }));
    expect([...jobs, ...entries]).toEqual([]);
  });

  it('resolved ends the counting and the asking, and has the post-mortem drafted now and when the last counts have come', () => {
    const { when } = incidentStory();
    when(at('12:00'), declared());
    const decision = when(at('12:40'), changed({ status: 'resolved' }));
    expect(decision.cancel).toEqual(['nudge:INC-1:', 'cost:INC-1:']);
    const drafts = decision.jobs.filter(({ task }) => task.kind === 'recordPostmortem');
    expect(drafts.map(({ due }) => due - at('12:40'))).toEqual([0, 10 * MINUTE + 1]);
  });

  it('that goes back leaves no post-mortem to be drafted of what is not over', () => {
    const { when } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:40'), changed({ status: 'resolved' }));
    const reopened = when(at('12:45'), changed({ status: 'investigating' }));
    expect(reopened.cancel).toEqual(expect.arrayContaining(['postmortem:INC-1:record:', 'cost:INC-1:']));
  });

  it('of one that is the same as another is resolved, and says where the work goes on', () => {
    const { when, the, timeline } = incidentStory();
    when(at('12:00'), declared());
    const decision = when(at('12:10'), changed({ duplicateOf: 'INC-7' }));
    expect(the()).toMatchObject({ status: 'resolved', duplicateOf: { incident: 'INC-7', by: RAE } });
    expect(timeline()).toContain('the same as INC-7, where the work goes on');
    expect(kinds(decision)).not.toContain('recordPostmortem');
  });
});

describe('times that somebody sets right', () => {
  it('with the resolution are kept beside it, and nothing else is lost', () => {
    const { when, the } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:40'), changed({ status: 'resolved', times: { started: at('11:50'), acknowledged: null } }));
    expect(the().times).toMatchObject({
      ...{ started: at('11:50'), detected: at('12:00'), resolved: at('12:40') },
    });
    when(at('12:50'), changed({ times: { resolved: at('12:30') } }));
    expect(the().times.resolved).toBe(at('12:30'));
  });

  it('never end an incident that is open', () => {
    const { when, the } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:10'), changed({ times: { resolved: at('12:05'), mitigated: at('12:05') } }));
    expect(the().times).toMatchObject({ mitigated: at('12:05') });
    expect(the().times.resolved).toBeUndefined();
    when(at('12:40'), changed({ status: 'resolved' }));
    when(at('12:50'), changed({ status: 'investigating', times: { resolved: at('12:30') } }));
    expect(the().times.resolved).toBeUndefined();
  });

  it('after the resolution have the cost counted and the draft renewed', () => {
    const { when } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:40'), changed({ status: 'resolved' }));
    const decision = when(at('13:30'), changed({ times: { resolved: at('12:30') } }));
    expect(kinds(decision)).toEqual(expect.arrayContaining(['costIncident', 'recordPostmortem']));
  });
});

describe('people who work on an incident', () => {
  it('are asked for an update after half an hour without one, then after twice as long, and not while they write', () => {
    const { when } = incidentStory();
    const nudgeIn = (decision: ReturnType<typeof when>) =>
      decision.jobs.find(({ task }) => task.kind === 'nudgeIncident')?.due;
    expect(nudgeIn(when(at('12:00'), declared()))).toBe(at('12:30'));
    const first = when(at('12:30'), {
      type: 'incidentNudged',
      incident: 'INC-1',
      nudge: 1,
      since: at('12:00'),
    });
    expect(nudgeIn(first)).toBe(at('13:30'));
    const again = when(at('12:31'), {
      type: 'incidentNudged',
      incident: 'INC-1',
      nudge: 1,
      since: at('12:00'),
    });
    expect(again.jobs).toEqual([]);
    const noted = when(at('12:40'), {
      ...{ type: 'timelineNoted', incident: 'INC-1', text: 'the pool is full', at: at('12:40'), by: TOM },
    });
    expect(noted.cancel).toEqual(['nudge:INC-1:']);
    expect(nudgeIn(noted)).toBe(at('13:10'));
  });

  it('who mark the same message twice have one entry, and its author is who wrote it', () => {
    const { when, history, keys } = incidentStory();
    when(at('12:00'), declared());
    const marked = (by: typeof RAE) => ({
      ...{ type: 'timelineNoted' as const, incident: 'INC-1', text: ' The pool is full. ', at: at('12:03') },
      ...{ author: TOM, source: { channel: 'C1', ts: '17.1' }, by },
    });
    when(at('12:04'), marked(RAE));
    when(at('12:05'), marked(TOM));
    expect(keys()).toEqual(['declared', 'note:C1:17.1']);
    expect(history('note:C1:17.1')).toMatchObject([
      { entry: { text: 'The pool is full.', at: at('12:03'), by: TOM, addedBy: RAE } },
    ]);
  });

  it('who set an entry right or leave it out change what is shown, and nothing of what was', () => {
    const { when, timeline, history } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:03'), {
      ...{ type: 'timelineNoted', incident: 'INC-1', text: 'the pol is full', at: at('12:03'), by: RAE },
    });
    const revise = (change: object, by = RAE) =>
      when(at('12:05'), { type: 'timelineRevised', incident: 'INC-1', key: 'note:2', change, by });
    revise({ text: 'the pool is full', at: at('12:01') });
    expect(timeline()).toContain('the pool is full');
    expect(revise({ text: 'the pool is full' }).revised).toBeUndefined();
    revise({ dropped: true }, TOM);
    expect(timeline()).not.toContain('the pool is full');
    expect(history('note:2').map(({ entry, dropped, by }) => [entry.text, dropped, by])).toEqual([
      ['the pol is full', false, undefined],
      ['the pool is full', false, RAE],
      ['the pool is full', true, TOM],
    ]);
    revise({ dropped: false });
    expect(timeline()).toContain('the pool is full');
  });
});

describe('a message that was left out of the timeline', () => {
  it('is back when somebody marks it again, and what was done stays on record', () => {
    const { when, timeline, history } = incidentStory();
    when(at('12:00'), declared());
    const marked = {
      ...{ type: 'timelineNoted' as const, incident: 'INC-1', text: 'The pool is full.', at: at('12:03') },
      ...{ author: TOM, source: { channel: 'C1', ts: '17.1' }, by: RAE },
    };
    when(at('12:04'), marked);
    when(at('12:05'), {
      ...{
        type: 'timelineRevised',
        incident: 'INC-1',
        key: 'note:C1:17.1',
        change: { dropped: true },
        by: TOM,
      },
    });
    expect(timeline()).not.toContain('The pool is full.');
    when(at('12:06'), { ...marked, by: TOM });
    expect(timeline()).toContain('The pool is full.');
    expect(history('note:C1:17.1').map(({ dropped }) => dropped)).toEqual([false, true, false]);
  });
});

describe('the cost of an incident', () => {
  const costed = (to: number) => ({
    ...{ type: 'incidentCosted' as const, incident: 'INC-1', to },
    costs: [
      {
        service: 'checkout',
        slo: 'availability',
        used: MINUTE,
        allowed: HOUR,
        bad: 4,
        total: 100,
        isTime: false,
      },
    ],
  });

  it('is counted each minute while it is young, more rarely as it ages, and never goes back', () => {
    const { when, the } = incidentStory();
    when(at('12:00'), declared());
    const pause = (now: number) =>
      (when(now, costed(now)).jobs.find(({ task }) => task.kind === 'costIncident')?.due ?? 0) - now;
    expect(pause(at('12:01'))).toBe(MINUTE);
    expect(pause(at('13:00'))).toBe(2 * MINUTE);
    expect(pause(at('12:00') + 21 * 24 * HOUR)).toBe(HOUR);
    const { costedTo } = the();
    const late = when(at('14:00'), costed(at('13:00')));
    expect(the().costedTo).toBe(costedTo);
    // It goes on all the same: a clock that was set back ends no counting.
    expect(kinds(late)).toEqual(['costIncident']);
  });

  it('is counted up to its end, also when that is set right to an earlier one', () => {
    const { when, the } = incidentStory();
    when(at('12:00'), declared());
    when(at('12:39'), costed(at('12:39')));
    when(at('12:40'), changed({ status: 'resolved' }));
    when(at('12:45'), changed({ times: { resolved: at('12:30') } }));
    when(at('12:46'), costed(at('12:30')));
    expect(the().costedTo).toBe(at('12:30'));
    when(at('12:47'), costed(at('12:39')));
    expect(the().costedTo).toBe(at('12:30'));
  });
});
