import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '#domain/incident/incident.ts';
import { type Postmortem, type PostmortemFields, TEXTS } from '#domain/incident/postmortem.ts';
import { judgeView } from '#sandbox/slack/block-kit/judge.ts';
import { typed } from '#sandbox/story/forms.ts';
import { actionForm, actionIn, actionState } from '#slack/messages/action-form.ts';
import { declaredIn, declareForm } from '#slack/messages/declare-form.ts';
import { entryChangeIn, entryForm } from '#slack/messages/entry-form.ts';
import type { FormValues } from '#slack/messages/form-values.ts';
import {
  changedMeanwhile,
  editedIn,
  postmortemForm,
  postmortemState,
} from '#slack/messages/postmortem-form.ts';
import { STEPS } from '#slack/messages/postmortem-steps.ts';
import { entryState, timelineForm } from '#slack/messages/timeline-form.ts';
import { updatedIn, updateForm, updateState } from '#slack/messages/update-form.ts';
import { EMPTY } from '../api/any-postmortem.ts';
import { at } from '../domain/given.ts';

const KNOWN = ['checkout', 'ledger'];
type View = ReturnType<typeof declareForm>;

/** What Slack sends of a form in which somebody filled in these fields, by their labels. */
function sent(view: View, values: Readonly<Record<string, string>> = {}): FormValues {
  judgeView(view as never, 'modal', { isUsable: () => true });
  return typed(view as never, values) as FormValues;
}

function incident(more: Partial<Incident> = {}): Incident {
  return {
    ...EMPTY.incident,
    ...{ title: 'Checkout fails', services: ['checkout'], status: 'investigating' },
    times: { started: at('12:00') + 123, detected: at('12:01') },
    ...more,
  };
}

function postmortem(fields: PostmortemFields, more: Partial<Postmortem> = {}): Postmortem {
  return { ...EMPTY.postmortem, revision: 3, fields, ...more };
}

describe('the form in which an incident is declared', () => {
  it('begins with what is known of the alert, and gives back what was chosen', () => {
    const view = declareForm(
      { title: '3 % of payments fail', severity: 'sev2', services: ['checkout'], from: 'the alert Errors' },
      KNOWN,
      { subject: { kind: 'alert', id: 'a1' }, channel: 'C1' },
    );
    expect(declaredIn(sent(view), KNOWN)).toEqual({
      ...{ ok: true, title: '3 % of payments fail', severity: 'sev2', services: ['checkout'] },
    });
    expect(
      declaredIn(sent(view, { 'What is known?': 'Since the release.', Services: 'ledger' }), KNOWN),
    ).toMatchObject({
      summary: 'Since the release.',
      services: ['ledger'],
    });
  });

  it('says beside the field what is wrong: no title, or a service that nobody knows', () => {
    const many = Array.from({ length: 101 }, (_, i) => `service-${i}`);
    const view = declareForm({ services: [] }, many, {});
    const read = declaredIn(sent(view, { Services: 'servce-7' }), many);
    expect(read.ok ? {} : read.errors).toEqual({
      'title|0||0': 'Please say in a few words what is wrong.',
      'services|0||0': 'I don’t know a service “servce-7”. Did you mean service-7?',
    });
  });
});

describe('the form in which an incident is updated', () => {
  it('that nobody changed changes nothing, though a field cannot show milliseconds', () => {
    const view = updateForm(incident(), KNOWN, { channel: 'C1' });
    const state = updateState(view.private_metadata ?? '');
    expect(
      state === undefined ? '' : updatedIn(sent(view), state, { incident: incident(), known: KNOWN }),
    ).toEqual({
      ...{ ok: true, changes: [{}] },
    });
  });

  it('that nobody changed changes no time, though a field may send the minute that it shows', () => {
    const view = updateForm(incident({ times: { started: at('12:00:47') } }), KNOWN, {});
    const state = updateState(view.private_metadata ?? '');
    const values = sent(view, { Started: String(at('12:00') / 1000) });
    expect(
      state === undefined ? '' : updatedIn(values, state, { incident: incident(), known: KNOWN }),
    ).toEqual({
      ...{ ok: true, changes: [{}] },
    });
  });

  it('gives each change, and keeps what somebody else changed meanwhile in other fields', () => {
    const view = updateForm(incident(), KNOWN, { status: 'resolved' });
    const state = updateState(view.private_metadata ?? '');
    const values = sent(view, {
      'What is to be said?': 'Rolled back.',
      Commander: 'U7',
      Mitigated: String(at('12:20') / 1000),
    });
    const meanwhile = incident({ title: 'Payments fail', times: { started: at('11:00') } });
    expect(
      state === undefined ? '' : updatedIn(values, state, { incident: meanwhile, known: KNOWN }),
    ).toEqual({
      ok: true,
      note: 'Rolled back.',
      changes: [
        {
          status: 'resolved',
          times: { mitigated: at('12:20') },
          role: { role: 'commander', holder: { kind: 'person', user: 'U7' } },
        },
      ],
    });
  });
});

describe('the form of a post-mortem', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 50 }),
    fc.constantFrom('<!channel> *x* `y`', 'line\n'.repeat(700), 'word '.repeat(900), 'é'.repeat(3001)),
  );
  const fields = fc.record(Object.fromEntries(TEXTS.map((name) => [name, text])), { requiredKeys: [] });

  it('holds whatever was written, within Slack’s limits, and sends nothing of what nobody changed', () => {
    fc.assert(
      fc.property(fields, fc.constantFrom(...STEPS), (written, step) => {
        const view = postmortemForm(postmortem(written), step, { channel: 'C1' });
        const state = postmortemState(view.private_metadata ?? '');
        expect(state === undefined ? '' : editedIn(sent(view), state, written)).toEqual({});
      }),
      { numRuns: 200 },
    );
  });

  it('gives back what was typed, and what was emptied', () => {
    const written = {
      summary: 'old',
      impact: 'much',
      triggerKind: 'deploy',
      times: { started: at('12:00') },
    } as const;
    const edited = (step: (typeof STEPS)[number], values: Readonly<Record<string, string>>) => {
      const view = postmortemForm(postmortem(written), step, {});
      const state = postmortemState(view.private_metadata ?? '');
      return state === undefined ? undefined : editedIn(sent(view, values), state, written);
    };
    expect(edited('what', { Summary: 'new', Impact: '' })).toEqual({ summary: 'new', impact: '' });
    expect(edited('detection', { 'Noticed by': 'An alert', Detected: String(at('12:01') / 1000) })).toEqual({
      detectionSource: 'alert',
      times: { started: at('12:00'), detected: at('12:01') },
    });
    expect(edited('cause', { 'Kind of cause': 'Capacity', 'Root cause': 'The pool.' })).toEqual({
      causeCategory: 'capacity',
      rootCause: 'The pool.',
    });
    expect(edited('lessons', { 'What went well': 'alert\nrollback' })).toEqual({
      wentWell: 'alert\nrollback',
    });
  });

  it('names the fields that somebody else changed since it was drawn', () => {
    const view = postmortemForm(postmortem({ summary: 'old' }), 'what', {});
    const state = postmortemState(view.private_metadata ?? '');
    expect(state === undefined ? '' : changedMeanwhile(state, { summary: 'theirs', wentWell: 'x' })).toEqual([
      'Summary',
    ]);
  });

  it('lists action items, each to be opened, open ones first, and stays within limits with hundreds', () => {
    const actions = Array.from({ length: 300 }, (_, i) => ({
      ...{ id: `INC-12-${i + 1}`, title: `Item ${i}`, kind: 'prevent' as const, createdAt: at('12:00') },
      state: i % 2 === 0 ? ('done' as const) : ('open' as const),
    }));
    const view = postmortemForm(postmortem({}, { actions }), 'actions', {});
    sent(view);
    expect(JSON.stringify(view.blocks)).toContain('and 260 more');
    expect(JSON.stringify(view.blocks.slice(0, 4))).not.toContain('white_check_mark');
  });
});

describe('the form of an action item', () => {
  it('asks for a title and a real address, and gives back owner, day and state', () => {
    const item = {
      ...{ id: 'INC-12-1', title: 'Watch the pool', kind: 'detect' as const, state: 'open' as const },
      ...{ owner: 'U1', due: '2026-12-01', createdAt: at('12:00') },
    };
    const view = actionForm({ incident: 'INC-12', action: item.id }, item);
    const state = actionState(view.private_metadata ?? '') ?? { incident: '' };
    expect(actionIn(sent(view, { State: 'Done' }), state)).toEqual({
      ok: true,
      action: {
        id: 'INC-12-1',
        title: 'Watch the pool',
        kind: 'detect',
        state: 'done',
        owner: 'U1',
        due: '2026-12-01',
      },
    });
    const wrong = actionIn(sent(view, { 'What is to be done?': ' ', Ticket: 'javascript:1' }), state);
    expect(wrong.ok ? [] : Object.keys(wrong.errors)).toEqual(['title|0||0', 'url|0||0']);
  });
});

describe('the timeline in a form', () => {
  const entry = { key: 'note:4', kind: 'note' as const, at: at('12:03') + 500, text: 'The pool is full.' };

  it('shows the last entries within Slack’s limits, however long they are', () => {
    const many = Array.from({ length: 2000 }, (_, i) => ({
      ...entry,
      key: `note:${i}`,
      text: '*x* '.repeat(800),
    }));
    sent(timelineForm(many, { incident: 'INC-12' }));
  });

  it('gives back only what was changed of an entry', () => {
    const view = entryForm(entry, { incident: 'INC-12' });
    const state = entryState(view.private_metadata ?? '');
    const change = (values: Readonly<Record<string, string>>) =>
      state === undefined ? undefined : entryChangeIn(sent(view, values), state);
    expect(change({})).toEqual({});
    expect(change({ 'What happened': 'The pool was full.' })).toEqual({ text: 'The pool was full.' });
    expect(change({ 'Leave it out?': 'Leave it out of the timeline' })).toEqual({ dropped: true });
  });
});
